// Bytes that are no project.config, and files of hostile sizes: they end in a policy or a sentence, and soon.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importGerrit } from "../../../src/core/import/gerrit.ts";
import { kindOf, importFiles } from "../../../src/core/import/importers.ts";
import { errorsOf } from "./gerrit-imports.ts";

const LINES = [
  '[label "Code-Review"]',
  '[label "a b"]',
  '[label "A-B"]',
  "[label]",
  '[access "refs/heads/*"]',
  '[access "^refs/heads/(a|b)/.*"]',
  '[access "refs/heads/${username}/*"]',
  "[access]",
  '[submit-requirement "Code-Review"]',
  '[submit-requirement "parents"]',
  "[submit]",
  "[receive]",
  "[capability]",
  "function = MaxWithBlock",
  "function = ?",
  "value = -2 no",
  "value = 0",
  "value = +2 \"yes # 'no'\"",
  "value = 99",
  "copyMinScore = true",
  "copyCondition = is:MIN) OR (",
  "copyCondition = changekind:NO_CHANGE OR approverin:x",
  "branch = refs/heads/*",
  "ignoreSelfApproval = true",
  "label-Code-Review = -2..+2 group Core",
  "label-Code-Review = -1..+1 group Registered Users",
  "label-Verified = -1..+1 group CI",
  "label-a b = block -1..+1 group anyone",
  "label-CI-2 = -1..+1 group 2fast",
  "label-Code-Review = block -2..+2 group Registered Users",
  "exclusiveGroupPermissions = label-Code-Review read label-",
  "inheritFrom = Other",
  "submittableIf = label:Code-Review=MAX AND -label:Code-Review=MIN",
  "submittableIf = label:Code-Review>=0",
  "submittableIf = label:CI-2=MAX",
  'submittableIf = "label:\\"Code-Review=MAX,group=a b\\""',
  'applicableIf = "path:\\"^(a+)+$\\""',
  "overrideIf = label:Code-Review",
  "canOverrideInChildProjects = true",
  "action = rebase if necessary",
  "key",
  "# text",
];

it("random lines of a project.config never throw, and what comes out is a policy without errors", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...LINES), { maxLength: 30 }), (lines) => {
      const imported = importGerrit([{ name: "project.config", text: lines.join("\n") }]);
      if (imported.ok) expect(errorsOf(imported.value)).toEqual([]);
      else expect(imported.problem.hint).not.toBe("");
    }),
    { numRuns: 150 },
  );
});

it("random text never throws, whatever it is taken for", () => {
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ maxLength: 300 }));
  fc.assert(
    fc.property(text, text, (one, other) => {
      const files = [
        { name: "project.config", text: `[access "${one}"]\n${other}` },
        { name: "groups", text: one },
      ];
      for (const kind of ["gerrit", "policy-bot", "codeowners"] as const) importFiles(kind, files.slice(0, 1));
      importFiles("gerrit", files);
      kindOf({ name: one, text: other });
    }),
    { numRuns: 150 },
  );
});

const LIMIT_MS = 2_000;

/** Time of this process alone, the quickest of three. */
function importedIn(text: string): { readonly ms: number; readonly said: string } {
  let ms = Infinity;
  let said = "";
  for (let attempt = 0; attempt < 3 && ms >= LIMIT_MS; attempt += 1) {
    const start = process.cpuUsage().user;
    const imported = importGerrit([{ name: "project.config", text }]);
    ms = Math.min(ms, (process.cpuUsage().user - start) / 1_000);
    said = imported.ok ? "imported" : imported.problem.message;
  }
  return { ms, said };
}

const many = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join("\n");

describe("files of hostile sizes end within two seconds", () => {
  it.each([
    ["5 MB", `[a]\n${"#".repeat(5_000_000)}`, "it is larger than 1 MB"],
    ["10 000 sections", many(10_000, (n) => `[label "L${n}"]`), "it has more than 1000 sections"],
    ["50 000 settings", `[receive]\n${many(50_000, () => "a = b")}`, "it has more than 20000 settings"],
    ["1 000 labels", many(1_000, (n) => `[label "L${n}"]\nvalue = 1 x`), "imported"],
    ["1 000 labels alike", many(1_000, (n) => `[label "L${"-".repeat(n % 500)}x"]\nvalue = 1 x`), "imported"],
    [
      "1 000 refs",
      many(1_000, (n) => `[access "refs/heads/b${n}"]\nlabel-Code-Review = -2..+2 group G${n}`),
      "imported",
    ],
    [
      "1 000 blocks",
      many(
        1_000,
        (n) => `[access "refs/heads/b${n}"]\nlabel-A = 0..1 group G\nlabel-A = block 0..1 group Registered Users`,
      ),
      "imported",
    ],
    ["a ref of 1 000 parentheses", `[access "^refs/heads/${"(".repeat(1_000)}"]\nlabel-A = 0..1 group G`, "imported"],
    ["a ref of 2^20 branches", `[access "^refs/heads/${"(a|b)".repeat(20)}"]\nlabel-A = 0..1 group G`, "imported"],
    [
      "an expression of 100 000 parentheses",
      `[submit-requirement "A"]\nsubmittableIf = ${"(".repeat(100_000)}`,
      "imported",
    ],
    [
      "an expression that takes long elsewhere",
      `[submit-requirement "A"]\nsubmittableIf = "path:\\"^(a+)+b\\""\n[label "L"]\nvalue = 1 ${"x".repeat(100_000)}`,
      "imported",
    ],
    ["100 000 joined lines", `[a]\nk = ${"\\\n".repeat(100_000)}`, "imported"],
  ])("%s", (_, text, expected) => {
    const { ms, said } = importedIn(text);
    expect(said).toBe(expected);
    expect(ms).toBeLessThan(LIMIT_MS);
  });
});
