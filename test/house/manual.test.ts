// The manual page, `-h` and what is really read say the same.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT } from "../../src/cli/problems.ts";
import { runGitReview } from "../../src/cli/main.ts";
import { SETTINGS } from "../../src/config/setting-names.ts";
import { root } from "./files.ts";

const page = readFileSync(join(root, "docs/man/git-review.1"), "utf8");
/** As it is read: without fonts and escapes. */
const text = page.replaceAll(/\\f[BIRP]/g, "").replaceAll("\\-", "-");

async function help(...verb: readonly string[]): Promise<string> {
  let out = "";
  const stdout = { write: (words: string) => (out += words) };
  await runGitReview([...verb, "-h"], { stdout, stderr: stdout, env: {}, cwd: root });
  return out;
}

const longOptions = (words: string): readonly string[] => [...new Set(words.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? [])];
const letters = (words: string): readonly string[] =>
  [...words.matchAll(/^ {2}(-[A-Za-z]), --/gm)].map((match) => match[1] ?? "");

describe("the manual page of git review", () => {
  it("has every option of `git review -h`, by letter and by name", async () => {
    const words = await help();
    expect(longOptions(words).length).toBeGreaterThan(35);
    expect(longOptions(words).filter((option) => !longOptions(text).includes(option))).toEqual([]);
    const lettersOfPage = [...text.matchAll(/(?<![\w-])(-[A-Za-z])(?![\w-])/g)].map((match) => match[1]);
    expect(letters(words).filter((letter) => !lettersOfPage.includes(letter))).toEqual([]);
  });

  it("has no option that nothing reads", async () => {
    const verbs = ["vote", "override", "status", "config", "list"];
    const all = [await help(), ...(await Promise.all(verbs.map((verb) => help(verb))))].flatMap(longOptions);
    const others = ["--hostname", "--rebase-merges"];
    expect(longOptions(text).filter((option) => ![...all, ...others].includes(option))).toEqual([]);
  });

  it("has every verb of `git review -h`", async () => {
    const verbs = [...(await help()).matchAll(/^ {2}([a-z]+)(?: \[| <|  )/gm)].map((match) => match[1] ?? "");
    expect(verbs).toEqual(expect.arrayContaining(["setup", "list", "config", "vote", "status"]));
    for (const verb of verbs.filter((one) => one !== "branch")) expect(text).toContain(`git review ${verb}`);
  });

  it("has every setting, in git config and in .gitreview", () => {
    for (const { git, file } of SETTINGS) {
      expect(text).toContain(`gitreview.${git[0] ?? ""}`);
      if (file !== undefined) expect(text).toMatch(new RegExp(`\\b${file}\\b`));
    }
  });

  it("has every exit code", () => {
    const codes = [...text.matchAll(/^\.TP\n(\d+)\n/gm)].map((match) => Number(match[1]));
    for (const code of Object.values(EXIT).filter((one) => one !== EXIT.interrupted)) expect(codes).toContain(code);
  });
});
