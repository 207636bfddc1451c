/**
 * Had anybody tested the tree that landed, before it landed? A run on the landed commit tested it. A run on the head
 * tested it when the head's tree is the landed one; a run for the pull request, which tests the head merged into the
 * target, also when the target stood where the change landed before that run was asked for. Anything else tested
 * something else. What another app's check looked at it does not say.
 */
import type { Sha } from "../ids.ts";
import type { Instant } from "../time.ts";
import { listed } from "./update.ts";
import { shortSha, type MergeCheck, type MergeFacts, type TargetStep } from "./merge.ts";

export type Tested =
  | { readonly kind: "tested" }
  | { readonly kind: "untested"; readonly why: string }
  | { readonly kind: "unknowable"; readonly why: string };

/** Where the target stood just before, and since when. */
export interface Ground {
  readonly from: Sha;
  readonly since?: Instant;
}

/** The forge keeps what runs say for a while; an old commit without any says nothing. */
const KEPT_MS = 90 * 86_400_000;
/** Our own words about a change, and what does not look at the change at all. */
const NO_TEST = /^plustwo(?:\/|$)/;
const OTHER_EVENTS = ["pull_request_target", "issue_comment", "issues", "schedule", "pull_request_review", "label"];
const OF_PULL = "pull_request";
const RAN = ["success", "failure", "timed_out"];

export function testedBefore(
  merge: MergeFacts,
  { ground, now }: { readonly ground: Ground | undefined; readonly now: Instant },
): Tested {
  const { landed, head, mergedAt, checks } = merge;
  if (landed === undefined) return { kind: "unknowable", why: "GitHub does not say as which commit it landed" };
  const tests = testsOf(checks.read);
  const before = tests.filter(
    ({ endedAt, conclusion }) => endedAt !== undefined && endedAt <= mergedAt && RAN.includes(conclusion ?? ""),
  );
  if (before.some(({ sha }) => sha === landed.sha)) return { kind: "tested" };
  if (head.tree === landed.tree && before.some(({ sha }) => sha === head.sha)) return { kind: "tested" };
  const onHead = before.filter(({ sha, kind, event }) => sha === head.sha && (kind !== "job" || event === OF_PULL));
  const asked = onHead.map((check) => ({ check, order: orderOf(check, ground) }));
  if (asked.some(({ check, order }) => check.kind === "job" && order === "after")) return { kind: "tested" };
  const why = doubt(merge, { asked, ground, tests, now });
  if (why !== undefined) return { kind: "unknowable", why };
  return { kind: "untested", why: untested(merge, { before, tests, ground }) };
}

interface Asked {
  readonly check: MergeCheck;
  readonly order: "before" | "after" | "unknown";
}

/** Was the run asked for before or after the target came to where the change landed? Times are whole seconds. */
function orderOf({ askedAt, startedAt }: MergeCheck, ground: Ground | undefined): Asked["order"] {
  const at = askedAt ?? startedAt;
  if (at === undefined || ground?.since === undefined || at === ground.since) return "unknown";
  return at > ground.since ? "after" : "before";
}

function doubt(
  { checks, head, mergedAt }: MergeFacts,
  {
    asked,
    ground,
    tests,
    now,
  }: {
    readonly asked: readonly Asked[];
    readonly ground: Ground | undefined;
    readonly tests: readonly MergeCheck[];
    readonly now: Instant;
  },
): string | undefined {
  if (checks.cut !== undefined) return checks.cut;
  if (head.tree === undefined) return "GitHub does not show the commit that was merged any more";
  if (tests.length === 0 && now - mergedAt > KEPT_MS)
    return "no check is there, and GitHub may have thrown away those of more than 90 days ago";
  const unsure = asked.filter(({ order }) => order === "unknown");
  if (unsure.length > 0)
    return ground === undefined
      ? "it is not known on which commit of the target it landed"
      : `it is not known whether ${listed(namesOf(unsure.map(({ check }) => check)))} was asked for before or after the target came to ${shortSha(ground.from)}`;
  const others = asked.filter(({ check, order }) => check.kind !== "job" && order === "after");
  if (others.length > 0)
    return `${listed(namesOf(others.map(({ check }) => check)))} does not say whether it tested the head or its merge with the target`;
  return undefined;
}

function untested(
  { landed, mergedAt }: MergeFacts,
  {
    before,
    tests,
    ground,
  }: {
    readonly before: readonly MergeCheck[];
    readonly tests: readonly MergeCheck[];
    readonly ground: Ground | undefined;
  },
): string {
  const then = afterwards(
    tests.filter(({ sha, endedAt }) => sha === landed?.sha && (endedAt ?? mergedAt + 1) > mergedAt),
  );
  const as = shortSha(landed?.sha ?? "");
  if (before.length === 0) return `no check had ended on ${as} or its head when it landed, ${then}`;
  const moved = ground === undefined ? "the target had moved" : `the target moved to ${shortSha(ground.from)}`;
  return `${listed(namesOf(before))} ran before ${moved}; what landed as ${as} is another tree, ${then}`;
}

function afterwards(checks: readonly MergeCheck[]): string {
  const failed = checks.filter(({ conclusion }) => conclusion === "failure" || conclusion === "timed_out");
  if (failed.length > 0) return `and after it had landed ${listed(namesOf(failed))} failed`;
  const passed = checks.filter(({ conclusion }) => conclusion === "success");
  return passed.length > 0
    ? `and passed ${listed(namesOf(passed))} only afterwards`
    : "and was not tested afterwards either";
}

/** Jobs where there are any: an app that looks at licences or coverage is no test of the tree. */
function testsOf(checks: readonly MergeCheck[]): readonly MergeCheck[] {
  const tests = checks.filter(({ name, event }) => !NO_TEST.test(name) && !OTHER_EVENTS.includes(event ?? ""));
  const jobs = tests.filter(({ kind }) => kind === "job");
  return jobs.length > 0 ? jobs : tests;
}

function namesOf(checks: readonly MergeCheck[]): readonly string[] {
  return [...new Set(checks.map(({ name }) => name))].sort();
}

/**
 * Where the target stood before each merge landed: by its log, else by the landed commit's parents. `undefined` where
 * neither tells, as for a rebase of several commits that the log does not remember.
 */
export function groundsOf(merges: readonly MergeFacts[], steps: readonly TargetStep[]): ReadonlyMap<number, Ground> {
  const stepTo = new Map(steps.map((step) => [step.to, step]));
  const mergedAs = new Map(
    merges.flatMap(({ landed, mergedAt }) => (landed === undefined ? [] : [[landed.sha, mergedAt] as const])),
  );
  return new Map(
    merges.flatMap((merge): readonly [number, Ground][] => {
      const from = stepTo.get(merge.landed?.sha ?? merge.head.sha)?.from ?? parentOf(merge);
      if (from === undefined) return [];
      const since = stepTo.get(from)?.at ?? mergedAs.get(from);
      return [[merge.number, { from, ...(since === undefined ? {} : { since }) }]];
    }),
  );
}

function parentOf({ landed, head, commits }: MergeFacts): Sha | undefined {
  const [first, second] = landed?.parents ?? [];
  if (second !== undefined) return second === head.sha ? first : undefined;
  return commits.cut === undefined && commits.read.length === 1 ? first : undefined;
}
