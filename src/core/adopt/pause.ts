/**
 * A pause of the gate, as it stands on the forge: a ref that points to a commit whose message says who, why and since
 * when. While it exists nothing is built or landed. It is kept there so that a lost database does not forget it.
 * Whoever may write to the repository could make or remove such a ref with git alone; names in it are claims, as
 * author lines are. Making one only stops things; what landed meanwhile is told from the branch itself.
 */
import { type BranchName, parseBranchName, parseRefName, parseSha, type RefName, type Sha } from "../ids.ts";
import { formatInstant, parseInstant, type Instant } from "../time.ts";
import { type Tip } from "./facts.ts";

/** The whole repository. */
const EVERYTHING = "refs/plustwo/pause";
/** One target; not below the other, because git cannot keep a ref and a folder of one name. */
const ONE_TARGET = "refs/plustwo/paused/";

export interface Pause {
  /** Absent = every target. */
  readonly branch?: BranchName;
  readonly by: string;
  readonly reason: string;
  readonly since: Instant;
  /** Merging by hand is meant: it needs a second admin first. */
  readonly breakGlass: boolean;
  /** The second admin, once they have said so. */
  readonly confirmedBy?: string;
  /** Where branches stood when the pause began. */
  readonly tips: readonly Tip[];
}

export function pauseRef(branch: BranchName | undefined): RefName {
  const ref = parseRefName(branch === undefined ? EVERYTHING : `${ONE_TARGET}${branch}`);
  if (ref === undefined) throw new Error(`No ref for a pause of ${branch ?? "everything"}`);
  return ref;
}

/** What a pause ref is about; `undefined` for every other ref. */
export function pausedBy(ref: string): { readonly branch?: BranchName } | undefined {
  if (ref === EVERYTHING) return {};
  const branch = ref.startsWith(ONE_TARGET) ? parseBranchName(ref.slice(ONE_TARGET.length)) : undefined;
  return branch === undefined ? undefined : { branch };
}

/** The subject is for people who meet the commit in a log; the trailers are what is read back. */
export function formatPause(pause: Pause): string {
  const { branch, by, reason, since, breakGlass, confirmedBy, tips } = pause;
  const trailers = [
    `Paused: ${branch ?? "*"}`,
    `Paused-By: ${by}`,
    `Paused-Since: ${formatInstant(since)}`,
    ...(breakGlass ? ["Break-Glass: yes"] : []),
    ...(confirmedBy === undefined ? [] : [`Confirmed-By: ${confirmedBy}`]),
    ...tips.map((tip) => `Tip: ${tip.sha} ${tip.branch}`),
  ];
  return `Pause the gate\n\n${oneLine(reason)}\n\n${trailers.join("\n")}\n`;
}

/** `undefined` for a message that is not of ours; whoever reads it must take the gate for paused all the same. */
export function parsePause(message: string): Pause | undefined {
  const [subject, reason, trailers, ...rest] = message.trim().split("\n\n");
  if (subject !== "Pause the gate" || reason === undefined || trailers === undefined || rest.length > 0)
    return undefined;
  const lines = trailers.split("\n").map((line) => /^([A-Z][A-Za-z-]*): (.*)$/.exec(line));
  const value = (key: string) => lines.find((line) => line?.[1] === key)?.[2];
  const [what, by, since] = [value("Paused"), value("Paused-By"), parseInstant(value("Paused-Since") ?? "")];
  if (what === undefined || by === undefined || since === undefined) return undefined;
  const branch = what === "*" ? undefined : parseBranchName(what);
  if (what !== "*" && branch === undefined) return undefined;
  const confirmedBy = value("Confirmed-By");
  return {
    ...(branch === undefined ? {} : { branch }),
    ...{ by, reason, since },
    breakGlass: value("Break-Glass") === "yes",
    ...(confirmedBy === undefined ? {} : { confirmedBy }),
    tips: lines.flatMap((line) => (line?.[1] === "Tip" ? (tipOf(line[2] ?? "") ?? []) : [])),
  };
}

function tipOf(text: string): Tip | undefined {
  const [hex = "", name = ""] = text.split(" ");
  const [sha, branch]: readonly [Sha | undefined, BranchName | undefined] = [parseSha(hex), parseBranchName(name)];
  return sha === undefined || branch === undefined ? undefined : { sha, branch };
}

/** For checks and logs: "Paused by olivia: the runners are down; since 2026-11-25 01:40 UTC". */
export function describePause({ by, reason, since }: Pick<Pause, "by" | "reason" | "since">): string {
  return `Paused by ${by}: ${reason}; since ${formatInstant(since).slice(0, 16).replace("T", " ")} UTC`;
}

export interface Step {
  readonly from: Sha;
  readonly to: Sha;
  readonly by: string;
  readonly at: Instant;
  readonly forced: boolean;
  /** The apps that posted a successful gate check on `to`. */
  readonly certifiedBy: readonly { readonly id: number; readonly slug: string }[];
}

/** GitHub Actions: any job with a token can post a check in its name. */
const ANYBODY = 15_368;

/**
 * The steps of a branch that the gate did not certify, oldest first. `app`: the one whose word counts; without it any
 * app but Actions does, and the answer should say so.
 */
export function uncertified(steps: readonly Step[], app: number | undefined): readonly Step[] {
  return steps.filter(
    ({ certifiedBy }) => !certifiedBy.some(({ id }) => (app === undefined ? id !== ANYBODY : id === app)),
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
}
