/** Adding a release and branches to a deliverable file: new lines at the end of their lists, and not a byte elsewhere. */
import { isMap, isScalar, isSeq, parseDocument, stringify } from "yaml";
import { fail, ok, type Result } from "../../result.ts";
import { parseDeliverable, type FilePlace } from "./deliverable.ts";
import type { NewProblem, Planned } from "./new-release.ts";

/** The whole new text. It is read back before it is answered. */
export function withRelease(place: FilePlace, text: string, planned: Planned): Result<string, NewProblem> {
  const { version, projects, diffStart } = planned;
  const release = [
    `version: ${scalar(version)}`,
    "projects:",
    ...projects.flatMap(({ repo, hash, comment }) => [
      `  - repo: ${scalar(repo)}`,
      `    hash: ${scalar(hash)}`,
      ...(comment === undefined ? [] : [`    comment: ${scalar(comment)}`]),
    ]),
    ...(diffStart === undefined ? [] : [`diff-start: ${scalar(diffStart)}`]),
  ];
  const edited = planned.branches.reduce(
    (now, { name, location }) => appended(now, "branches", [`name: ${scalar(name)}`, `location: ${scalar(location)}`]),
    appended(text, "releases", release),
  );
  const before = parseDeliverable(place, text);
  const after = parseDeliverable(place, edited);
  const grown =
    before.ok &&
    after.ok &&
    after.value.releases.length === before.value.releases.length + 1 &&
    after.value.releases.at(-1)?.version === version &&
    after.value.branches.length === before.value.branches.length + planned.branches.length;
  if (grown) return ok(edited);
  return fail({
    message: `${place.path} is written in a way that this cannot add to`,
    hint: "write its lists one entry a line, `  - version: …`, and try again",
  });
}

/** `lines` are one entry of the list, without the dash. */
function appended(text: string, key: string, lines: readonly string[]): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const document = parseDocument(text, { version: "1.2", schema: "core" });
  const map = document.contents;
  const pair = isMap(map) ? map.items.find((one) => isScalar(one.key) && one.key.value === key) : undefined;
  const list = pair?.value;
  const indented = (indent: string) =>
    lines.map((line, index) => `${indent}${index === 0 ? "- " : "  "}${line}${end}`).join("");
  if (pair === undefined || !isScalar(pair.key)) return `${ended(text, end)}${key}:${end}${indented("  ")}`;
  if (isSeq(list) && list.flow !== true && list.items.length > 0 && list.range) {
    const dash = list.range[0];
    const indent = text.slice(text.lastIndexOf("\n", dash - 1) + 1, dash);
    return insertedAfter(text, list.range[1], indented(indent.trim() === "" ? indent : "  "), end);
  }
  // Empty: `releases:`, `releases: []` or `releases: null`.
  const from = pair.key.range?.[1] ?? 0;
  const lineEnd = text.indexOf("\n", from);
  const rest = lineEnd < 0 ? text.slice(from) : text.slice(from, lineEnd);
  const comment = /\s#.*$/.exec(rest)?.[0] ?? "";
  const after = lineEnd < 0 ? "" : text.slice(lineEnd + 1);
  return `${text.slice(0, from)}:${comment.trimEnd()}${end}${indented("  ")}${after}`;
}

/** Behind the last line of the list that says something. */
function insertedAfter(text: string, offset: number, block: string, end: string): string {
  const said = text.slice(0, offset).trimEnd().length;
  const lineEnd = text.indexOf("\n", said);
  if (lineEnd < 0) return `${ended(text, end)}${block}`;
  return `${text.slice(0, lineEnd + 1)}${block}${text.slice(lineEnd + 1)}`;
}

function ended(text: string, end: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}${end}`;
}

/** Quoted where YAML would read it as something else than this text. */
function scalar(value: string): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}
