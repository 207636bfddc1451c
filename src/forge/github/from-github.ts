/**
 * From GitHub's JSON to the shapes of the port. The one place where raw text becomes branded; whatever is not of the
 * promised shape is `unreadable`, and nothing is concluded from it.
 */
import { topicOf } from "../../core/change/pull-request-text.ts";
import * as z from "zod/mini";
import { type BranchName, parseBranchName, parseSha, repoId, type Sha, userId } from "../../core/ids.ts";
import type { Person } from "../../core/policy/snapshot.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type Instant, parseInstant } from "../../core/time.ts";
import type { ChangeHeadline, ChangeState, ForgeProblem, RepositoryFacts, RepositoryRef } from "../forge.ts";

/** Reads `data` as `schema` promises it. */
export function read<T>(schema: z.ZodMiniType<T>, data: unknown, tried: string): Result<T, ForgeProblem> {
  const parsed = z.safeParse(schema, data);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "the answer" : issue.path.map(String).join(".");
  return fail({ kind: "unreadable", tried, found: `${where}: ${issue?.message ?? "not of the promised shape"}` });
}

export function readAll<T>(
  schema: z.ZodMiniType<T>,
  rows: readonly unknown[],
  tried: string,
): Result<readonly T[], ForgeProblem> {
  return read(z.array(schema), rows, tried);
}

/** Who deleted their account; also on GitHub itself. */
export const GHOST: Person = { id: userId(10137), login: "ghost", type: "User" };

const sha = z.pipe(
  z.string().check(z.refine((text) => parseSha(text) !== undefined, "not a commit id")),
  z.transform((text: string) => text as Sha),
);
const time = z.pipe(
  z.string().check(z.refine((text) => parseInstant(text) !== undefined, "not a time")),
  z.transform((text: string) => parseInstant(text) as Instant),
);

const user = z.object({ id: z.number(), login: z.string(), type: z.optional(z.string()) });
const person = z.pipe(z.nullish(user), z.transform(personOf));

function personOf(raw: z.infer<typeof user> | null | undefined): Person {
  if (raw === null || raw === undefined) return GHOST;
  const bot = raw.type === "Bot" || raw.login.endsWith("[bot]");
  return { id: userId(raw.id), login: raw.login, type: bot ? "Bot" : "User" };
}

/** GraphQL has neither type nor the suffix that REST gives the login of a bot. */
const actor = z.object({
  __typename: z.string(),
  login: z.string(),
  databaseId: z.nullish(z.number()),
});
export const actorSchema = z.pipe(z.nullish(actor), z.transform(actorOf));

function actorOf(raw: z.infer<typeof actor> | null | undefined): Person {
  if (raw === null || raw === undefined || raw.databaseId === null || raw.databaseId === undefined) return GHOST;
  const bot = raw.__typename === "Bot";
  const login = bot && !raw.login.endsWith("[bot]") ? `${raw.login}[bot]` : raw.login;
  return { id: userId(raw.databaseId), login, type: bot || login.endsWith("[bot]") ? "Bot" : "User" };
}

export type RawPerson = { readonly login: string; readonly databaseId?: number | null | undefined } | null | undefined;

/** The user of a commit's email; `undefined` = the forge knows nobody of it. */
export function personNamed(raw: RawPerson): Person | undefined {
  if (raw === null || raw === undefined || typeof raw.databaseId !== "number") return undefined;
  const bot = raw.login.endsWith("[bot]");
  return { id: userId(raw.databaseId), login: raw.login, type: bot ? "Bot" : "User" };
}

const REVIEW_STATES = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes-requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
  PENDING: "pending",
} as const;

/** A commit that is gone stands as zeros: the review is kept, and counts for no patch set. */
const NO_COMMIT = "0".repeat(40) as Sha;

export const reviewSchema = z.pipe(
  z.object({
    id: z.string(),
    fullDatabaseId: z.nullish(z.union([z.string(), z.pipe(z.number(), z.transform(String))])),
    state: z.enum(["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"]),
    body: z.string(),
    submittedAt: z.nullish(time),
    createdAt: time,
    lastEditedAt: z.nullish(time),
    commit: z.nullish(z.object({ oid: sha })),
    author: actorSchema,
  }),
  z.transform(({ commit, state, submittedAt, createdAt, ...rest }) => ({
    ...rest,
    state: REVIEW_STATES[state],
    sha: commit?.oid ?? NO_COMMIT,
    at: submittedAt ?? createdAt,
  })),
);
export type ReviewNode = z.infer<typeof reviewSchema>;

export const userSchema = person;
export const shaSchema = sha;
export const timeSchema = time;

/**
 * A name that is safe everywhere. People may have branches that ours never are (spaces, quotes); nobody needs their
 * exact name, since such a head is fetched as `refs/pull/N/head`, but no two of them may look the same.
 */
export function branchNamed(text: string, number: number): BranchName {
  return parseBranchName(text) ?? (`unnameable/${number}` as BranchName);
}

const pull = z.object({
  number: z.number(),
  node_id: z.string(),
  html_url: z.string(),
  title: z.string(),
  body: z.nullish(z.string()),
  state: z.string(),
  merged_at: z.nullish(z.string()),
  draft: z.optional(z.boolean()),
  user: person,
  head: z.object({ ref: z.string(), sha, repo: z.nullish(z.object({ full_name: z.string() })) }),
  base: z.object({ ref: z.string() }),
  updated_at: time,
});

export const headlineSchema = z.pipe(
  pull,
  z.transform((raw): ChangeHeadline => ({
    number: raw.number,
    nodeId: raw.node_id,
    url: raw.html_url,
    title: raw.title,
    state: raw.state === "open" ? "open" : (raw.merged_at ?? null) === null ? "closed" : "merged",
    draft: raw.draft ?? false,
    author: raw.user,
    head: raw.head.sha,
    headBranch: branchNamed(raw.head.ref, raw.number),
    ...headRepository(raw.head.repo?.full_name),
    base: branchNamed(raw.base.ref, raw.number),
    updatedAt: raw.updated_at,
    ...topicIn(raw.body),
  })),
);

/** The fields of a pull request that every GraphQL document asks for; see `HEADLINE` in `documents.ts`. */
export const headlineFields = {
  id: z.string(),
  number: z.number(),
  url: z.string(),
  title: z.string(),
  body: z.string(),
  state: z.string(),
  isDraft: z.boolean(),
  author: actorSchema,
  headRefOid: sha,
  headRefName: z.string(),
  headRepository: z.nullish(z.object({ nameWithOwner: z.string() })),
  baseRefName: z.string(),
  createdAt: time,
  updatedAt: time,
};
export const headlineNode = z.object(headlineFields);

export function headlineOf(raw: z.infer<typeof headlineNode>): ChangeHeadline {
  return {
    number: raw.number,
    nodeId: raw.id,
    url: raw.url,
    title: raw.title,
    state: stateOf(raw.state),
    draft: raw.isDraft,
    author: raw.author,
    head: raw.headRefOid,
    headBranch: branchNamed(raw.headRefName, raw.number),
    ...headRepository(raw.headRepository?.nameWithOwner),
    base: branchNamed(raw.baseRefName, raw.number),
    updatedAt: raw.updatedAt,
    ...topicIn(raw.body),
  };
}

function topicIn(body: string | null | undefined): { readonly topic?: string } {
  const topic = topicOf(body ?? "");
  return topic === undefined ? {} : { topic };
}

function headRepository(name: string | undefined): { readonly headRepository?: string } {
  return name === undefined ? {} : { headRepository: name };
}

function stateOf(text: string): ChangeState {
  return text === "MERGED" ? "merged" : text === "OPEN" ? "open" : "closed";
}

const permissions = z.nullish(
  z.object({
    admin: z.optional(z.boolean()),
    maintain: z.optional(z.boolean()),
    push: z.optional(z.boolean()),
    triage: z.optional(z.boolean()),
    pull: z.optional(z.boolean()),
  }),
);

export const repositorySchema = z.object({
  id: z.number(),
  full_name: z.string(),
  default_branch: z.string(),
  private: z.boolean(),
  archived: z.optional(z.boolean()),
  permissions,
  allow_merge_commit: z.optional(z.boolean()),
  allow_squash_merge: z.optional(z.boolean()),
  allow_rebase_merge: z.optional(z.boolean()),
});

export type Permission = RepositoryFacts["permission"];

export function permissionOf(raw: z.infer<typeof permissions>): Permission {
  if (raw?.admin === true) return "admin";
  if (raw?.maintain === true) return "maintain";
  if (raw?.push === true) return "write";
  if (raw?.triage === true) return "triage";
  return raw?.pull === true ? "read" : "none";
}

/** Of an installation's right to contents. */
export function viewerPermission(contents: unknown): Permission {
  return contents === "write" ? "write" : contents === "read" ? "read" : "none";
}

/** `undefined` for text that is not `owner/name`. */
export function repositoryRefOf(fullName: string): RepositoryRef | undefined {
  const [owner, name, ...rest] = fullName.split("/");
  return owner === undefined || name === undefined || owner === "" || name === "" || rest.length > 0
    ? undefined
    : { owner, name };
}

export const graphqlRepository = z.object({
  id: z.string(),
  databaseId: z.number(),
  nameWithOwner: z.string(),
  isPrivate: z.boolean(),
  isArchived: z.boolean(),
  viewerPermission: z.nullish(z.string()),
  defaultBranchRef: z.nullish(z.object({ name: z.string() })),
  mergeCommitAllowed: z.boolean(),
  squashMergeAllowed: z.boolean(),
  rebaseMergeAllowed: z.boolean(),
});

export const viewerSchema = z.pipe(
  z.object({ login: z.string(), databaseId: z.nullish(z.number()) }),
  z.transform((raw): Person => actorOf({ __typename: raw.login.endsWith("[bot]") ? "Bot" : "User", ...raw })),
);

export function graphqlFacts(
  raw: z.infer<typeof graphqlRepository>,
  viewer: Person,
  ref: RepositoryRef,
): RepositoryFacts {
  return {
    id: repoId(raw.databaseId),
    ref: repositoryRefOf(raw.nameWithOwner) ?? ref,
    // A repository without a commit has none; `main` is what GitHub would make.
    defaultBranch: branchNamed(raw.defaultBranchRef?.name ?? "main", 0),
    private: raw.isPrivate,
    archived: raw.isArchived,
    permission: PERMISSIONS[raw.viewerPermission ?? ""] ?? "none",
    viewer,
    mergeMethods: { merge: raw.mergeCommitAllowed, squash: raw.squashMergeAllowed, rebase: raw.rebaseMergeAllowed },
  };
}

const PERMISSIONS: Readonly<Record<string, Permission>> = {
  READ: "read",
  TRIAGE: "triage",
  WRITE: "write",
  MAINTAIN: "maintain",
  ADMIN: "admin",
};
