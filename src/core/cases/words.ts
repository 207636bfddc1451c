/** The small words of a cases file: a vote, a patch set, a file, a moment. Each answers what is wrong in a sentence. */
import { fail, ok, type Result } from "../result.ts";
import { after, parseDuration, parseInstant, type Instant } from "../time.ts";
import type { ChangedFile, ChangeKind, Vote } from "../policy/snapshot.ts";
import { KINDS } from "./format.ts";

/** An instant, or a duration and `ago`. */
export function readMoment(text: string, now: Instant): Result<Instant, string> {
  const ago = /^(\S+) ago$/.exec(text);
  const ms = ago === null ? undefined : parseDuration(ago[1] ?? "");
  if (ms !== undefined) return ok(after(now, -ms));
  const at = /^\d{4}-\d\d-\d\dT.*Z$/.test(text) ? parseInstant(text) : undefined;
  return at === undefined
    ? fail(`\`${text}\` is no moment: write \`2d ago\` or an instant such as \`2026-09-01T12:00:00Z\``)
    : ok(at);
}

export interface WrittenPatchSet {
  readonly kind: ChangeKind;
  /** undefined: the owner. */
  readonly by?: string;
  readonly coauthors: readonly string[];
  readonly suggested: readonly string[];
  readonly at?: Instant;
}

const WHEN = /\s+(\S+ ago|\d{4}-\S+Z)$/;

/** `REWORK by carol with dave, erin suggested by bob 2d ago`. */
export function readPatchSet(text: string, now: Instant): Result<WrittenPatchSet, string> {
  const { rest, at } = splitMoment(text, now);
  if (at !== undefined && !at.ok) return at;
  const found = /^([A-Z_]+)(?: by (\S+))?(?: with (\S.*?))?(?: suggested by (\S.*))?$/.exec(rest);
  const [, word, by, coauthors, suggested] = found ?? [];
  const kind = KINDS.find((known) => known === word);
  if (kind === undefined)
    return fail(
      `\`${text}\` is no patch set: write for example \`REWORK by carol 2d ago\`; kinds are ${KINDS.join(", ")}`,
    );
  return ok({
    kind,
    ...(by === undefined ? {} : { by }),
    coauthors: listOf(coauthors),
    suggested: listOf(suggested),
    ...(at === undefined ? {} : { at: at.value }),
  });
}

export interface WrittenVote {
  readonly label: string;
  readonly value: number;
  /** undefined: the newest. */
  readonly patchSet?: number;
  readonly at?: Instant;
  readonly state: Vote["state"];
  readonly permitted?: { readonly min: number; readonly max: number };
}

const STATES: readonly Vote["state"][] = ["superseded", "retracted", "dismissed", "edited", "deleted"];

/** `Code-Review+2 on 1 5h ago dismissed permitted -1..+1`. */
export function readVote(text: string, now: Instant): Result<WrittenVote, string> {
  const [head = "", ...more] = text.trim().split(/\s+/);
  const [, label, value] = /^([A-Za-z][A-Za-z0-9-]*?)([+-]\d{1,4})$/.exec(head) ?? [];
  const wrong = fail(`\`${text}\` is no vote: write for example \`Code-Review+2\` or \`Code-Review-1 on 1 5h ago\``);
  if (label === undefined) return wrong;
  let vote: WrittenVote = { label, value: Number(value), state: "current" };
  for (let at = 0; at < more.length;) {
    const [word = "", next = ""] = more.slice(at);
    const state = STATES.find((known) => known === word);
    const range = /^([+-]?\d{1,4})\.\.([+-]?\d{1,4})$/.exec(next);
    if (state !== undefined) {
      vote = { ...vote, state };
      at += 1;
    } else if (word === "on" && /^\d{1,4}$/.test(next)) {
      vote = { ...vote, patchSet: Number(next) };
      at += 2;
    } else if (word === "permitted" && range !== null) {
      vote = { ...vote, permitted: { min: Number(range[1]), max: Number(range[2]) } };
      at += 2;
    } else {
      const isAgo = next === "ago";
      const moment = readMoment(isAgo ? `${word} ago` : word, now);
      if (!moment.ok) return wrong;
      vote = { ...vote, at: moment.value };
      at += isAgo ? 2 : 1;
    }
  }
  return ok(vote);
}

/** `src/a.ts`, `added src/b.ts +10 -0`, `removed old.ts`, `old.ts -> new.ts`. */
export function readFile(text: string): ChangedFile {
  const [, counted, plus, minus] = /^(.*?) \+(\d{1,7}) -(\d{1,7})$/.exec(text) ?? [];
  const lines = (additions: number, deletions: number) =>
    counted === undefined ? { additions, deletions } : { additions: Number(plus), deletions: Number(minus) };
  const rest = counted ?? text;
  const mode = "100644";
  const [, previousPath, path] = /^(.+?) -> (.+)$/.exec(rest) ?? [];
  if (previousPath !== undefined && path !== undefined)
    return { path, previousPath, mode, status: "renamed", ...lines(0, 0) };
  if (rest.startsWith("added ")) return { path: rest.slice("added ".length), mode, status: "added", ...lines(10, 0) };
  if (rest.startsWith("removed "))
    return { path: rest.slice("removed ".length), mode, status: "removed", ...lines(0, 10) };
  return { path: rest, mode, status: "modified", ...lines(10, 2) };
}

function splitMoment(text: string, now: Instant): { readonly rest: string; readonly at?: Result<Instant, string> } {
  const [whole = "", moment] = WHEN.exec(text) ?? [];
  return moment === undefined
    ? { rest: text.trim() }
    : { rest: text.slice(0, text.length - whole.length).trim(), at: readMoment(moment, now) };
}

function listOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(",").map((one) => one.trim());
}
