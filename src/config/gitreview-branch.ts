/** A `.gitreview` that names another branch and is else what it was, to the last byte: as a new branch wants it. */
import type { BranchName } from "../core/ids.ts";
import { parseGitreview } from "./gitreview-file.ts";

/** Where `git review` looks for the branch. */
const SECTIONS = ["gerrit", "github"];
const KEY = "defaultbranch";

/** undefined: every section that names a server says so already, or there is none. */
export function withDefaultBranch(text: string, branch: BranchName): string | undefined {
  const entries = parseGitreview(text);
  const lines = text.split("\n");
  const edits = SECTIONS.flatMap((section): readonly Edit[] => {
    const header = lines.findLastIndex((line) => sectionOf(line) === section);
    if (header < 0) return [];
    const own = entries.filter((entry) => entry.section === section);
    const said = own.find(({ key }) => key === KEY);
    if (said !== undefined) return said.value === branch ? [] : [{ kind: "replace", index: said.line - 1 }];
    const last = Math.max(header, ...own.map(({ line }) => line - 1));
    return [{ kind: "insert", index: last + 1 }];
  });
  if (edits.length === 0) return undefined;
  // From below, so that the numbers of the lines above stay true.
  for (const { kind, index } of [...edits].sort((one, other) => other.index - one.index)) {
    if (kind === "replace")
      lines[index] = (lines[index] ?? "").replace(
        /^(\s*[\w-]+\s*[=:][ \t]*)(.*?)(\s*)$/,
        (_, name: string, _value, end: string) => `${name}${branch}${end}`,
      );
    else insertLine(lines, index, `${KEY}=${branch}`);
  }
  return lines.join("\n");
}

interface Edit {
  readonly kind: "replace" | "insert";
  /** Of the line that is replaced, or that the new one comes before. */
  readonly index: number;
}

function sectionOf(line: string): string | undefined {
  return /^\[([^\]]+)\]$/.exec(line.trim())?.[1]?.toLowerCase();
}

/** With the line end of the file; a last line without one stays so. */
function insertLine(lines: string[], index: number, line: string): void {
  const crlf = lines[0]?.endsWith("\r") === true;
  const before = lines[index - 1] ?? "";
  if (index < lines.length) lines.splice(index, 0, crlf ? `${line}\r` : line);
  else lines.splice(index - 1, 1, crlf ? `${before}\r` : before, line);
}
