// `plustwo policy import`, through its own command line: where the policy goes, where the report, and how it ends.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { policyWith } from "../../src/cli/policy/main.ts";
import { published } from "../support/published.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plustwo-import-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const noForge = () => Promise.reject(new Error("import reads files alone"));

async function policy(args: readonly string[], stdin = "") {
  let out = "";
  let err = "";
  const code = await policyWith(noForge)(["policy", ...args], {
    stdin: Readable.from([stdin]),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: {},
    cwd: folder,
  });
  return { code, out, err };
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const WHOLE = `[capability]
[access "refs/heads/*"]
  label-Code-Review = -2..+2 group Core
[label "Code-Review"]
  function = MaxWithBlock
  copyMinScore = true
  value = -2 no
  value = -1 not yet
  value = 0 none
  value = +1 fine
  value = +2 yes
`;

it("prints the policy, tells of every construct beside, and the policy lints", async () => {
  const done = await policy(["import", file("project.config", WHOLE)]);
  expect(done.code).toBe(0);
  expect(parse(done.out)).toMatchObject({ mode: "observe", labels: { "Code-Review": { veto: "sticky" } } });
  expect(done.err).toContain("label-Code-Review = -2..+2 group Core: as `Core` on `*`");
  expect(done.err).toMatch(/\d+ constructs: \d+ kept, \d+ changed, 0 left out\. The policy only observes\./);
  expect(done.err).toMatch(/Next: write it to \.github\/plustwo\.yml, name your teams/);
  const lint = await policy(["lint", file("made.yml", done.out)]);
  expect(lint.code).toBe(0);
});

it("ends with 1 where something is left out, which stands at the policy's head and last in the report", async () => {
  const done = await policy(["import", "--from", "gerrit", "-"], WHOLE.replace("MaxWithBlock", "PatchSetLock"));
  expect(done.code).toBe(1);
  expect(done.out).toContain("# Left out, to be decided:\n# - label Code-Review: function = PatchSetLock (line 5)");
  expect(done.err).toMatch(
    /Left out, to be decided \(1\)\n {2}5: label Code-Review: function = PatchSetLock: nothing here stops a push/,
  );
});

it("replaces no file that is there, unless it is told to", async () => {
  const source = file("project.config", WHOLE);
  file("plustwo.yml", "mine\n");
  const kept = await policy(["import", source, "--output", "plustwo.yml"]);
  expect(kept).toMatchObject({ code: 1, out: "" });
  expect(kept.err).toContain(
    "Cannot write plustwo.yml: the file is there already\nHint: name another, or add `--force`",
  );
  expect(readFileSync(join(folder, "plustwo.yml"), "utf8")).toBe("mine\n");
  const forced = await policy(["import", source, "--output", "plustwo.yml", "--force"]);
  expect(forced).toMatchObject({ code: 0, out: "" });
  expect(readFileSync(join(folder, "plustwo.yml"), "utf8")).toMatch(/^# Converted from Gerrit's project\.config/);
});

it("prints one JSON document with the policy and every remark", async () => {
  const { code, out, err } = await policy(["import", "--json", file("project.config", WHOLE)]);
  const document = published<{ from: string; policy: string; remarks: object[] }>("policy-import", out);
  expect({ code, err, from: document.from }).toEqual({ code: 0, err: "", from: "gerrit" });
  expect(parse(document.policy)).toMatchObject({ version: 1 });
  expect(document.remarks).toContainEqual({
    line: 6,
    construct: "label Code-Review: copyMinScore = true",
    fate: "kept",
    how: "as `is:MIN` in `copyCondition`",
  });
});

it.each([
  ["project.config", WHOLE, "gerrit"],
  [
    ".policy.yml",
    "policy:\n  approval: [one]\napproval_rules:\n  - name: one\n    requires: { count: 1 }\n",
    "policy-bot",
  ],
  ["CODEOWNERS", "* @alice\n", "codeowners"],
  ["rights.txt", WHOLE, "gerrit"],
  [
    "rules.txt",
    "approval_rules:\n  - name: one\n    requires: { count: 1 }\npolicy: { approval: [one] }\n",
    "policy-bot",
  ],
  ["owners.txt", "# whose\n/src/ @acme/core\n", "codeowners"],
])("knows %s for what it is", async (name, text, kind) => {
  const { out } = await policy(["import", "--json", file(name, text)]);
  expect(published("policy-import", out)).toMatchObject({ from: kind });
});

it.each([
  [["import", "nowhere.config"], 3, /Cannot read nowhere\.config: there is no such file/],
  [
    ["import", "what.txt"],
    3,
    /Cannot tell what what\.txt is: neither its name nor its text says so\nHint: add `--from`/,
  ],
  [
    ["import", "broken.config"],
    3,
    /Cannot import broken\.config:2 as gerrit: `= 1` is no setting\nHint: write `key = value`/,
  ],
  [
    ["import", "--from", "prow", "what.txt"],
    2,
    /Cannot import from `prow`\nHint: known are: gerrit, policy-bot, codeowners/,
  ],
  [["import", "-", "-"], 2, /Cannot read standard input twice/],
  [
    ["import", "fine.config", "--output", "no/such/folder.yml"],
    3,
    /Cannot write no\/such\/folder\.yml: its folder is not there/,
  ],
])("%j ends with %d and a hint", async (args, code, said) => {
  file("what.txt", "hello\n");
  file("broken.config", '[label "A"]\n= 1\n');
  file("fine.config", WHOLE);
  const done = await policy(args);
  expect(done.code).toBe(code);
  expect(done.err).toMatch(said);
  expect(existsSync(join(folder, "no"))).toBe(false);
});
