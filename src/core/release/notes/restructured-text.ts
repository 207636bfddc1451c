/** A report as reStructuredText, byte for byte as reno 4.1 writes it. Source: its output. */
import { titleOf, type Report, type ReportedVersion, type Source, type Told } from "./report.ts";

export interface RstOptions {
  /** A comment before each text names its note. */
  readonly showSource: boolean;
  /** How the commit of a note is written: reno writes the literal of a Python byte string. */
  readonly commits: "plain" | "python";
}

const UNDERLINES = { 1: "-", 2: "^", 3: "~" } as const;

/** Without a line end behind the last line. */
export function restructuredText(report: Report, options: RstOptions): string {
  const width = lengthOf(report.title);
  const head = report.title === "" ? [] : ["=".repeat(width), report.title, "=".repeat(width), ""];
  return [...head, ...report.versions.flatMap((version) => versionLines(version, report, options))].join("\n");
}

function versionLines(version: ReportedVersion, report: Report, options: RstOptions): readonly string[] {
  const branch = report.branch === undefined || report.branch === "" ? "" : `_${report.branch.replaceAll("/", "_")}`;
  const anchor = `${report.title === "" ? "relnotes" : report.title}_${version.title}${branch}`;
  const preludeTitle = titleOf(report.preludeName);
  const comment = ({ path, commit }: Source) =>
    options.showSource ? [`.. ${path} @ ${commitText(commit, options.commits)}\n`] : [];
  const heading = (title: string, underline: string) => [`.. _${anchor}_${title}:`, "", title, underline, ""];
  return [
    ...[`.. _${anchor}:`, "", version.title, "=".repeat(lengthOf(version.title)), ""],
    ...(version.date === undefined ? [] : [`Release Date: ${version.date}`, ""]),
    ...(version.preludes.length === 0 ? [] : heading(preludeTitle, "-".repeat(lengthOf(report.preludeName)))),
    ...version.preludes.flatMap((told) => [...comment(told), told.text, ""]),
    ...version.sections.flatMap(({ section, items }) => [
      ...heading(section.title, UNDERLINES[section.level].repeat(lengthOf(section.title))),
      ...items.flatMap((told) => [...comment(told), itemLines(told)]),
      "",
    ]),
  ];
}

function itemLines({ text }: Told): string {
  return `- ${linesOf(text).join("\n  ")}\n`;
}

/** As Python's `str.splitlines`: it knows more line ends than a newline, and the last one begins no line. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

export function commitText(commit: string | undefined, as: RstOptions["commits"]): string {
  if (as === "python") return commit === undefined ? "None" : `b'${commit}'`;
  return commit ?? "work tree";
}

/** In code points, as Python counts. */
function lengthOf(text: string): number {
  return [...text].length;
}
