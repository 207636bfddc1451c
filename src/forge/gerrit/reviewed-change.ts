/**
 * A change with what is said of it: votes, what may be voted, submit requirements and the attention set. Read from REST, which
 * alone tells all of it. Source: Gerrit, "REST API: Changes" (ChangeInfo, LabelInfo, SubmitRequirementResultInfo, AttentionSetInfo).
 */
import { parseInstant, type Instant } from "../../core/time.ts";
import { type GerritAccount, type GerritChange } from "./change.ts";
import { accountOf, changeFromRest, isFields } from "./from-gerrit.ts";

export interface KnownAccount extends GerritAccount {
  /** The server's own number of them. */
  readonly id: number;
}

export interface LabelVote {
  readonly by: KnownAccount;
  /** Never 0. It counts for the newest patch set: what was not copied to it is no vote any more. */
  readonly value: number;
}

export interface LabelState {
  readonly name: string;
  readonly votes: readonly LabelVote[];
  /** What whoever asks may vote, lowest first; empty = nothing. */
  readonly permitted: readonly number[];
}

export interface RequirementState {
  readonly name: string;
  /** The server's word: `SATISFIED`, `UNSATISFIED`, `OVERRIDDEN`, `NOT_APPLICABLE`, `ERROR`, `FORCED`. */
  readonly status: string;
  /** Parts of its expression that do not hold, such as `label:Verified=MAX`. */
  readonly failing: readonly string[];
}

export interface ReviewedChange extends GerritChange {
  readonly createdAt: Instant;
  readonly ownerId: number;
  /** Threads of comments that nobody has resolved. */
  readonly unresolved: number;
  readonly submittable: boolean;
  readonly labels: readonly LabelState[];
  /** By name. */
  readonly requirements: readonly RequirementState[];
  /** Whose turn it is, and the server's reason. */
  readonly attention: readonly { readonly who: KnownAccount; readonly why: string }[];
  /** Numbers of accounts; whoever is only to know of it is none. */
  readonly reviewers: readonly number[];
}

/** `undefined` where it is no change, or lacks what every one has. */
export function reviewedFromRest(value: unknown, web: string): ReviewedChange | undefined {
  const change = changeFromRest(value, web);
  if (change === undefined || !isFields(value)) return undefined;
  const createdAt = instantOf(value["created"]);
  const owner = knownAccount(value["owner"]);
  if (createdAt === undefined || owner === undefined) return undefined;
  const reviewers = isFields(value["reviewers"]) ? listOf(value["reviewers"]["REVIEWER"]) : [];
  return {
    ...change,
    createdAt,
    ownerId: owner.id,
    unresolved: numberOf(value["unresolved_comment_count"]) ?? 0,
    submittable: value["submittable"] === true,
    labels: labelsOf(value["labels"], value["permitted_labels"]),
    requirements: listOf(value["submit_requirements"])
      .flatMap((one) => requirementOf(one) ?? [])
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    attention: valuesOf(value["attention_set"]).flatMap((one) => attentionOf(one) ?? []),
    reviewers: reviewers.flatMap((one) => knownAccount(one)?.id ?? []),
  };
}

export function knownAccount(value: unknown): KnownAccount | undefined {
  if (!isFields(value)) return undefined;
  const id = numberOf(value["_account_id"]);
  return id === undefined ? undefined : { ...accountOf(value), id };
}

function labelsOf(labels: unknown, permitted: unknown): readonly LabelState[] {
  if (!isFields(labels)) return [];
  return Object.entries(labels).map(([name, label]) => {
    const votes = isFields(label) ? listOf(label["all"]).flatMap((one) => voteOf(one) ?? []) : [];
    const mine = isFields(permitted) ? listOf(permitted[name]) : [];
    return { name, votes, permitted: mine.flatMap((one) => valueOf(one) ?? []).sort((one, other) => one - other) };
  });
}

function voteOf(value: unknown): LabelVote | undefined {
  const by = knownAccount(value);
  const given = isFields(value) ? numberOf(value["value"]) : undefined;
  return by === undefined || given === undefined || given === 0 ? undefined : { by, value: given };
}

function requirementOf(value: unknown): RequirementState | undefined {
  if (!isFields(value)) return undefined;
  const { name, status, submittability_expression_result: result } = value;
  if (typeof name !== "string" || typeof status !== "string") return undefined;
  const failing = isFields(result) && status === "UNSATISFIED" ? listOf(result["failing_atoms"]) : [];
  return { name, status, failing: failing.filter((one) => typeof one === "string") };
}

function attentionOf(value: unknown): ReviewedChange["attention"][number] | undefined {
  if (!isFields(value)) return undefined;
  const who = knownAccount(value["account"]);
  if (who === undefined) return undefined;
  const { name, username } = accountOf(value["reason_account"]);
  const reason = typeof value["reason"] === "string" ? value["reason"] : "";
  // The server leaves a mark where its pages show a name.
  return { who, why: reason.replaceAll(/<GERRIT_ACCOUNT_\d+>/g, username ?? name ?? "somebody") };
}

/** `2026-11-29 08:24:54.000000000`, in UTC. */
function instantOf(value: unknown): Instant | undefined {
  const [, day, time] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*$/.exec(typeof value === "string" ? value : "") ?? [];
  return day === undefined || time === undefined ? undefined : parseInstant(`${day}T${time}Z`);
}

/** `"+2"`, `" 0"`. */
function valueOf(value: unknown): number | undefined {
  return typeof value === "string" && /^\s*[+-]?\d{1,4}\s*$/.test(value) ? Number(value) : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function valuesOf(value: unknown): readonly unknown[] {
  return isFields(value) ? Object.values(value) : [];
}
