/** Review comments as people and their editors read them (`path:line` stands first) and as scripts do (docs/schemas/comments.schema.json). */
import { formatInstant } from "../core/time.ts";
import { type Desk } from "./desk.ts";
import { type CommentsFacts, type PlacedThread } from "./gather-comments.ts";
import { counted, oneLine, plain, type Say } from "./say.ts";

const MOST_LINES = 12;
const NOTE: Readonly<Record<PlacedThread["place"], string>> = {
  same: "",
  outdated: "outdated",
  removed: "removed line",
  file: "whole file",
  unmapped: "line of then",
};

export function commentLines(desk: Desk, { change, threads, resolved, at }: CommentsFacts): readonly string[] {
  const { say } = desk;
  const files = new Set(threads.map(({ path }) => path)).size;
  const what =
    threads.length === 0
      ? "no open comments"
      : `${counted(threads.length, "open comment")} in ${counted(files, "file")}`;
  const done = resolved === 0 ? "" : ` · ${resolved} resolved`;
  const blocks = threads.flatMap((one, index) => {
    const first = index === 0 || threads[index - 1]?.path !== one.path;
    return [...(first ? [""] : []), ...threadLines(say, one)];
  });
  const notes = notesOf(threads, change.number, at);
  return [
    say.colour("bold", `${say.link(`#${change.number}`, change.url)}  ${oneLine(change.title)} · ${what}${done}`),
    ...blocks,
    ...(notes.length === 0 ? [] : ["", ...notes.map((line) => say.colour("dim", line))]),
  ];
}

/** `src/a.ts:12: alice: Why twice?`, and under it the rest of what was said. */
function threadLines(say: Say, { thread, path, line, place }: PlacedThread): readonly string[] {
  const [first, ...replies] = thread.comments;
  const note = NOTE[place] === "" ? "" : `${say.colour("yellow", `[${NOTE[place]}]`)} `;
  const at = say.colour("bold", `${oneLine(path)}:${line}:`);
  const [opening = "", ...more] = bodyLines(first?.body ?? "");
  const missing = thread.count - thread.comments.length;
  return [
    `${at} ${note}${oneLine(first?.by.login ?? "ghost")}: ${opening}`,
    ...more.map((text) => `    ${text}`.trimEnd()),
    ...replies.flatMap(({ by, body }) => {
      const [start = "", ...rest] = bodyLines(body);
      return [`    ${oneLine(by.login)}: ${start}`, ...rest.map((text) => `      ${text}`.trimEnd())];
    }),
    ...(missing > 0 ? [`    … ${missing} more: ${first?.url ?? ""}`] : []),
  ];
}

function bodyLines(body: string): readonly string[] {
  const lines = body
    .replaceAll("\r\n", "\n")
    .trim()
    .split("\n")
    .map((line) => plain(line.trimEnd()))
    .filter((line, index, all) => line !== "" || all[index - 1] !== "");
  return lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES), `… ${counted(lines.length - MOST_LINES, "more line")}`];
}

function notesOf(threads: readonly PlacedThread[], number: number, at: CommentsFacts["at"]): readonly string[] {
  const notes: string[] = [];
  if (at === "head" && threads.length > 0)
    notes.push(`Lines are those of its newest patch set, which is not checked out here: git review -d ${number}`);
  if (threads.some(({ place }) => place === "outdated"))
    notes.push("outdated: that line was changed or removed since; the nearest one is named");
  if (threads.some(({ place }) => place === "unmapped"))
    notes.push("line of then: the commit that was commented on cannot be had any more, so its own line is named");
  return notes;
}

/** `docs/schemas/comments.schema.json`. */
export function commentsJson({ location }: Desk, { change, threads, resolved, at }: CommentsFacts): unknown {
  return {
    version: 1,
    host: location.host,
    project: `${location.owner}/${location.name}`,
    number: change.number,
    url: change.url,
    subject: change.title,
    head: change.head,
    linesOf: at,
    resolved,
    threads: threads.map(({ thread, path, line, place }) => ({
      path,
      line,
      place,
      side: thread.side,
      ...(thread.path === path ? {} : { originalPath: thread.path }),
      ...(thread.originalLine === undefined ? {} : { originalLine: thread.originalLine }),
      ...(thread.commit === undefined ? {} : { commit: thread.commit }),
      url: thread.comments[0]?.url ?? change.url,
      comments: thread.comments.map(({ by, body, at: when, url }) => ({
        by: by.login,
        body,
        at: formatInstant(when),
        url,
      })),
      count: thread.count,
    })),
  };
}
