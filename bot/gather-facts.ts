/**
 * Facts that cost something to find out, and so are looked for only where the policy asks: invisible characters in what a change adds
 * (threat T33), and whether its commits were picked from a newer branch. What was not looked for is named in `notGathered`, what could
 * not be read in `incomplete`; either closes the gate where it matters.
 */
import type { BranchName, Sha } from "../src/core/ids.ts";
import { asksFor } from "../src/core/policy/asks.ts";
import { newConflicts } from "../src/core/policy/conflict-markers.ts";
import { hasInvisible, newInvisibleLines } from "../src/core/policy/invisible.ts";
import type { Policy } from "../src/core/policy/policy.ts";
import type { ChangedFile, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { Commit } from "../src/git/commit.ts";
import { describeGitProblem, type GitProblem } from "../src/git/problem.ts";
import { backportIn, newerWith, type OpenBackport } from "./gather-backport.ts";
import type { Mirror } from "./mirror.ts";

export interface FactsOf {
  readonly mirror: Mirror;
  readonly policy: Policy | undefined;
  readonly target: BranchName;
  readonly defaultBranch: BranchName;
  /** Their tips. */
  readonly branches: ReadonlyMap<BranchName, Sha>;
  /** Texts that are no file: the title, the branch's name. */
  readonly words: readonly { readonly where: string; readonly text: string }[];
  /** The own range: what it stands on, its head, its commits newest first. Absent: it could not be read, which is said elsewhere. */
  readonly range: { readonly base: Sha; readonly head: Sha; readonly commits: readonly Commit[] } | undefined;
  readonly files: readonly ChangedFile[];
  /** Other open changes. */
  readonly open: readonly OpenBackport[];
}

type Facts = Pick<PolicySnapshot["facts"], "bidi" | "backportOf" | "newer" | "notGathered">;

/** Files whose lines are looked at, of one change; more are nothing a person has read. */
const MOST_FILES = 3_000;

export interface GatheredFacts {
  readonly facts: Facts;
  /** `path:line`, for every change whatever its policy asks. */
  readonly conflicts: readonly string[];
  readonly incomplete: PolicySnapshot["incomplete"];
}

export async function gatherFacts(of: FactsOf): Promise<GatheredFacts> {
  const { policy } = of;
  const bidi = policy !== undefined && asksFor(policy, "bidi") ? await invisibleIn(of) : undefined;
  const backport = policy !== undefined && asksFor(policy, "backport") ? await backportIn(of) : undefined;
  const newer = backport === undefined ? undefined : await newerWith(of);
  const conflicts = await conflictsIn(of);
  const failed = [
    ...unread("the lines it adds", bidi?.ok === false ? bidi : conflicts),
    ...unread("the commits it was picked from", backport),
    ...unread("the newer branches", newer),
  ];
  const notGathered = [
    ...(bidi?.ok === true ? [] : ["bidi" as const]),
    ...(backport?.ok === true && newer?.ok === true ? [] : ["backport" as const]),
  ];
  const found = backport?.ok === true ? backport.value : undefined;
  return {
    facts: {
      bidi: bidi?.ok === true ? bidi.value : [],
      ...(found === undefined ? {} : { backportOf: found }),
      ...(newer?.ok === true ? { newer: newer.value } : {}),
      notGathered,
    },
    conflicts: conflicts.ok ? conflicts.value : [],
    incomplete: failed,
  };
}

export type Answer<T> = Result<T, GitProblem | { readonly kind: "unread"; readonly why: string }>;

function unread(what: string, answer: Answer<unknown> | undefined): PolicySnapshot["incomplete"] {
  if (answer === undefined || answer.ok) return [];
  const { problem } = answer;
  return [{ what, why: problem.kind === "unread" ? problem.why : describeGitProblem(problem).message }];
}

/** `path:line`, and the names of texts; sorted as the files are. */
async function invisibleIn({ mirror, words, range, files }: FactsOf): Promise<Answer<readonly string[]>> {
  if (range === undefined) return ok([]);
  if (files.length > MOST_FILES) {
    const why = `it touches ${files.length} files, at most ${MOST_FILES} are read: split it`;
    return { ok: false, problem: { kind: "unread", why } };
  }
  const messages = range.commits.map(({ sha, message }) => ({
    where: `the message of ${sha.slice(0, 7)}`,
    text: message,
  }));
  const paths = files.map(({ path }) => ({ where: `the name of ${JSON.stringify(path)}`, text: path }));
  const named = [...words, ...messages, ...paths].flatMap(({ where, text }) => (hasInvisible(text) ? [where] : []));
  const read = files.filter(({ status, mode }) => status !== "removed" && mode !== "160000");
  const texts = await textsOf(mirror, range, read);
  if (!texts.ok) return texts;
  const lines = texts.value.flatMap(({ path, before, after }) =>
    newInvisibleLines(before, after).map((line) => `${path}:${line}`),
  );
  return ok([...named, ...lines]);
}

/** Read only where git found a line that begins one. Files that are no text have none: git writes markers into text alone. */
async function conflictsIn({ mirror, range, files }: FactsOf): Promise<Answer<readonly string[]>> {
  if (range === undefined) return ok([]);
  const found = await mirror.known.pathsWithMarkers(range.base, range.head);
  if (!found.ok || found.value.length === 0) return found;
  const names = new Set(found.value);
  const read = files.filter(({ path, status, mode }) => names.has(path) && status !== "removed" && mode !== "160000");
  if (read.length > MOST_FILES) {
    const why = `conflicts may be left in ${read.length} files, at most ${MOST_FILES} are read: solve them, or split it`;
    return { ok: false, problem: { kind: "unread", why } };
  }
  const known = new Set(files.flatMap(({ path, previousPath = path }) => [path, previousPath]));
  const unlisted = found.value.find((path) => !known.has(path));
  if (unlisted !== undefined) return unreadable(unlisted);
  const texts = await textsOf(mirror, range, read);
  if (!texts.ok) return texts;
  return ok(
    texts.value.flatMap(({ path, before, after }) => newConflicts(before, after).map((line) => `${path}:${line}`)),
  );
}

interface Texts {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** A file of the head that git does not find by its name (bytes that are no UTF-8) is read by nobody, so it closes the gate. */
async function textsOf(
  { git }: Mirror,
  { base, head }: Pick<NonNullable<FactsOf["range"]>, "base" | "head">,
  files: readonly ChangedFile[],
): Promise<Answer<readonly Texts[]>> {
  const wanted = files.flatMap(({ path, previousPath = path }) => [
    { at: base, path: previousPath },
    { at: head, path },
  ]);
  const blobs = wanted.length === 0 ? ok([]) : await git.blobs(wanted);
  if (!blobs.ok) return blobs;
  const lost = files.find((_, at) => blobs.value[2 * at + 1] === undefined);
  if (lost !== undefined) return unreadable(lost.path);
  return ok(
    files.map(({ path }, at) => {
      const [before, after] = [blobs.value[2 * at], blobs.value[2 * at + 1]].map(textOf);
      return { path, before: before ?? "", after: after ?? "" };
    }),
  );
}

function unreadable(path: string): Answer<never> {
  const why = `nobody can read ${JSON.stringify(path)}; give it a name in plain UTF-8`;
  return { ok: false, problem: { kind: "unread", why } };
}

/** Empty for what is no text. */
function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined || bytes.includes(0) ? "" : Buffer.from(bytes).toString("utf8");
}
