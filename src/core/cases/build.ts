/**
 * From a situation of a cases file to the snapshot that the evaluation is asked with. What a situation does not say is filled in as
 * the head of `format.ts` has it; commits, reviews and runs get made-up names that are the same each time.
 */
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { parseBranchName, parseSha, type BranchName, type Sha } from "../ids.ts";
import type { Policy } from "../policy/policy.ts";
import type { ChangeFacts, CycleFreeze, PatchSet, Person, PolicySnapshot, Signature } from "../policy/snapshot.ts";
import { fail, ok, type Result } from "../result.ts";
import { after, parseInstant, type Instant } from "../time.ts";
import { checksOf, votesOf } from "./build-evidence.ts";
import type { Situation } from "./format.ts";
import { membersOf, type People } from "./people.ts";
import { readFile, readMoment, readPatchSet } from "./words.ts";

export interface Scene {
  readonly policy: Policy;
  readonly policyText: string;
  readonly people: People;
  readonly withoutGroups: readonly string[];
}

/** What is wrong with a situation: under which key, and how. */
export interface SituationProblem {
  readonly key: keyof Situation;
  readonly message: string;
}

/** Thrown and caught in this room alone: a situation has many small places that can be wrong. */
class Wrong extends Error {
  readonly problem: SituationProblem;
  constructor(key: keyof Situation, message: string) {
    super(message);
    this.problem = { key, message };
  }
}

const HOUR = 3_600_000;
const TRUNK = "main";

export function buildSnapshot(given: Situation, scene: Scene): Result<PolicySnapshot, SituationProblem> {
  try {
    return ok(snapshotOf(given, scene));
  } catch (error) {
    if (error instanceof Wrong) return fail(error.problem);
    throw error;
  }
}

/** A key of `given` takes the place of the base's; votes, checks and owners name by name, where `none` takes away. */
export function mergeSituations(base: Situation, given: Situation): Situation {
  const merged = { ...base, ...given };
  const voters = Object.entries({ ...base.votes, ...given.votes }).filter(([, votes]) => votes !== "none");
  const owners = Object.entries({ ...base.owners, ...given.owners }).filter(([, text]) => text !== "none");
  return {
    ...merged,
    votes: Object.fromEntries(voters),
    checks: { ...base.checks, ...given.checks },
    owners: Object.fromEntries(owners),
  };
}

function freezeOf(given: NonNullable<Situation["freezes"]>[number], now: Instant): CycleFreeze {
  const { applies, exception, from, to, ...rest } = given;
  return {
    ...rest,
    from: momentOf("freezes", from, now),
    to: momentOf("freezes", to, now),
    ...(applies === undefined ? {} : { applies: { paths: applies.paths ?? [], tagLabels: applies.tagLabels ?? [] } }),
    ...(exception === undefined
      ? {}
      : { exception: { until: momentOf("freezes", exception.until, now), record: exception.record } }),
  };
}

function snapshotOf(given: Situation, scene: Scene): PolicySnapshot {
  const { policy, policyText, people, withoutGroups } = scene;
  const [somebody] = people.keys();
  const now = momentOf("at", given.at ?? "2026-09-01T12:00:00Z", undefined);
  const find = (key: keyof Situation, name: string): Person => {
    const found = people.get(name)?.person;
    if (found === undefined)
      throw new Wrong(key, `nobody of \`people\` is called \`${name}\`; they are: ${[...people.keys()].join(", ")}`);
    return found;
  };
  const change = changeOf(somebody === undefined ? given : { owner: somebody, ...given }, now, find);
  const owners = Object.entries(given.owners ?? {}).map(([path, text]) => ({ path, text }));
  const logins = [...people.values()].map(({ person: { id, login } }) => ({
    owner: `@${login.toLowerCase()}`,
    id,
    login,
  }));
  const picked = given.backportOf === "none" ? undefined : given.backportOf;
  const empty: PolicySnapshot = {
    version: 1,
    policy: policyText,
    change,
    votes: [],
    checks: [],
    groups: membersOf(people, policy, { without: withoutGroups, teams: owners.length > 0 }),
    freezes: (given.freezes ?? []).map((freeze) => freezeOf(freeze, now)),
    overrides: (given.overrides ?? []).map(
      ({ name, by, reason = "", at = "1h ago", on, state = "current" }, index) => ({
        name,
        by: find("overrides", by),
        reason,
        at: momentOf("overrides", at, now),
        sha: shaOfPatchSet("overrides", on, change.patchSets),
        source: { kind: "review", id: String(90_001 + index) },
        state,
      }),
    ),
    facts: {
      unresolved: given.unresolved ?? 0,
      bidi: given.bidi ?? [],
      owners,
      ...(picked === undefined
        ? {}
        : {
            backportOf: {
              sha: made("picked"),
              branch: branchOf("backportOf", picked.branch),
              kind: picked.kind,
            },
          }),
      newer: (given.newer ?? []).map(({ branch, ...rest }) => ({ branch: branchOf("newer", branch), ...rest })),
      ...(owners.length === 0 ? {} : { ownerPeople: logins }),
    },
    incomplete: (given.incomplete ?? []).map((what) => ({ what, why: "nobody could reach it" })),
    now,
  };
  const voted = votesOf(given.votes ?? {}, { policy, snapshot: empty, find: (name) => find("votes", name) });
  if (!voted.ok) throw new Wrong("votes", voted.problem);
  const checked = checksOf(given.checks ?? {}, {
    policy,
    snapshot: empty,
    find: (name) => find("checks", name),
    commitOf: (n) => shaOfPatchSet("checks", n, change.patchSets),
  });
  if (!checked.ok) throw new Wrong("checks", checked.problem);
  return { ...empty, votes: voted.value, checks: checked.value };
}

type Find = (key: keyof Situation, name: string) => Person;

function changeOf(given: Situation, now: Instant, find: Find): ChangeFacts {
  if (given.owner === undefined) throw new Wrong("owner", "nobody is there whose change it could be");
  const owner = find("owner", given.owner);
  const openedAt = momentOf("opened", given.opened ?? "30d ago", now);
  const patchSets = patchSetsOf(given, { now, openedAt, owner, find });
  const head = patchSets.at(-1)?.sha ?? made("nothing");
  const branch = branchOf("branch", given.branch ?? TRUNK);
  const title = given.title ?? "Add a parser";
  const picked = given.backportOf === undefined || given.backportOf === "none" ? undefined : made("picked");
  const message = picked === undefined ? title : `${title}\n\n(cherry picked from commit ${picked})`;
  const messages = given.commits ?? [message];
  return {
    number: given.number ?? 7,
    repository: given.repository ?? "acme/api",
    owner,
    ...(given.requester === undefined || given.requester === "nobody"
      ? {}
      : { requester: find("requester", given.requester) }),
    branch,
    base: made(`tip of ${branch}`),
    head,
    headBranch: branchOf("headBranch", given.headBranch ?? "change"),
    draft: given.draft ?? false,
    title,
    body: given.body ?? "",
    ...(given.topic === undefined ? {} : { topic: given.topic }),
    hashtags: given.hashtags ?? [],
    openedAt,
    below: (given.below ?? []).map(({ number, ready = true, state = "open", target, moved = false }) => ({
      number,
      builtOn: made(`#${number} patch set 1`),
      currentHead: made(`#${number} patch set ${moved ? 2 : 1}`),
      builtOnPatchSet: 1,
      currentPatchSet: moved ? 2 : 1,
      state,
      target: branchOf("below", target ?? branch),
      ready,
    })),
    foreignCommits: Array.from({ length: given.foreign ?? 0 }, (_, index) => made(`foreign ${index}`)),
    commits: messages.map((text, index) => ({
      sha: index === messages.length - 1 ? head : made(`commit ${index} of ${head}`),
      message: text,
      parents: 1,
    })),
    reviewers: (given.reviewers ?? []).map((name) => find("reviewers", name)),
    patchSets,
    files: (given.files ?? ["src/a.ts"]).map(readFile),
  };
}

interface Around {
  readonly now: Instant;
  readonly openedAt: Instant;
  readonly owner: Person;
  readonly find: Find;
}

function patchSetsOf(given: Situation, { now, openedAt, owner, find }: Around): readonly PatchSet[] {
  const texts = given.patchSets ?? ["REWORK"];
  const all: PatchSet[] = [];
  texts.forEach((text, index) => {
    const read = readPatchSet(text, now);
    if (!read.ok) throw new Wrong("patchSets", read.problem);
    const { kind, by, coauthors, suggested, at } = read.value;
    const n = index + 1;
    const before = all.at(-1);
    const pusher = by === "nobody" ? undefined : by === undefined ? owner : find("patchSets", by);
    const writer = signed(pusher ?? owner);
    const earlier = carried(before?.authors ?? []);
    const isAuthor = before === undefined || (kind === "REWORK" && !earlier.some((one) => sameAs(one, writer)));
    const sameTree = before !== undefined && (kind === "NO_CHANGE" || kind === "NO_CODE_CHANGE");
    const sameBase = before !== undefined && (sameTree || kind === "REWORK");
    const usual = after(now, -(24 + texts.length - 1 - index) * HOUR);
    all.push({
      n,
      sha: made(`patch set ${n}`),
      parent: sameBase ? before.parent : made(`base of patch set ${n}`),
      tree: sameTree ? before.tree : made(`tree of patch set ${n}`),
      kind,
      ...(pusher === undefined ? {} : { pusher }),
      authors: isAuthor ? [...earlier, writer] : earlier,
      committers: [writer],
      coauthors: [
        ...carried(before?.coauthors ?? []),
        ...coauthors.map((name) => signed(find("patchSets", name))),
        ...suggested.map((name): Signature => ({ ...signed(find("patchSets", name)), via: "suggestion" })),
      ],
      at: at ?? (usual > openedAt ? usual : openedAt),
    });
  });
  return all;
}

function signed(user: Person): Signature {
  return { name: user.login, email: `${user.login.replace("[bot]", "")}@example.org`, user };
}

function carried(signatures: readonly Signature[]): readonly Signature[] {
  return signatures.map((one): Signature => ({ ...one, carried: true }));
}

function sameAs(one: Signature, other: Signature): boolean {
  return one.user?.id === other.user?.id;
}

function momentOf(key: keyof Situation, text: string, now: Instant | undefined): Instant {
  const fixed = now === undefined ? parseInstant(text) : undefined;
  if (fixed !== undefined) return fixed;
  if (now === undefined) throw new Wrong(key, `\`${text}\` is no instant: write for example \`2026-09-01T12:00:00Z\``);
  const read = readMoment(text, now);
  if (!read.ok) throw new Wrong(key, read.problem);
  return read.value;
}

function branchOf(key: keyof Situation, name: string): BranchName {
  const branch = parseBranchName(name);
  if (branch === undefined) throw new Wrong(key, `\`${name}\` is no branch`);
  return branch;
}

/** undefined: the newest. */
function shaOfPatchSet(key: keyof Situation, n: number | undefined, patchSets: readonly PatchSet[]): Sha {
  const found = n === undefined ? patchSets.at(-1) : patchSets[n - 1];
  if (found === undefined) throw new Wrong(key, `there is no patch set ${n ?? ""}; there are ${patchSets.length}`);
  return found.sha;
}

function made(text: string): Sha {
  const sha = parseSha(bytesToHex(sha1(utf8ToBytes(text))));
  if (sha === undefined) throw new Error("sha1 did not give 40 hex digits");
  return sha;
}
