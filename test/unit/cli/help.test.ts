// `-h` of every command, as it stands on a terminal of 80 columns.
import { expect, it } from "vitest";
import { describeGitReview, describePlustwo } from "../../../scripts/manual/commands.ts";
import { all } from "../../../scripts/manual/described.ts";
import { folded } from "../../../src/cli/help.ts";
import { runGitReview } from "../../../src/cli/main.ts";
import { runOperate } from "../../../src/cli/operate/main.ts";
import { policyWith } from "../../../src/cli/policy/main.ts";
import { runReplay } from "../../../src/cli/replay/main.ts";

type Run = typeof runGitReview;

const operate: Run = runOperate;
const policy: Run = policyWith(() => Promise.reject(new Error("help asks nobody")));
const RUNNERS: Readonly<Record<string, Run>> = { "git review": runGitReview, policy, replay: runReplay };
// They read their words themselves.
const ALONE = ["serve", "forge"];

async function help(words: readonly string[], columns = 80): Promise<string> {
  let out = "";
  const stdout = { isTTY: true, columns, write: (text: string) => (out += text) };
  const run = RUNNERS[words[0] ?? ""] ?? operate;
  const typed = run === runGitReview ? words.slice(1) : words;
  expect(await run([...typed, "-h"], { stdout, stderr: stdout, env: {}, cwd: "/" })).toBe(0);
  return out;
}

const commands = [
  ...all(describeGitReview()).map(({ path }) => path),
  ...describePlustwo()
    .commands.filter(({ path }) => !ALONE.includes(path[1] ?? ""))
    .flatMap(all)
    .map(({ path }) => path.slice(1)),
].map((words) => ({ name: words.join(" "), words }));

it.each(commands)("$name -h fits in 80 columns, and says what it is for", async ({ words }) => {
  const text = await help(words);
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(text).toMatch(/^Usage: .+\n(?: {7}.+\n)*\n[A-Z`.]/);
  expect(text).toMatch(/-h, --help +print this help/);
});

it.each([60, 72, 100])("git review -h is no wider than a terminal of %s columns", async (columns) => {
  const text = await help(["git review"], columns);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
});

it("exit codes are broken between their sentences and set in", () => {
  const stream = { write: () => true, columns: 44 };
  expect(folded("Exit codes: 0 done · 1 refused · 2 usage · 40 server unreachable\nMore: man git-review", stream)).toBe(
    ["Exit codes: 0 done · 1 refused · 2 usage", "            40 server unreachable", "More: man git-review"].join(
      "\n",
    ),
  );
});
