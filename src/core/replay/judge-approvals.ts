/**
 * Were the approvals of a merge of what was merged, and by people who had not made it themselves? What came after the last approval is
 * told by the commits where they tell; else by comparing, path by path (`update.ts`).
 */
import type { Sha, UserId } from "../ids.ts";
import type { Opinions } from "./approvals.ts";
import { authorsOf, type PushOf } from "./authors.ts";
import { found, open, type Judging } from "./finding.ts";
import { shortSha, type MergeFacts, type MergeReview, type Update } from "./merge.ts";
import type { Ground } from "./tested.ts";
import { judgeUpdate, listed, updateKey } from "./update.ts";

/** What is known beside the merge itself. */
export interface Standing {
  /** By `updateKey`. */
  readonly updates: ReadonlyMap<string, Update>;
  /** By pull request number. */
  readonly pushes: ReadonlyMap<number, readonly PushOf[]>;
  readonly ground: Ground | undefined;
}

type Since =
  | { readonly kind: "nothing" }
  | { readonly kind: "forgotten"; readonly by: MergeReview }
  | { readonly kind: "commits"; readonly by: MergeReview; readonly shas: readonly Sha[] }
  | { readonly kind: "compare"; readonly by: MergeReview; readonly from: Sha };

/** What came after the last approval, as far as the commits tell by themselves. */
export function sinceApproval({ head, commits }: MergeFacts, { approvals }: Opinions): Since {
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

export function changed(merge: MergeFacts, opinions: Opinions, { updates, ground }: Standing): readonly Judging[] {
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
      const update = updates.get(updateKey({ onto: ground.from, before: since.from, after: merge.head.sha }));
      const judgement = judgeUpdate(update ?? { known: false, why: "it was not compared" });
      if (judgement.kind === "same") return [];
      return judgement.kind === "changed"
        ? [found(kind, `${approval}: ${listed(judgement.paths)} changed`)]
        : [open(kind, `${approval}; ${judgement.why}`)];
    }
  }
}

/** Merges of the target into it by those who approved and did nothing else: whether each was clean decides whose approval counts. */
export function mergesOf(merge: MergeFacts, { approvals }: Opinions, pushes: Standing["pushes"]) {
  const { mergers } = authorsOf(merge, pushes.get(merge.number));
  return approvals.flatMap(({ by }) => mergers.get(by.id) ?? []);
}

export function approved(merge: MergeFacts, opinions: Opinions, around: Standing): readonly Judging[] {
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
  { updates, pushes, ground }: Standing,
): { readonly known: boolean; readonly words: string } | undefined {
  const { reasons, mergers } = authorsOf(merge, pushes.get(merge.number));
  const reason = reasons.get(id);
  if (reason !== undefined) return { known: true, words: reason };
  const merging = mergers.get(id);
  const [before] = merging?.parents ?? [];
  if (merging === undefined || before === undefined) return undefined;
  const words = `merged the target into it as ${shortSha(merging.sha)}`;
  if (ground === undefined) return { known: false, words: `${words}; whether it was a clean merge is not known` };
  const update = updates.get(updateKey({ onto: ground.from, before, after: merging.sha }));
  const judgement = judgeUpdate(update ?? { known: false, why: "it was not compared" });
  if (judgement.kind === "same") return undefined;
  return judgement.kind === "changed"
    ? { known: true, words: `${words}, changing ${listed(judgement.paths)}` }
    : { known: false, words: `${words}; ${judgement.why}` };
}
