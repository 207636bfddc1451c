/** What can be imported, and how a file is known for what it is: by its name, else by how it begins. */
import { fail, type Result } from "../result.ts";
import { importCodeowners } from "./codeowners.ts";
import { importGerrit, type SourceFile } from "./gerrit.ts";
import { importPolicyBot } from "./policy-bot.ts";
import type { Imported, ImportProblem } from "./report.ts";

interface Importer {
  /** Of the file's name, without folders. */
  readonly name: RegExp;
  readonly text: RegExp;
  readonly read: (files: readonly SourceFile[]) => Result<Imported, ImportProblem>;
}

/** In the order in which a file is tried. */
const IMPORTERS = {
  gerrit: {
    name: /^groups$|\.config$|\.pl$/,
    text: /^\s*\[(?:access|label|submit-requirement|project|receive|submit)[\s\]]/m,
    read: importGerrit,
  },
  "policy-bot": {
    name: /^\.?policy\.ya?ml$/,
    text: /^(?:policy|approval_rules|approval_defaults):/m,
    read: oneFile(importPolicyBot),
  },
  codeowners: {
    name: /^CODEOWNERS$/,
    text: /^[^#\s]\S*\s+@[A-Za-z0-9]/m,
    read: oneFile(importCodeowners),
  },
} as const satisfies Record<string, Importer>;

export type ImportKind = keyof typeof IMPORTERS;

export const IMPORT_KINDS: readonly string[] = Object.keys(IMPORTERS);

export function isImportKind(text: string): text is ImportKind {
  return Object.hasOwn(IMPORTERS, text);
}

/** undefined: it could be anything. */
export function kindOf({ name, text }: SourceFile): ImportKind | undefined {
  const last = name.split(/[\\/]/).at(-1) ?? name;
  const start = text.slice(0, 100_000);
  const kinds = IMPORT_KINDS.filter(isImportKind);
  return (
    kinds.find((kind) => IMPORTERS[kind].name.test(last)) ?? kinds.find((kind) => IMPORTERS[kind].text.test(start))
  );
}

export function importFiles(kind: ImportKind, files: readonly SourceFile[]): Result<Imported, ImportProblem> {
  return IMPORTERS[kind].read(files);
}

/** For what is one file wherever it is used. */
export function oneFile(
  read: (text: string) => Result<Imported, ImportProblem>,
): (files: readonly SourceFile[]) => Result<Imported, ImportProblem> {
  return ([file, ...more]) =>
    file === undefined || more.length > 0
      ? fail({
          line: 0,
          message: `${more.length + 1} files were given`,
          hint: "give one, and the others by themselves",
        })
      : read(file.text);
}
