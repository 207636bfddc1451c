/**
 * What merges of the past would have met: `replay(facts)` says of each, in sentences, what a rule of two reviewers and a
 * tested tree would have stopped, and what nobody can tell any more. Pure; the same facts give the same answer.
 */
import type { BranchName } from "../ids.ts";
import type { Instant } from "../time.ts";
import { opinionsAtMerge, type Opinions } from "./approvals.ts";
import type { PushOf } from "./authors.ts";
import { checksAtMerge, usualChecks } from "./checks.ts";
import { found, KINDS, open, type FindingKind, type Judged, type Judging } from "./finding.ts";
import { approved, changed, mergesOf, sinceApproval } from "./judge-approvals.ts";
import { shortSha, type MergeFacts, type TargetStep, type Update } from "./merge.ts";
import { groundsOf, testedBefore, type Ground } from "./tested.ts";
import { listed, updateKey, type WantedUpdate } from "./update.ts";

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
  const standing = { ...around.facts, ground: around.ground };
  const judged = [
    ...vetoed(opinions),
    ...tested(merge, around),
    ...changed(merge, opinions, standing),
    ...approved(merge, opinions, standing),
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
