/**
 * What a look need not read: open changes that were judged and have not moved since. Says which are read in this look,
 * and leaves behind what the next one needs to know.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import {
  attention,
  countWith,
  formatCounts,
  nextBatch,
  refill,
  type Attention,
  type Glimpse,
  type Judged,
} from "../src/core/gate/attention.ts";
import { verdictOn } from "../src/core/gate/decide.ts";
import { earliest } from "../src/core/gate/judge.ts";
import type { Action } from "../src/core/gate/snapshot.ts";
import type { BranchName, Sha } from "../src/core/ids.ts";
import { asksFor } from "../src/core/policy/asks.ts";
import { canonicalJson } from "../src/core/policy/canonical-json.ts";
import type { PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { ladderOf, mustBeOn } from "../src/core/release/backport/ladder.ts";
import { freezesOf, type CycleState } from "../src/core/release/freeze/freezes-of.ts";
import type { Instant } from "../src/core/time.ts";
import type { Gathered } from "./gather.ts";
import type { Ground, OpenChange } from "./gather-ground.ts";
import { asksForNothing } from "./without-policy.ts";
import type { Service } from "./service.ts";
import { forgetJudged, judgedChanges, saveJudged, type JudgedRow, type Stirred } from "./store/judged.ts";

/**
 * Of one look: what woke it, which changes its pace was spent on, so that a second round reads the same ones, and which ended ones were
 * read for backports, so that it does not read them again.
 */
export interface Attending {
  readonly stirred: Stirred;
  paced?: ReadonlySet<number>;
  heard?: Set<number>;
}

/** What is remembered of a change is only good under the rules it was judged by. */
export interface Rules {
  readonly groups: ReadonlyMap<BranchName, { readonly groups: PolicySnapshot["groups"] }>;
  readonly cycle: CycleState;
}

/** Of the policy and people of a target, and the freezes that the change may meet. */
type RulesFor = (target: BranchName | undefined, change: number) => string;

export interface Attended extends Attention {
  readonly glimpses: ReadonlyMap<number, Glimpse>;
  readonly judged: ReadonlyMap<number, JudgedRow>;
  /** When the next ones that nobody waits for may be read, or one at rest turns by the clock alone. */
  readonly more?: Instant;
}

export async function attend(
  service: Service,
  ground: Ground,
  { queued, groups, cycle }: Rules & { readonly queued: ReadonlySet<number> },
  attending: Attending,
): Promise<Attended> {
  const now = service.clock.now();
  const perMinute = service.settings.backfillPerMinute;
  const judged = await judgedChanges(service.store, ground.facts.id);
  const byTarget = new Map<BranchName, string>();
  for (const target of ground.policies.keys()) byTarget.set(target, await rulesOf(ground, groups, target));
  const rules: RulesFor = (target, change) => {
    const policy = (target === undefined ? undefined : byTarget.get(target)) ?? "none";
    const told = freezesOf(cycle, { change, branch: target ?? "", paths: [] });
    return told.freezes.length + told.incomplete.length === 0 ? policy : digest({ policy, ...told });
  };
  const glimpses = ground.open.map((open) =>
    glimpseOf(open, rules, { sharing: sharingHead(ground, open), newer: newerTips(ground, open), cycle }),
  );
  const named = ground.open.filter(({ headline }) => attending.stirred.commits.has(headline.head));
  const stirred = new Set([
    ...attending.stirred.changes,
    ...named.map(({ headline }) => headline.number),
    ...(attending.paced ?? []),
  ]);
  const pace = refill(service.paces.get(ground.facts.id), perMinute, now);
  const known = new Map([...judged].map(([change, row]) => [change, row.judged]));
  const allowed = attending.paced === undefined ? Math.floor(pace.left) : 0;
  const found = attention({ glimpses, judged: known, queued, stirred, allowed }, now);
  if (attending.paced === undefined) {
    attending.paced = found.paced;
    service.paces.set(ground.facts.id, { ...pace, left: pace.left - found.paced.size });
  }
  const more = earliest([
    found.waiting === 0 ? undefined : nextBatch(perMinute, now),
    ...[...known.values()].map(({ change, wakeAt }) =>
      !found.awake.has(change) && wakeAt !== undefined && wakeAt > now ? wakeAt : undefined,
    ),
  ]);
  return {
    ...found,
    judged,
    glimpses: new Map(glimpses.map((glimpse) => [glimpse.change, glimpse])),
    ...(more === undefined ? {} : { more }),
  };
}

/** After a look that ended well. `said`: what was published in its last round. */
export async function leaveBehind(service: Service, gathered: Gathered, said: readonly Action[]): Promise<void> {
  const { facts, attended, snapshot, unasked } = gathered;
  const now = service.clock.now();
  const rows = [...snapshot.changes, ...unasked].flatMap((change): readonly JudgedRow[] => {
    const glimpse = attended.glimpses.get(change.change.number);
    if (glimpse === undefined) return [];
    const before = attended.judged.get(glimpse.change);
    const { number, head, below, changeId } = change.change;
    const was = before?.head === head ? before.said : undefined;
    const is = stateSaid(said, number) ?? was;
    return [
      {
        judged: {
          ...{ change: number, facts: glimpse.facts, rules: glimpse.rules, at: now },
          checks: is === undefined || is === was ? glimpse.checks : recount(gathered, number, { was, is }),
          below: below.map((lower) => lower.number),
          ...(changeId === undefined ? {} : { changeId }),
          ...standing(service, change, now),
        },
        head,
        ...(is === undefined ? {} : { said: is }),
      },
    ];
  });
  await saveJudged(service.store, facts.id, rows);
  await forgetJudged(service.store, facts.id, [...attended.glimpses.keys()]);
}

/** Other open changes of the same head: their check speaks of this one too. */
function sharingHead({ open }: Ground, { headline: { number, head } }: OpenChange): readonly number[] {
  return open.flatMap(({ headline }) => (headline.head === head && headline.number !== number ? headline.number : []));
}

/** Of the newer series, where its verdict rests on what they have. The default branch moves too often; it is looked at by the clock. */
function newerTips({ policies, tips, facts: { defaultBranch } }: Ground, { chain }: OpenChange): readonly Sha[] {
  const target = chain.ok ? chain.value.target : defaultBranch;
  const policy = policies.get(target)?.policy;
  if (target === defaultBranch || policy?.ok !== true || !asksFor(policy.value, "backport")) return [];
  const ladder = ladderOf({ branches: [...tips.branches.keys()], defaultBranch, near: target });
  return mustBeOn(ladder, target).flatMap((branch) =>
    branch === defaultBranch ? [] : (tips.branches.get(branch) ?? []),
  );
}

function glimpseOf(
  { headline, chain }: OpenChange,
  rules: RulesFor,
  {
    sharing,
    newer,
    cycle,
  }: { readonly sharing: readonly number[]; readonly newer: readonly Sha[]; readonly cycle: CycleState },
): Glimpse {
  const { number, head, base, draft, title, updatedAt } = headline;
  const through = chain.ok ? chain.value.through.map(({ change, state, head: tip }) => ({ change, state, tip })) : [];
  const target = chain.ok ? chain.value.target : undefined;
  return {
    change: number,
    facts: digest({
      head,
      base,
      draft,
      title,
      updatedAt,
      through,
      target,
      ...(sharing.length > 0 ? { sharing } : {}),
      ...(newer.length > 0 ? { newer } : {}),
      ...exceptionsFrom(cycle, number),
    }),
    rules: rules(target, number),
    checks: formatCounts(headline.checkCounts),
    updatedAt,
    through: through.map(({ change }) => change),
  };
}

/** Who owns what is a rule too. What cannot be read just now is nothing that was seen before. */
async function rulesOf({ policies, mirror }: Ground, groups: Rules["groups"], target: BranchName): Promise<string> {
  const { tip, layers, policy } = policies.get(target) ?? {};
  const files = layers?.map(({ path, sha }) => `${path}@${sha}`);
  const owned = tip !== undefined && policy?.ok === true && policy.value.owners !== undefined;
  const owners = owned ? await mirror.known.ownersFiles(tip) : undefined;
  return digest({
    ...{ layers: files, groups: groups.get(target)?.groups },
    ...(owners === undefined ? {} : { owners: owners.ok ? owners.value : { unread: tip } }),
  });
}

/** Of what is not known nothing is remembered: it is read again. */
function standing(service: Service, snapshot: PolicySnapshot, now: Instant): Pick<Judged, "open" | "wakeAt"> {
  // What waits for another change to give its Change-Id back is not told when that one ends.
  if (snapshot.incomplete.length > 0 || snapshot.change.sameId !== undefined) return { open: true };
  if (asksForNothing(snapshot)) return { open: false };
  const { mode, submittable, wakeAt } = verdictOn(snapshot, now, { presets: service.presets });
  return { open: mode === "enforce" && submittable, ...(wakeAt === undefined ? {} : { wakeAt }) };
}

/** Somebody waits for a record to count: that is read at once, where new dates for everybody keep to the pace. */
function exceptionsFrom({ exceptions, unreadExceptions }: CycleState, change: number) {
  const own = exceptions.filter((one) => one.change === change);
  const unread = unreadExceptions.get(change);
  return own.length === 0 && unread === undefined ? {} : { exceptions: own, unread };
}

/** As the forge counts it. */
function stateSaid(said: readonly Action[], change: number): string | undefined {
  const published = said.find((action) => action.kind === "publish-check" && action.change === change);
  if (published?.kind !== "publish-check") return undefined;
  return published.verdict === "pending" ? "IN_PROGRESS" : published.verdict.toUpperCase();
}

function recount({ open }: Gathered, change: number, own: { readonly was: string | undefined; readonly is: string }) {
  const counts = open.find(({ headline }) => headline.number === change)?.headline.checkCounts ?? {};
  return formatCounts(countWith(counts, own));
}

function digest(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value)))).slice(0, 32);
}
