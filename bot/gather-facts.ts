/**
 * Facts that cost something to find out, and so are looked for only where the policy asks: invisible characters in what a change adds
 * (threat T33), and whether its commits were picked from a newer branch. What was not looked for is named in `notGathered`, what could
 * not be read in `incomplete`; either closes the gate where it matters.
 */
import { changeKind } from "../src/core/change/change-kind.ts";
import type { BranchName, Sha } from "../src/core/ids.ts";
import { asksFor } from "../src/core/policy/asks.ts";
import { isUnchanged, newerBranches, pickedFrom } from "../src/core/policy/backport.ts";
import { hasInvisible, newInvisibleLines } from "../src/core/policy/invisible.ts";
import type { Policy } from "../src/core/policy/policy.ts";
import type { ChangedFile, ChangeKind, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { ok, type Result } from "../src/core/result.ts";
import { gatherChangeKindFacts } from "../src/git/change-kind-facts.ts";
import type { Commit } from "../src/git/commit.ts";
import { describeGitProblem, type GitProblem } from "../src/git/problem.ts";
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
}

type Facts = Pick<PolicySnapshot["facts"], "bidi" | "backportOf" | "notGathered">;
type Backport = NonNullable<Facts["backportOf"]>;

/** Files whose lines are looked at, of one change; more are nothing a person has read. */
const MOST_FILES = 3_000;

export async function gatherFacts(
  of: FactsOf,
): Promise<{ readonly facts: Facts; readonly incomplete: PolicySnapshot["incomplete"] }> {
  const { policy } = of;
  const bidi = policy !== undefined && asksFor(policy, "bidi") ? await invisibleIn(of) : undefined;
  const backport = policy !== undefined && asksFor(policy, "backport") ? await backportIn(of) : undefined;
  const failed = [...unread("the lines it adds", bidi), ...unread("the commits it was picked from", backport)];
  const notGathered = [
    ...(bidi?.ok === true ? [] : ["bidi" as const]),
    ...(backport?.ok === true ? [] : ["backport" as const]),
  ];
  const found = backport?.ok === true ? backport.value : undefined;
  return {
    facts: {
      bidi: bidi?.ok === true ? bidi.value : [],
      ...(found === undefined ? {} : { backportOf: found }),
      notGathered,
    },
    incomplete: failed,
  };
}

type Answer<T> = Result<T, GitProblem | { readonly kind: "too-many"; readonly why: string }>;

function unread(what: string, answer: Answer<unknown> | undefined): PolicySnapshot["incomplete"] {
  if (answer === undefined || answer.ok) return [];
  const { problem } = answer;
  return [{ what, why: problem.kind === "too-many" ? problem.why : describeGitProblem(problem).message }];
}

/** `path:line`, and the names of texts; sorted as the files are. */
async function invisibleIn({ mirror, words, range, files }: FactsOf): Promise<Answer<readonly string[]>> {
  if (range === undefined) return ok([]);
  if (files.length > MOST_FILES) {
    const why = `it touches ${files.length} files, at most ${MOST_FILES} are read: split it`;
    return { ok: false, problem: { kind: "too-many", why } };
  }
  const messages = range.commits.map(({ sha, message }) => ({
    where: `the message of ${sha.slice(0, 7)}`,
    text: message,
  }));
  const paths = files.map(({ path }) => ({ where: `the name of ${JSON.stringify(path)}`, text: path }));
  const named = [...words, ...messages, ...paths].flatMap(({ where, text }) => (hasInvisible(text) ? [where] : []));
  const read = files.filter(({ status, mode }) => status !== "removed" && mode !== "160000");
  const wanted = read.flatMap(({ path, previousPath = path }) => [
    { at: range.base, path: previousPath },
    { at: range.head, path },
  ]);
  const blobs = wanted.length === 0 ? ok([]) : await mirror.git.blobs(wanted);
  if (!blobs.ok) return blobs;
  const lines = read.flatMap(({ path }, at) => {
    const [before, after] = [blobs.value[2 * at], blobs.value[2 * at + 1]].map(textOf);
    return newInvisibleLines(before ?? "", after ?? "").map((line) => `${path}:${line}`);
  });
  return ok([...named, ...lines]);
}

/** Empty for what is no text. */
function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined || bytes.includes(0) ? "" : Buffer.from(bytes).toString("utf8");
}

/** Every commit names one that is in a newer branch; the kind is the worst of them. */
async function backportIn(of: FactsOf): Promise<Answer<Backport | undefined>> {
  const { mirror, range, target, defaultBranch, branches } = of;
  if (range === undefined || range.commits.length === 0) return ok(undefined);
  const newer = newerBranches([...branches.keys()], { target, defaultBranch });
  const found: Backport[] = [];
  for (const commit of range.commits) {
    const sha = pickedFrom(commit.message);
    if (sha === undefined) return ok(undefined);
    const branch = await branchWith(sha, newer, of);
    if (!branch.ok) return branch;
    if (branch.value === undefined) return ok(undefined);
    const kind = await kindOf(mirror, sha, commit);
    if (!kind.ok) return kind;
    found.push({ sha, branch: branch.value, kind: kind.value });
  }
  return ok(found.find(({ kind }) => !isUnchanged(kind)) ?? found[0]);
}

async function branchWith(
  sha: Sha,
  newer: readonly BranchName[],
  { mirror, branches }: FactsOf,
): Promise<Answer<BranchName | undefined>> {
  for (const branch of newer) {
    const tip = branches.get(branch);
    const contained = tip === undefined ? ok(false) : await mirror.known.isAncestor(sha, tip);
    // A commit that nobody here has is in no branch of ours.
    if (!contained.ok && contained.problem.kind !== "missing-object") return contained;
    if (contained.ok && contained.value) return ok(branch);
  }
  return ok(undefined);
}

/** Of the commit here against the one it was picked from, each on its own parent. Without one, or with several, it is other code. */
async function kindOf({ git, known }: Mirror, picked: Sha, here: Commit): Promise<Answer<ChangeKind>> {
  const there = await known.commits({ from: picked, max: 1 });
  if (!there.ok) return there;
  const [origin] = there.value;
  const [from] = origin?.parents ?? [];
  const [onto] = here.parents;
  if (from === undefined || onto === undefined || origin?.parents.length !== 1 || here.parents.length !== 1)
    return ok("REWORK");
  const facts = await gatherChangeKindFacts(git, {
    previous: { head: picked, base: from },
    next: { head: here.sha, base: onto },
  });
  return facts.ok ? ok(changeKind(facts.value)) : facts;
}
