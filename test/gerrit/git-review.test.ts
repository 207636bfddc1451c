// The same words on the command line of git-review and of ours make the same push: the ref, and every option in its order.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../support/shell.ts";
import { GIT_REVIEW_VERSION, obtainGitReview } from "./live/git-review.ts";
import { openYard, type Seat, type Yard } from "./seat.ts";

const theirs = await obtainGitReview();

const COMMAND_LINES: readonly (readonly string[])[] = [
  [],
  ["-t", "grammar"],
  ["-t", "main"],
  ["-T"],
  ["--reviewers", "dave", "erin@example.org"],
  ["--cc", "frank", "grace"],
  ["--hashtags", "one", "two"],
  ["-w"],
  ["--work-in-progress"],
  ["--wip"],
  ["-W"],
  ["--ready"],
  ["-p"],
  ["-P"],
  ["--remove-private"],
  ["--notify", "OWNER_REVIEWERS"],
  ["--message", "Two words, 100%: done?"],
  ["--no-thin"],
  ["stable"],
  ["stable", "-t", "stable", "-w", "-p"],
  ["-r", "mirror"],
  ["-t", "t", "--hashtags", "h", "--reviewers", "r", "--cc", "c", "-W", "-P", "--notify", "ALL", "--message", "m m"],
];

describe.skipIf(theirs === undefined)(`beside git-review ${GIT_REVIEW_VERSION}`, () => {
  let yard: Yard;
  let carol: Seat;

  beforeAll(async () => {
    yard = await openYard("beside", ["main", "stable"]);
    carol = await yard.seat("carol", "http");
    await carol.git("remote", "add", "mirror", carol.url);
    await carol.git("fetch", "-q", "mirror");
    await carol.starts("topic");
    await carol.review("-s");
    await carol.commits("Add parser", { parser: "1\n" });
  });

  afterAll(() => yard.close());

  /** What would be pushed: options of the push, remote, ref, with the message read as Gerrit reads it. */
  function pushOf(said: string): readonly string[] {
    const line = said.split("\n").find((one) => /^\s*git\s+push /.test(one)) ?? `no push in: ${said}`;
    const words = line.trim().split(/\s+/).slice(2);
    return words.map((word) =>
      word.replace(
        /([%,]m=)(.*)$/,
        (_, before: string, text: string) => before + decodeURIComponent(text.replaceAll("+", " ")),
      ),
    );
  }

  it.each(COMMAND_LINES.map((args) => [args.join(" "), args] as const))("git review %s", async (_, args) => {
    const { program, args: before, env } = theirs ?? { program: "", args: [], env: {} };
    const settings = { cwd: carol.dir, env: { ...carol.env, ...env } };
    const other = await run(program, [...before, "-n", "-R", "-y", "--no-color", ...args], settings);
    const ours = await carol.review("-n", "-R", ...args);
    expect(other.code, other.stdout + other.stderr).toBe(0);
    expect(ours.code, ours.err).toBe(0);
    expect(pushOf(ours.out)).toEqual(pushOf(other.stdout));
  });
});
