/**
 * What merges of the past would have met: `replay(facts)` says of each, in sentences, what a rule of two reviewers and a
 * tested tree would have stopped, and what nobody can tell any more. Pure; the same facts give the same answer.
 */
import type { BranchName, Sha, UserId } from "../ids.ts";
import type { Instant } from "../time.ts";
import { opinionsAtMerge, type Opinions } from "./approvals.ts";
import { authorsOf, type PushOf } from "./authors.ts";
import { checksAtMerge, usualChecks } from "./checks.ts";
import { shortSha, type MergeFacts, type MergeReview, type TargetStep, type Update } from "./merge.ts";
import { groundsOf, testedBefore, type Ground } from "./tested.ts";
import { judgeUpdate, listed } from "./update.ts";

/** Worst first. */
export const KINDS = [
  "standing-veto",
  "merged-red",
  "untested-tree",
  "changed-after-approval",
  "contributor-approved",
  "no-approval",
  "check-not-passed",
  "check-missing",
  "one-approval",
] as const;
export type FindingKind = (typeof KINDS)[number];

/** Counted, and no fault of the merge. */
export const NOTES: readonly FindingKind[] = ["one-approval"];

export interface Judged {
  readonly kind: FindingKind;
  /** Without a full stop. */
  readonly sentence: string;
}

export interface MergeReport {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly base: BranchName;
  readonly mergedAt: Instant;
  readonly mergedBy?: string;
  /** Worst first. */
  readonly findings: readonly Judged[];
  /** Neither found nor ruled out, with the reason. */
  readonly unknowable: readonly Judged[];
}

export interface ReplayFacts {
  readonly merges: readonly MergeFacts[];
  /** Of the target branches, in any order. */
  readonly steps: readonly TargetStep[];
  /** By `updateKey`. */
  readonly updates: ReadonlyMap<string, Update>;
  /** By pull request number. */
  readonly pushes: ReadonlyMap<number, readonly PushOf[]>;
  readonly now: Instant;
}

export interface Replay {
  /** Newest first. */
  readonly merges: readonly MergeReport[];
  /** Worst first, also those that nothing was found of. */
  readonly counts: readonly { readonly kind: FindingKind; readonly found: number; readonly unknowable: number }[];
}

export function replay(facts: ReplayFacts): Replay {
  const oldestFirst = facts.merges.toSorted((a, b) => a.mergedAt - b.mergedAt || a.number - b.number);
  const grounds = groundsOf(oldestFirst, facts.steps);
  const usual = usualChecks(oldestFirst);
  const merges = oldestFirst.map((merge) =>
    reportOf(merge, { facts, ground: grounds.get(merge.number), usual: usual.get(merge.number) ?? new Map() }),
  );
  const count = (kind: FindingKind, of: "findings" | "unknowable") =>
    merges.filter((merge) => merge[of].some((one) => one.kind === kind)).length;
  return {
    merges: merges.reverse(),
    counts: KINDS.map((kind) => ({ kind, found: count(kind, "findings"), unknowable: count(kind, "unknowable") })),
  };
}

/** An update that the answer depends on: its facts have to be gathered. */
export interface WantedUpdate {
  readonly onto: Sha;
  readonly before: Sha;
  readonly after: Sha;
}

export function updateKey({ onto, before, after }: WantedUpdate): string {
  return `${onto} ${before} ${after}`;
}

/** Which updates `replay` will ask about; nothing is asked of merges whose commits tell by themselves. */
export function wantedUpdates({
  merges,
  steps,
  pushes,
}: Pick<ReplayFacts, "merges" | "steps" | "pushes">): readonly WantedUpdate[] {
  const grounds = groundsOf(merges, steps);
  const wanted = merges.flatMap((merge): readonly WantedUpdate[] => {
    const ground = grounds.get(merge.number);
    if (ground === undefined) return [];
    const opinions = opinionsAtMerge(merge);
    const since = sinceApproval(merge, opinions);
    return [
      ...(since.kind === "compare" ? [{ onto: ground.from, before: since.from, after: merge.head.sha }] : []),
      ...mergesOf(merge, opinions, pushes).flatMap(({ sha, parents: [before] }) =>
        before === undefined ? [] : [{ onto: ground.from, before, after: sha }],
      ),
    ];
  });
  return [...new Map(wanted.map((one) => [updateKey(one), one])).values()];
}

interface Around {
  readonly facts: ReplayFacts;
  readonly ground: Ground | undefined;
  /** By key, the name. */
  readonly usual: ReadonlyMap<string, string>;
}

function reportOf(merge: MergeFacts, around: Around): MergeReport {
  const opinions = opinionsAtMerge(merge);
  const judged = [
    ...vetoed(opinions),
    ...tested(merge, around),
    ...changed(merge, opinions, around),
    ...approved(merge, opinions, around),
    ...checked(merge, around),
  ];
  const sorted = judged.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  const { number, title, url, base, mergedAt, mergedBy } = merge;
  return {
    ...{ number, title, url, base, mergedAt },
    ...(mergedBy === undefined ? {} : { mergedBy: mergedBy.login }),
    findings: sorted.filter(({ open }) => open !== true).map(({ kind, sentence }) => ({ kind, sentence })),
    unknowable: sorted.filter(({ open }) => open === true).map(({ kind, sentence }) => ({ kind, sentence })),
  };
}

/** `open`: cannot be told. */
type Judging = Judged & { readonly open?: true };

const found = (kind: FindingKind, sentence: string): Judging => ({ kind, sentence });
const open = (kind: FindingKind, sentence: string): Judging => ({ kind, sentence, open: true });

function vetoed({ vetoes }: Opinions): readonly Judging[] {
  return vetoes.map(({ by, commit }) =>
    found(
      "standing-veto",
      `${by.login} had requested changes${commit === undefined ? "" : ` (on ${shortSha(commit.sha)})`} and had not taken it back`,
    ),
  );
}

function tested(merge: MergeFacts, { facts, ground }: Around): readonly Judging[] {
  const judgement = testedBefore(merge, { ground, now: facts.now });
  switch (judgement.kind) {
    case "tested":
      return [];
    case "untested":
      return [found("untested-tree", judgement.why)];
    case "unknowable":
      return [open("untested-tree", judgement.why)];
  }
}

type Since =
  | { readonly kind: "nothing" }
  | { readonly kind: "forgotten"; readonly by: MergeReview }
  | { readonly kind: "commits"; readonly by: MergeReview; readonly shas: readonly Sha[] }
  | { readonly kind: "compare"; readonly by: MergeReview; readonly from: Sha };

/** What came after the last approval, as far as the commits tell by themselves. */
function sinceApproval({ head, commits }: MergeFacts, { approvals }: Opinions): Since {
  const by = approvals.at(-1);
  if (by === undefined) return { kind: "nothing" };
  if (by.commit === undefined) return { kind: "forgotten", by };
  const { sha, tree } = by.commit;
  if (sha === head.sha || tree === head.tree) return { kind: "nothing" };
  const at = commits.read.findIndex((commit) => commit.sha === sha);
  const later = at < 0 || commits.cut !== undefined ? undefined : commits.read.slice(at + 1);
  return later === undefined || later.length === 0 || later.some(({ parents }) => parents.length > 1)
    ? { kind: "compare", by, from: sha }
    : { kind: "commits", by, shas: later.map((commit) => commit.sha) };
}

function changed(merge: MergeFacts, opinions: Opinions, { facts, ground }: Around): readonly Judging[] {
  const since = sinceApproval(merge, opinions);
  const kind = "changed-after-approval";
  switch (since.kind) {
    case "nothing":
      return [];
    case "forgotten":
      return [open(kind, `GitHub has forgotten the commit that ${since.by.by.login} approved last`)];
    case "commits":
      return [
        found(
          kind,
          `the last approval, by ${since.by.by.login}, was of ${shortSha(since.by.commit?.sha ?? "")}; after it came ${listed(since.shas.map(shortSha))}`,
        ),
      ];
    case "compare": {
      const { by } = since;
      const approval = `the last approval, by ${by.by.login}, was of ${shortSha(since.from)}, and what was merged is ${shortSha(merge.head.sha)}`;
      if (ground === undefined)
        return [open(kind, `${approval}; it is not known on which commit of the target it landed`)];
      const update = facts.updates.get(updateKey({ onto: ground.from, before: since.from, after: merge.head.sha }));
      const judgement = judgeUpdate(update ?? { known: false, why: "it was not compared" });
      if (judgement.kind === "same") return [];
      return judgement.kind === "changed"
        ? [found(kind, `${approval}: ${listed(judgement.paths)} changed`)]
        : [open(kind, `${approval}; ${judgement.why}`)];
    }
  }
}

/** Merges of the target into it by those who approved and did nothing else: whether each was clean decides whose approval counts. */
function mergesOf(merge: MergeFacts, { approvals }: Opinions, pushes: ReplayFacts["pushes"]) {
  const { mergers } = authorsOf(merge, pushes.get(merge.number));
  return approvals.flatMap(({ by }) => mergers.get(by.id) ?? []);
}

function approved(merge: MergeFacts, opinions: Opinions, around: Around): readonly Judging[] {
  const { approvals, bots } = opinions;
  const cut = merge.reviews.cut;
  if (approvals.length === 0) {
    if (cut !== undefined) return [open("no-approval", cut)];
    const only =
      bots.length === 0
        ? "nobody approved it"
        : `only ${listed(bots.map(({ login }) => login))} approved it, which is no person`;
    return [found("no-approval", only)];
  }
  const whose = approvals.map((review) => ({ review, own: ownPart(merge, review.by.id, around) }));
  const others = whose.filter(({ own }) => own === undefined);
  const own = whose.filter((one) => one.own?.known === true);
  const doubtful = whose.filter((one) => one.own?.known === false);
  if (others.length >= 2) return [];
  const judgings: Judging[] = own.map(({ review, own: why }) =>
    found(
      "contributor-approved",
      `${review.by.login} approved, and ${why?.words ?? ""}${others.length === 0 && approvals.length === 1 ? "; nobody else approved" : ""}`,
    ),
  );
  judgings.push(
    ...doubtful.map(({ review, own: why }) =>
      open("contributor-approved", `${review.by.login} approved, and ${why?.words ?? ""}`),
    ),
  );
  const unknown = authorsOf(merge).unknown;
  const hidden = merge.commits.cut ?? unknown[0];
  if (hidden !== undefined && own.length === 0 && doubtful.length === 0)
    judgings.push(open("contributor-approved", hidden));
  const strangers = approvals.every(({ mayPush }) => mayPush === false);
  if (strangers)
    judgings.push(
      open(
        "no-approval",
        `${listed(approvals.map(({ by }) => by.login))} approved, and may not push today; whether they might then is not known`,
      ),
    );
  if (approvals.length === 1 && own.length === 0 && cut === undefined) {
    const [{ by }] = [approvals[0] ?? { by: merge.author }];
    judgings.push(found("one-approval", `${by.login} alone approved it`));
  }
  return judgings;
}

/** What somebody who approved had done to it themselves; `undefined` = nothing that is known. */
function ownPart(
  merge: MergeFacts,
  id: UserId,
  { facts, ground }: Around,
): { readonly known: boolean; readonly words: string } | undefined {
  const { reasons, mergers } = authorsOf(merge, facts.pushes.get(merge.number));
  const reason = reasons.get(id);
  if (reason !== undefined) return { known: true, words: reason };
  const merging = mergers.get(id);
  const [before] = merging?.parents ?? [];
  if (merging === undefined || before === undefined) return undefined;
  const words = `merged the target into it as ${shortSha(merging.sha)}`;
  if (ground === undefined) return { known: false, words: `${words}; whether it was a clean merge is not known` };
  const update = facts.updates.get(updateKey({ onto: ground.from, before, after: merging.sha }));
  const judgement = judgeUpdate(update ?? { known: false, why: "it was not compared" });
  if (judgement.kind === "same") return undefined;
  return judgement.kind === "changed"
    ? { known: true, words: `${words}, changing ${listed(judgement.paths)}` }
    : { known: false, words: `${words}; ${judgement.why}` };
}

function checked(merge: MergeFacts, { usual }: Around): readonly Judging[] {
  const checks = checksAtMerge(merge);
  const failed = checks.filter(({ standing }) => standing === "failed");
  const judgings: Judging[] =
    failed.length === 0 ? [] : [found("merged-red", `${listed(failed.map(({ name }) => name))} had failed`)];
  const present = new Map(checks.map((check) => [check.key, check]));
  for (const [key, name] of usual) {
    const check = present.get(key);
    switch (check?.standing) {
      case "passed":
      case "failed":
        break;
      case "running":
      case "other":
        judgings.push(
          found(
            "check-not-passed",
            `${name} ${check.standing === "other" ? `was ${check.says}` : check.says}, and usually passes`,
          ),
        );
        break;
      case "unknown":
        judgings.push(open("check-not-passed", `${name} ${check.says}; what it said before is not known`));
        break;
      case undefined:
        judgings.push(
          merge.checks.cut === undefined
            ? found("check-missing", `${name} did not run, and usually does`)
            : open("check-missing", merge.checks.cut),
        );
    }
  }
  return judgings;
}
