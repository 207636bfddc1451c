// The manual pages and the completions are written from the command line's own definitions, so they cannot promise something else.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeGitReview, describePlustwo } from "../../scripts/manual/commands.ts";
import { all, type Described } from "../../scripts/manual/described.ts";
import { writtenFiles } from "../../scripts/manual/files.ts";
import { rewrite } from "../../scripts/manual/page.ts";
import { EXIT } from "../../src/cli/exit.ts";
import { SETTINGS } from "../../src/config/setting-names.ts";
import { root } from "./files.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const shown = (page: string): string => page.replaceAll("\\-", "-").replaceAll(/\\f[BIR]/g, "");
const git = describeGitReview();
const plustwo = describePlustwo();

describe("what is written from the command line", () => {
  it.each(writtenFiles(read).map(({ path, text }) => ({ path, text })))(
    "$path is what `npm run manual` writes; run it after a change of the command line",
    ({ path, text }) => {
      expect(existsSync(join(root, path)) ? read(path) : "no such file").toBe(text);
    },
  );

  it.each([
    ["docs/man/git-review.1", git],
    ["docs/man/plustwo.1", plustwo],
  ] as const)("%s names every command, place and option", (path, command: Described) => {
    const page = shown(read(path));
    const named = all(command).flatMap(({ path: words, options, places, commands }) => [
      // `plustwo` and `plustwo policy` do nothing alone.
      ...(commands.length > 0 && places.length === 0 ? [] : [words.join(" ")]),
      ...(words.length === 1 && places.length === 0 ? [] : options.flatMap(({ flags }) => flags)),
      ...places.map(({ name }) => name),
    ]);
    expect(named.length).toBeGreaterThan(50);
    expect([...new Set(named)].filter((word) => !page.includes(word))).toEqual([]);
  });
});

describe("the manual page of git review", () => {
  const page = shown(read("docs/man/git-review.1"));
  const optionsIn = (text: string): readonly string[] => text.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? [];

  it("speaks of no option that the command line does not have", () => {
    const has = all(git).flatMap(({ options }) => options.flatMap(({ flags }) => flags));
    const ofGit = ["--hostname", "--rebase-merges"];
    expect(optionsIn(page).filter((option) => ![...has, ...ofGit].includes(option))).toEqual([]);
  });

  it("has every setting, in git config and in .gitreview", () => {
    for (const { git: names, file } of SETTINGS) {
      expect(page).toContain(`gitreview.${names[0] ?? ""}`);
      if (file !== undefined) expect(page).toMatch(new RegExp(`\\b${file}\\b`));
    }
  });

  it("has every exit code", () => {
    const codes = [...page.matchAll(/^\.TP\n(\d+)\n/gm)].map((match) => Number(match[1]));
    for (const code of Object.values(EXIT).filter((one) => one !== EXIT.interrupted)) expect(codes).toContain(code);
  });
});

describe("a page", () => {
  const entries = { options: [{ lines: [".TP", "\\fB\\-\\-all\\fR", "Everything."], key: "--all" }] };
  const page = (inside: string): string => `before\n.\\" generated: options\n${inside}.\\" end of options\nafter\n`;
  const more = '.\\" more: --all\nAlso what is\n.B hidden.\n';

  it("keeps the prose after an entry, and all around the part", () => {
    const written = rewrite(page(`.TP\n\\fB\\-\\-all\\fR\nOld words.\n${more}`), entries);
    expect(written).toBe(page(`.TP\n\\fB\\-\\-all\\fR\nEverything.\n${more}`));
    expect(rewrite(written, entries)).toBe(written);
  });

  it("does not lose prose of an option that has gone", () => {
    expect(() => rewrite(page(more.replace("--all", "--old")), entries)).toThrow(
      'The page says more of "--old", which the command line no longer has',
    );
  });

  it("has a place for each part, and no part that nothing stands for", () => {
    expect(() => rewrite("no place\n", entries)).toThrow('The page lacks the part "options"');
    expect(() => rewrite(page(""), {})).toThrow('The page has a part "options" that the generator does not know');
  });
});

it("`plustwo serve` and `plustwo forge` take the options that the manual gives them", () => {
  const source = { serve: read("bot/main.ts"), forge: read("local-forge/main.ts") };
  for (const name of ["serve", "forge"] as const) {
    const described = plustwo.commands.find(({ path }) => path[1] === name);
    const promised = (described?.options ?? []).flatMap(({ flags }) => flags).filter((flag) => flag !== "-h");
    const taken = [...source[name].matchAll(/args\.(?:includes|indexOf)\("(--[a-z]+)"\)/g)].map(([, flag]) => flag);
    expect(promised.filter((flag) => flag !== "--help").sort(), name).toEqual(
      [...new Set(taken)].filter((flag) => flag !== "--help").sort(),
    );
  }
});
