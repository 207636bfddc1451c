// Kills the service at every call of three paths, before and after its effect. A whole run takes long: it can be cut into pieces.
// What is not an option of this command goes to Vitest.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const PATHS = ["happy", "recheck", "repair"];
const USAGE = `npm run test:crash -- [--path ${PATHS.join("|")}] [--from N] [--points N] [--sample N] [Vitest's own options]
  --path P    one path (default: all three)
  --from N    the first point, counted from 1; a run that was cut off says where to go on
  --points N  how many points
  --sample N  so many of each path, evenly spread, instead`;

const root = fileURLToPath(new URL("../..", import.meta.url));
const rest = process.argv.slice(2);
const env = { ...process.env };

for (const [option, name, fits] of [
  ["--path", "CRASH_PATH", (text) => PATHS.includes(text)],
  ["--from", "CRASH_FROM", (text) => /^[1-9]\d*$/.test(text)],
  ["--points", "CRASH_POINTS", (text) => /^[1-9]\d*$/.test(text)],
  ["--sample", "CRASH_SAMPLE", (text) => /^[1-9]\d*$/.test(text)],
]) {
  const at = rest.indexOf(option);
  if (at === -1) continue;
  const [, text = ""] = rest.splice(at, 2);
  if (!fits(text)) {
    console.error(`${option} cannot be ${JSON.stringify(text)}.\n${USAGE}`);
    process.exit(2);
  }
  env[name] = text;
}
if (rest.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const { status } = spawnSync("npx", ["vitest", "run", "--project", "crash", ...rest], {
  cwd: root,
  env,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
