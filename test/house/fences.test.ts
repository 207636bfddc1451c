// The fences stand: ESLint, as configured for everybody, refuses what src/core must not do. A fence nobody has seen refuse is no fence.
import { ESLint } from "eslint";
import { fileURLToPath } from "node:url";
import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Rules that need types are left out here: they would have to load the whole program to say nothing about these fences.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

/** What ESLint says about `code`, were it the text of `file`: `rule: message` each. */
async function complaints(file: string, code: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(code, { filePath: `${root}/${file}` });
  if (result === undefined) throw new Error(`ESLint gave no answer for ${file}; is it ignored in eslint.config.js?`);
  return result.messages.map((message) => `${message.ruleId ?? "syntax"}: ${message.message}`);
}

describe("src/core decides and does nothing else", () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["await", "export const later = async (x: Promise<number>): Promise<number> => await x;\n", /no await/],
    ["an async function", "export async function later(): Promise<void> {}\n", /no async function/],
    ["Date.now()", "export const now = (): number => Date.now();\n", /no clock/],
    ["new Date()", "export const today = (): unknown => new Date();\n", /dates are parsed in core\/time\.ts/],
    ["Math.random()", "export const dice = (): number => Math.random();\n", /no dice/],
    ["process", "export const home = (): unknown => process.env;\n", /no process/],
    ["node:fs", 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n', /may be imported here/],
    [
      "a package outside the list",
      'import { execa } from "execa";\nexport const run = execa;\n',
      /may be imported here/,
    ],
    ["the clock", 'import { clock } from "../clock.ts";\nexport const c = clock;\n', /may not know git, a forge/],
    [
      "the forge, one room up",
      'import { type Forge } from "../forge/forge.ts";\nexport type F = Forge;\n',
      /may not know git, a forge/,
    ],
  ];
  it.each(refused)("it may not use %s", async (_what, code, expected) => {
    const found = await complaints("src/core/ids.ts", code);
    expect(found.filter((line) => expected.test(line))).not.toEqual([]);
  });

  it("it may use its own rooms and the pure packages", async () => {
    const code =
      'import { ok } from "./result.ts";\nimport { parse } from "yaml";\nexport const read = (t: string): unknown => ok(parse(t));\n';
    expect(await complaints("src/core/ids.ts", code)).toEqual([]);
  });
});

describe("the arrows between rooms point one way", () => {
  it("the product does not lean on the local forge", async () => {
    const code = 'import { type World } from "../local-forge/world.ts";\nexport type W = World;\n';
    expect((await complaints("src/clock.ts", code)).join("\n")).toMatch(/may not lean on the local forge/);
  });

  it("the local forge shares no code with the product", async () => {
    const code = 'import { ok } from "../src/core/result.ts";\nexport const yes = ok;\n';
    expect((await complaints("local-forge/world.ts", code)).join("\n")).toMatch(/independent model of GitHub/);
  });

  it("time comes from outside in the shell too", async () => {
    const code = "export const now = (): number => Date.now();\n";
    expect((await complaints("src/forge/forge.ts", code)).join("\n")).toMatch(/Time comes from outside/);
  });

  it("a type assertion stands only where raw text becomes branded", async () => {
    const code = "export const three = ('3' as unknown) as number;\n";
    expect((await complaints("src/core/result.ts", code)).join("\n")).toMatch(/consistent-type-assertions/);
  });
});
