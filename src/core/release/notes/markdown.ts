/** A report as Markdown. Notes are reStructuredText: links, roles and literal blocks in them are said again, all else stays. */
import { linesOf } from "./restructured-text.ts";
import { titleOf, type Report, type ReportedVersion, type Told } from "./report.ts";

/** Without a line end behind the last line. `showSource` adds where each text is from, as a comment. */
export function markdown(report: Report, { showSource }: { readonly showSource: boolean }): string {
  const head = report.title === "" ? [] : [`# ${report.title}`];
  const depth = report.title === "" ? 1 : 2;
  return [...head, ...report.versions.flatMap((version) => versionParts(version, { report, depth, showSource }))].join(
    "\n\n",
  );
}

interface Page {
  readonly report: Report;
  readonly depth: number;
  readonly showSource: boolean;
}

function versionParts(version: ReportedVersion, { report, depth, showSource }: Page): readonly string[] {
  const source = ({ path, commit }: Told) => (showSource ? ` <!-- ${path} @ ${commit ?? "work tree"} -->` : "");
  const heading = (level: number, title: string) => `${"#".repeat(Math.min(6, level))} ${title}`;
  return [
    heading(depth, version.title),
    ...(version.date === undefined ? [] : [`Release date: ${version.date}`]),
    ...(version.preludes.length === 0 ? [] : [heading(depth + 1, titleOf(report.preludeName))]),
    ...version.preludes.map((told) => `${textOf(told.text).join("\n")}${source(told)}`),
    ...version.sections.flatMap(({ section, items }) => [
      heading(depth + section.level, section.title),
      items
        .map((told) => {
          const [first = "", ...rest] = textOf(told.text);
          return [`- ${first}${rest.length === 0 ? source(told) : ""}`, ...indented(rest, source(told))].join("\n");
        })
        .join("\n"),
    ]),
  ];
}

function indented(lines: readonly string[], ending: string): readonly string[] {
  return lines.map((line, index) => `${line === "" ? "" : `  ${line}`}${index === lines.length - 1 ? ending : ""}`);
}

/** Lines of a note's text, said in Markdown. */
function textOf(text: string): readonly string[] {
  const lines = linesOf(text.trimEnd());
  const said: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const block = line.endsWith("::") && !/^\s*\.\. /.test(line) ? literalBlock(lines, at + 1) : undefined;
    if (block === undefined) said.push(inline(line));
    else {
      // `Like this::` ends in one colon; `::` alone says nothing.
      const before = line.trim() === "::" ? [] : [inline(line.slice(0, -1))];
      said.push(
        ...before,
        ...(before.length > 0 ? [""] : []),
        "```",
        ...block.lines,
        "```",
        ...(block.end < lines.length ? [""] : []),
      );
      at = block.end - 1;
    }
  }
  return said;
}

/** The indented lines behind a `::`, without their indentation; `undefined` where there are none. */
function literalBlock(
  lines: readonly string[],
  from: number,
): { readonly lines: readonly string[]; readonly end: number } | undefined {
  let end = from;
  while (end < lines.length && (/^\s/.test(lines[end] ?? "") || (lines[end] ?? "") === "")) end += 1;
  const block = lines.slice(from, end);
  while ((block.at(-1) ?? "x").trim() === "") block.pop();
  while ((block[0] ?? "x").trim() === "") block.shift();
  if (block.length === 0) return undefined;
  const depth = Math.min(
    ...block.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length),
  );
  return { lines: block.map((line) => line.slice(depth)), end: Math.max(from, end) };
}

function inline(line: string): string {
  return line
    .replaceAll(/(?<!`)`([^`<>]+?)\s*<([^`<>\s]+)>`__?/g, "[$1]($2)")
    .replaceAll(/(?<![`\w]):[\w:.-]+:`([^`]+)`/g, "`$1`");
}
