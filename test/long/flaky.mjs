// Tells every story on a bad day: 5 % of the webhooks get lost, doubled or overtaken, 5 % of the service's requests end in a 502,
// half of them after their effect. What is not an option of this command goes to Vitest (`-t`, `--shard 1/2`, a file).
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const USAGE = `npm run test:flaky -- [--seed N] [--seeds N] [--rate 0.05] [Vitest's own options]
  --seed N    decides which requests and webhooks go wrong; the first one with --seeds (default 1)
  --seeds N   as many seeds, one run after the other (default 1)
  --rate R    share of what goes wrong (default 0.05)
  --shard i/n one part of the story files; -t NAME one story`;

const root = fileURLToPath(new URL("../..", import.meta.url));
const rest = process.argv.slice(2);

function taken(name, otherwise) {
  const at = rest.indexOf(name);
  if (at === -1) return otherwise;
  const [, text] = rest.splice(at, 2);
  const value = Number(text);
  if (text === undefined || !Number.isFinite(value) || value < 0) {
    console.error(`${name} needs a number, found ${JSON.stringify(text)}.\n${USAGE}`);
    process.exit(2);
  }
  return value;
}

if (rest.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const first = taken("--seed", 1);
const count = taken("--seeds", 1);
const rate = taken("--rate", 0.05);

const failed = [];
for (let seed = first; seed < first + count; seed += 1) {
  console.log(`\nstories with ${rate * 100} % faults, seed ${seed}`);
  const files = rest.some((word) => /\.test\.ts$/.test(word)) ? [] : ["test/scenario"];
  // CI: a picture that nobody wrote down is a failure, never a new picture.
  const env = { ...process.env, CI: "true", FORGE_FLAKY: String(rate), FORGE_SEED: String(seed) };
  const args = ["vitest", "run", "--project", "world", "--project", "deep", ...files, ...rest];
  const { status } = spawnSync("npx", args, { cwd: root, env, stdio: "inherit" });
  if (status !== 0) failed.push(seed);
}
if (failed.length > 0)
  console.error(`failed with seed ${failed.join(", ")}; repeat one: npm run test:flaky -- --seed ${failed[0]}`);
else console.log(`${count} of ${count} seeds end in the same pictures`);
process.exitCode = failed.length > 0 ? 1 : 0;
