/**
 * What Gerrit says while it takes a push, read: the changes with their pages, and the warnings.
 * A line of a change is its address, its subject, and marks: `[NEW]`, `[WIP]`, `[PRIVATE]`, `(EDIT)`.
 */
export interface ReportedChange {
  readonly url: string;
  readonly number: number;
  /** Long ones are cut by the server, with `...` at the end. */
  readonly subject: string;
  readonly isNew: boolean;
  readonly workInProgress: boolean;
  readonly private: boolean;
}

export interface PushReport {
  /** In the server's order: bottom of the stack first. */
  readonly changes: readonly ReportedChange[];
  /** Words for the author: warnings, and what hooks and plugins of the server say. */
  readonly said: readonly string[];
}

const CHANGE = /^(https?:\/\/\S+?\/(?:\+\/)?(\d+)) (.*)$/;
// Headings and progress: they say nothing that the lines of changes do not say.
const NOISE =
  /^(?:SUCCESS|(?:New|Updated) Changes:|Processing changes: .*|Counting objects.*|Resolving deltas.*|\((?:done|\d.*)\)|error: branch .*)$/i;

export function readPushReport(lines: readonly string[]): PushReport {
  const changes: ReportedChange[] = [];
  const said: string[] = [];
  for (const raw of lines) {
    // Progress is written over itself; what counts is what stands at the end.
    const line = (raw.split("\r").at(-1) ?? "").replace(/^remote:/, "").trim();
    const found = CHANGE.exec(line);
    if (found !== null) changes.push(changeOf(found[1] ?? "", Number(found[2]), found[3] ?? ""));
    else if (line !== "" && !NOISE.test(line)) said.push(line);
  }
  return { changes, said: [...new Set(said)] };
}

function changeOf(url: string, number: number, rest: string): ReportedChange {
  const marks = /((?:\s+(?:\[[A-Z]+\]|\([A-Z]+\)))*)$/.exec(rest)?.[1] ?? "";
  const has = (mark: string): boolean => marks.includes(mark);
  return {
    url,
    number,
    subject: rest.slice(0, rest.length - marks.length).trim(),
    isNew: has("[NEW]"),
    workInProgress: has("[WIP]"),
    private: has("[PRIVATE]"),
  };
}

/** Whether a line of the report is about the commit of this subject. */
export function isAbout(reported: ReportedChange, subject: string): boolean {
  const { subject: said } = reported;
  return said === subject || (said.endsWith("...") && subject.startsWith(said.slice(0, -3).trimEnd()));
}
