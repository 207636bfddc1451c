/**
 * How long it takes to say who owns the files of a change: CODEOWNERS of 1 000 rules over 10 000 files, as people write them and as
 * somebody hostile would. Prints figures; fails when the first takes a second or more.
 */
import { parseCodeowners } from "../src/core/owners/codeowners.ts";

interface Bench {
  readonly name: string;
  readonly rules: readonly string[];
  readonly files: readonly string[];
  /** Milliseconds; absent: shown only. */
  readonly goal?: number;
}

const count = (n: number) => Array.from({ length: n }, (_, at) => at);
const ordinary = count(10_000).map(
  (n) => `src/team-${n % 50}/part-${n % 333}/file-${n}.${["ts", "md", "go", "py"][n % 4]}`,
);

const BENCHES: readonly Bench[] = [
  {
    name: "1 000 ordinary rules × 10 000 files",
    rules: count(1_000).map(
      (n) =>
        [`/src/team-${n % 50}/part-${n % 333}/`, `part-${n}/`, `*.ext${n}`, `/src/**/file-${n}.*`, `docs-${n}/*`][
          n % 5
        ] ?? "*",
    ),
    files: ordinary,
    goal: 1_000,
  },
  {
    name: "1 000 rules beginning with ** × 10 000 files",
    rules: count(1_000).map((n) => `**/part-*${n}*/f*`),
    files: ordinary,
  },
  {
    name: "1 000 rules of stars × 10 000 names of one letter",
    rules: count(1_000).map((n) => `/${"*a".repeat(20)}${n}`),
    files: count(10_000).map((n) => "a".repeat(60 + (n % 60))),
  },
];

function milliseconds(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

let missed = 0;
for (const { name, rules, files, goal } of BENCHES) {
  const text = rules.map((rule, at) => `${rule} @owner-${at}`).join("\n");
  let parsed = parseCodeowners("CODEOWNERS", "");
  const parse = milliseconds(() => (parsed = parseCodeowners("CODEOWNERS", text)));
  let owned = 0;
  const match = milliseconds(() => {
    for (const file of files) if (parsed.ruleOf(file.split("/")) !== undefined) owned += 1;
  });
  const late = goal !== undefined && parse + match >= goal;
  if (late) missed += 1;
  const figures = `parse ${parse.toFixed(0)} ms, match ${match.toFixed(0)} ms, ${owned} owned`;
  process.stdout.write(
    `${late ? "LATE" : "ok  "}  ${name}: ${figures}${goal === undefined ? "" : ` (goal: ${goal} ms)`}\n`,
  );
}
process.exitCode = missed === 0 ? 0 : 1;
