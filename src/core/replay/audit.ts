/**
 * What came into a target branch without the App's certificate: merges, by what stands on their head and where they landed, and
 * pushes that no pull request explains, by the forge's own log. Which policy was in force then is the caller's to ask.
 */
import type { BranchName, Sha } from "../ids.ts";
import { parsePublished } from "../policy/published.ts";
import type { Person } from "../policy/snapshot.ts";
import { after, type Instant } from "../time.ts";
import { certificateOf, type AppCheck, type Certified, type Missing } from "./certificate.ts";
import { shortSha, type TargetStep } from "./merge.ts";

export interface AuditMerge {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly mergedAt: Instant;
  readonly mergedBy?: Person;
  readonly head: Sha;
  /** Absent = the forge does not say as which commit it landed. */
  readonly landed?: Sha;
  /** On the head and on the landed commit, of whatever app. */
  readonly checks: readonly AppCheck[];
}

export interface AuditFacts {
  readonly target: BranchName;
  /** Whose checks count; absent = there is no such App, and nothing has a certificate. */
  readonly app?: number;
  readonly merges: readonly AuditMerge[];
  /** Of the target, in any order. */
  readonly steps: readonly TargetStep[];
  /** On the commits that the steps led to. */
  readonly checks: readonly AppCheck[];
}

/** Came in without a certificate. */
export interface Suspect {
  /** Absent = somebody pushed. */
  readonly number?: number;
  readonly title: string;
  /** The forge knows one of pull requests. */
  readonly url?: string;
  readonly at: Instant;
  readonly by?: string;
  /** Where the target stood before; absent = the log does not say. */
  readonly from?: Sha;
  readonly landed: Sha;
  readonly missing: Missing;
  readonly sentence: string;
}

export interface Unknown {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly at: Instant;
  readonly by?: string;
  readonly why: string;
}

export interface Audit {
  /** Newest first, like the others. */
  readonly suspects: readonly Suspect[];
  readonly unknown: readonly Unknown[];
  readonly certified: number;
}

/** A landing is one step of the log, and the forge says "merged" a moment later. */
const APART_MS = 3_600_000;

export function audit(facts: AuditFacts): Audit {
  const suspects: Suspect[] = [];
  const unknown: Unknown[] = [];
  let certified = 0;
  const stepTo = new Map(facts.steps.map((step) => [step.to, step]));
  const mergedAs = new Set(facts.merges.flatMap(({ landed }) => landed ?? []));
  for (const merge of facts.merges) {
    const { number, title, url, mergedAt: at, mergedBy, landed } = merge;
    const who = mergedBy === undefined ? {} : { by: mergedBy.login };
    if (landed === undefined) {
      unknown.push({ number, title, url, at, ...who, why: "GitHub does not say as which commit it landed" });
      continue;
    }
    const answer = certificateOfMerge(facts, { ...merge, landed });
    if (answer.valid) {
      certified += 1;
      continue;
    }
    const from = stepTo.get(landed)?.from;
    const { missing, sentence } = answer;
    suspects.push({
      number,
      title,
      url,
      at,
      ...who,
      ...(from === undefined ? {} : { from }),
      landed,
      missing,
      sentence,
    });
  }
  for (const { from, to: landed, at, by } of facts.steps) {
    if (mergedAs.has(landed)) continue;
    const answer = ask(facts, { landed, checks: facts.checks });
    if (answer.valid) continue;
    const { missing, sentence } = answer;
    const title = `${shortSha(landed)}, pushed to ${facts.target}`;
    suspects.push({ title, at, ...(by === undefined ? {} : { by }), from, landed, missing, sentence });
  }
  const newestFirst = (one: { readonly at: Instant }, other: { readonly at: Instant }) => other.at - one.at;
  // The forge cuts times to seconds: of two in one second the log says which stands on which.
  const lastFirst = (one: Suspect, other: Suspect) =>
    newestFirst(one, other) || stepsBelow(stepTo, other.landed) - stepsBelow(stepTo, one.landed);
  return { suspects: suspects.sort(lastFirst), unknown: unknown.sort(newestFirst), certified };
}

/** How many steps of the log led there, one after the other. */
function stepsBelow(stepTo: ReadonlyMap<Sha, TargetStep>, landed: Sha): number {
  const seen = new Set<Sha>();
  for (let step = stepTo.get(landed); step !== undefined && !seen.has(step.to);) {
    seen.add(step.to);
    step = stepTo.get(step.from);
  }
  return seen.size;
}

type Landed = AuditMerge & { readonly landed: Sha };

/** A stack lands in one step, and the forge may name another commit of it than the one the App tested: the log has that one. */
function certificateOfMerge(facts: AuditFacts, merge: Landed): Certified {
  const { number: change, head, landed, mergedAt } = merge;
  const checks = [...merge.checks, ...facts.checks];
  const direct = ask(facts, { change, head, landed, checks });
  if (direct.valid || direct.missing === "no-verdict" || direct.missing === "not-ready") return direct;
  const near = facts.steps.filter(({ at }) => at >= after(mergedAt, -APART_MS) && at <= after(mergedAt, APART_MS));
  for (const { to } of near) {
    const other = ask(facts, { change, head, landed: to, checks });
    if (other.valid && direct.missing === "other-commit") return other;
  }
  return direct;
}

interface Asked {
  readonly change?: number;
  readonly head?: Sha;
  readonly landed: Sha;
  readonly checks: readonly AppCheck[];
}

function ask({ target, app }: AuditFacts, asked: Asked): Certified {
  const checks = app === undefined ? [] : asked.checks;
  return certificateOf({ ...asked, checks, target, gated: true, ...(app === undefined ? {} : { app }) });
}

export interface App {
  readonly id: number;
  readonly slug: string;
}

export type Chosen =
  | { readonly kind: "app"; readonly app: App; readonly verdicts: number }
  | { readonly kind: "none" }
  /** Any of them could be forged. */
  | { readonly kind: "several"; readonly apps: readonly App[] };

/** GitHub Actions: any job with a token can write a check in its name. */
const ANYBODY = 15_368;

/** Which App is plustwo here, where neither people nor the branch rule say so: the only one that wrote verdicts. */
export function publisherOf(checks: readonly AppCheck[]): Chosen {
  const found = new Map<number, { readonly app: App; readonly verdicts: number }>();
  for (const { name, app, summary, text } of checks) {
    if (name !== "plustwo" || app.id === ANYBODY) continue;
    if ((parsePublished(summary) ?? parsePublished(text ?? "")) === undefined) continue;
    found.set(app.id, { app, verdicts: (found.get(app.id)?.verdicts ?? 0) + 1 });
  }
  const [first, ...others] = [...found.values()].sort((a, b) => a.app.id - b.app.id);
  if (first === undefined) return { kind: "none" };
  if (others.length > 0) return { kind: "several", apps: [first, ...others].map(({ app }) => app) };
  return { kind: "app", ...first };
}
