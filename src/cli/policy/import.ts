/**
 * `plustwo policy import`: a policy from what another place goes by. The policy goes to standard output or into a new file, and
 * what became of each construct to standard error.
 */
import { writeFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { importFiles, IMPORT_KINDS, isImportKind, kindOf, type ImportKind } from "../../core/import/importers.ts";
import type { SourceFile } from "../../core/import/gerrit.ts";
import type { Fate, Imported, ImportProblem, Remark } from "../../core/import/report.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { given } from "../command-line.ts";
import { EXIT } from "../problems.ts";
import { counted, oneLine, type CliProblem, type Say } from "../say.ts";
import { readText, type PipedTerminal } from "./files.ts";

export interface ImportOptions {
  readonly files: readonly string[];
  /** Else it is told from the first file's name and text. */
  readonly from?: string;
  /** A file that must not be there yet. */
  readonly output?: string;
  /** Unless it may be replaced. */
  readonly force: boolean;
  readonly json: boolean;
}

export async function importPolicy(
  terminal: PipedTerminal,
  say: Say,
  { files, from, output, force, json }: ImportOptions,
): Promise<Result<number, CliProblem>> {
  if (files.filter((file) => file === "-").length > 1)
    return fail({ message: "Cannot read standard input twice", hint: "give `-` once", exit: EXIT.usage });
  const read: SourceFile[] = [];
  for (const name of files) {
    const text = await readText(terminal, name);
    if (!text.ok) return text;
    read.push({ name, text: text.value });
  }
  const kind = asKind(from, read);
  if (!kind.ok) return kind;
  const imported = importFiles(kind.value, read);
  if (!imported.ok) return fail(unreadable(files, kind.value, imported.problem));
  if (output !== undefined) {
    const written = await write(terminal, output, { text: imported.value.policy, force });
    if (!written.ok) return written;
  }
  show(say, { from: kind.value, imported: imported.value, json, ...given("output", output) });
  const open = imported.value.remarks.some(({ fate }) => fate === "left-out");
  return ok(open ? EXIT.refused : EXIT.ok);
}

function asKind(from: string | undefined, files: readonly SourceFile[]): Result<ImportKind, CliProblem> {
  if (from !== undefined)
    return isImportKind(from)
      ? ok(from)
      : fail({
          message: `Cannot import from \`${from}\``,
          hint: `known are: ${IMPORT_KINDS.join(", ")}`,
          exit: EXIT.usage,
        });
  const known = files.map(kindOf).find((kind) => kind !== undefined);
  if (known !== undefined) return ok(known);
  const [first] = files;
  return fail({
    message: `Cannot tell what ${first === undefined ? "the file" : shown(first.name)} is: neither its name nor its text says so`,
    hint: `add \`--from\`: ${IMPORT_KINDS.join(", ")}`,
    exit: EXIT.malformed,
  });
}

function unreadable(
  files: readonly string[],
  kind: ImportKind,
  { file, line, message, hint }: ImportProblem,
): CliProblem {
  const name = shown(file ?? files[0] ?? "the file");
  return {
    message: `Cannot import ${name}${line === 0 ? "" : `:${line}`} as ${kind}: ${message}`,
    hint,
    exit: EXIT.malformed,
  };
}

function shown(name: string): string {
  return name === "-" ? "standard input" : name;
}

async function write(
  terminal: PipedTerminal,
  output: string,
  { text, force }: { readonly text: string; readonly force: boolean },
): Promise<Result<void, CliProblem>> {
  try {
    const path = isAbsolute(output) ? output : join(terminal.cwd, output);
    await writeFile(path, text, { flag: force ? "w" : "wx" });
    return ok(undefined);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return why === "EEXIST"
      ? fail({
          message: `Cannot write ${output}: the file is there already`,
          hint: "name another, or add `--force` to replace it",
          exit: EXIT.refused,
        })
      : fail({
          message: `Cannot write ${output}: ${why === "ENOENT" ? "its folder is not there" : why}`,
          hint: "name a file in a folder that is there and may be written",
          exit: EXIT.malformed,
        });
  }
}

interface Shown {
  readonly from: ImportKind;
  readonly imported: Imported;
  readonly output?: string;
  readonly json: boolean;
}

function show(say: Say, { from, imported: { policy, remarks }, output, json }: Shown): void {
  if (json) {
    say.json({ version: 1, from, ...given("output", output), policy, remarks });
    return;
  }
  if (output === undefined) say.result(policy.trimEnd());
  for (const fate of ["kept", "changed", "left-out"] as const) {
    const some = remarks.filter((remark) => remark.fate === fate);
    if (some.length === 0) continue;
    say.note(`${HEADINGS[fate]} (${some.length})`);
    for (const line of lines(some)) say.note(`  ${line}`);
  }
  const counts = (["kept", "changed", "left-out"] as const).map(
    (fate) => `${remarks.filter((remark) => remark.fate === fate).length} ${fate === "left-out" ? "left out" : fate}`,
  );
  say.note(`${counted(remarks.length, "construct")}: ${counts.join(", ")}. The policy only observes.`);
  say.note(
    output === undefined
      ? "Next: write it to .github/plustwo.yml, name your teams in `groups`, then `plustwo policy lint .github/plustwo.yml`"
      : `Next: name your teams in \`groups\` of ${output}, then \`plustwo policy lint ${output}\``,
  );
}

const HEADINGS: Readonly<Record<Fate, string>> = {
  "left-out": "Left out, to be decided",
  changed: "Changed: it is there and means something else",
  kept: "Kept",
};

/** What is told with the same words is told once, with where it stands. */
function lines(remarks: readonly Remark[]): readonly string[] {
  const alike = new Map<string, Remark[]>();
  for (const remark of remarks) {
    const key = remark.how === "" ? `${remark.file ?? ""}\0${remark.line}\0${remark.construct}` : remark.how;
    alike.set(key, [...(alike.get(key) ?? []), remark]);
  }
  return [...alike.values()].flatMap((all) => {
    const how = all[0]?.how ?? "";
    const [only] = all;
    if (all.length === 1 && only !== undefined)
      return [oneLine(`${place(only)}${only.construct}${how === "" ? "" : `: ${how}`}`)];
    return [`${oneLine(how)}:`, ...all.map((one) => `  ${oneLine(`${place(one)}${one.construct}`)}`)];
  });
}

function place({ file, line }: Remark): string {
  const where = [...(file === undefined ? [] : [shown(file)]), ...(line === 0 ? [] : [String(line)])].join(":");
  return where === "" ? "" : `${where}: `;
}
