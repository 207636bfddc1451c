/** What a watch tells, in its three forms: a frame on a terminal, a line for each change that changed, a JSON document for each state. */
import { type ChangeState } from "../../forge/forge.ts";
import { type Desk } from "../desk.ts";
import { type KnownChange, type StatusFacts } from "../gather-status.ts";
import { oneLine } from "../say.ts";
import { stateOf, statusJson, statusLines } from "../show-status.ts";
import { screenOn } from "./screen.ts";

/** A change that was watched and is open no more. */
export interface Ended {
  readonly number: number;
  readonly title: string;
  readonly state: Exclude<ChangeState, "open">;
}

export interface Seen {
  readonly facts: StatusFacts;
  readonly ended: readonly Ended[];
  /** Why the newest look failed; what is shown is from before. */
  readonly trouble?: string;
  readonly over: boolean;
}

export type Show = (seen: Seen) => void;

export function showingOn(desk: Desk, { seconds, json }: { readonly seconds: number; readonly json: boolean }): Show {
  const { stdout, env } = desk.terminal;
  if (json) return documents(desk);
  return stdout.isTTY === true && env["TERM"] !== "dumb" ? frames(desk, seconds) : linesOf(desk);
}

function frames(desk: Desk, seconds: number): Show {
  const { say, terminal } = desk;
  const screen = screenOn(terminal.stdout);
  return ({ facts, ended, trouble, over }) => {
    const last =
      trouble === undefined
        ? say.colour(
            "dim",
            over
              ? ended.length === 0
                ? "Nothing here is open"
                : "Nothing is open any more"
              : `Looking every ${seconds} s; Ctrl-C ends it`,
          )
        : say.colour("yellow", oneLine(trouble));
    const gone = ended.map((one) => say.colour(one.state === "merged" ? "green" : "dim", endedLine(one)));
    const open = facts.changes.length === 0 && ended.length > 0 ? [] : [...statusLines(desk, facts), ""];
    screen.draw([...open, ...gone, ...(gone.length === 0 ? [] : [""]), last]);
  };
}

function linesOf({ say }: Desk): Show {
  const told = new Map<number, string>();
  let worried: string | undefined;
  return ({ facts, ended, trouble }) => {
    if (trouble !== undefined && trouble !== worried) say.note(trouble);
    worried = trouble;
    const now = [
      ...facts.changes.map((change) => [change.status.number, changeLine(change)] as const),
      ...ended.map((one) => [one.number, endedLine(one)] as const),
    ];
    for (const [number, line] of now) {
      if (told.get(number) === line) continue;
      told.set(number, line);
      say.result(line);
    }
  };
}

/** One per line, so that whoever reads need not wait for the end. Source: the convention of newline-delimited JSON. */
function documents(desk: Desk): Show {
  let told: string | undefined;
  return ({ facts, ended }) => {
    const gone = ended.map(({ number, title, state }) => ({ number, subject: title, state }));
    const text = JSON.stringify({ ...statusJson(desk, facts), ended: gone });
    if (text === told) return;
    told = text;
    desk.say.result(text);
  };
}

function changeLine({ status, verdict }: KnownChange): string {
  const patchSet = verdict === undefined ? "" : ` ps ${verdict.patchSet}`;
  return `#${status.number}${patchSet}  ${oneLine(status.title)}  ${oneLine(wordsOf({ status, verdict }))}`;
}

function wordsOf({ status, verdict }: { status: KnownChange["status"]; verdict: KnownChange["verdict"] }): string {
  const said = verdict?.title ?? status.verdict?.title;
  if (said !== undefined) return said;
  const words = { passed: "ok", failed: "FAIL", running: "…" };
  const checks = status.checks.map((check) => `${check.name} ${words[stateOf(check)]}`);
  return `no verdict yet${checks.length === 0 ? "" : `; ${[...new Set(checks)].join(", ")}`}`;
}

function endedLine({ number, title, state }: Ended): string {
  return `${state === "merged" ? "✓" : "✗"} #${number}  ${oneLine(title)}  ${state === "merged" ? "landed" : "closed"}`;
}
