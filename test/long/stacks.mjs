// Random stacks by two people over a local forge, seed after seed: whatever they do, nothing is lost, and every change is one pull
// request that shows its commit. What is not an option of this command goes to Vitest.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const USAGE = `npm run test:stacks -- [--seeds N] [--from SEED] [--steps N] [--no-shrink] [Vitest's own options]
  --seeds N    how many runs (default 10)
  --from SEED  the first seed (default 1); a run that was cut off has printed how far it came
  --steps N    steps of a run (default 40)
  --no-shrink  a failure is told as it was, not with the fewest steps that fail`;

const root = fileURLToPath(new URL("../..", import.meta.url));
const rest = process.argv.slice(2);
const env = { ...process.env };

for (const [option, name] of [
  ["--seeds", "STACKS_SEEDS"],
  ["--from", "STACKS_FROM"],
  ["--steps", "STACKS_STEPS"],
]) {
  const at = rest.indexOf(option);
  if (at === -1) continue;
  const [, text = ""] = rest.splice(at, 2);
  if (!/^[1-9]\d*$/.test(text)) {
    console.error(`${option} cannot be ${JSON.stringify(text)}.\n${USAGE}`);
    process.exit(2);
  }
  env[name] = text;
}
const plain = rest.indexOf("--no-shrink");
if (plain !== -1) {
  rest.splice(plain, 1);
  env["STACKS_SHRINK"] = "no";
}
if (rest.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const { status } = spawnSync("npx", ["vitest", "run", "--project", "stacks", ...rest], {
  cwd: root,
  env,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
