/** From what GitHub says of one merged pull request to the facts of a merge. */
import * as z from "zod/mini";
import type { Sha } from "../../core/ids.ts";
import type { Person, Signature } from "../../core/policy/snapshot.ts";
import type { Listed, MergeCheck, MergeCommit, MergeFacts, MergeReview } from "../../core/replay/merge.ts";
import { botOf } from "./change.ts";
import { actorSchema, branchNamed, personNamed, reviewSchema, shaSchema, timeSchema } from "./from-github.ts";

const tree = z.object({ oid: shaSchema });
export const signatureSchema = z.object({
  name: z.nullish(z.string()),
  email: z.nullish(z.string()),
  user: z.nullish(z.object({ login: z.string(), databaseId: z.nullish(z.number()) })),
});
const parents = z.object({ nodes: z.array(z.object({ oid: shaSchema })) });

const checkRun = z.object({
  __typename: z.literal("CheckRun"),
  name: z.string(),
  status: z.string(),
  conclusion: z.nullish(z.string()),
  startedAt: z.nullish(timeSchema),
  completedAt: z.nullish(timeSchema),
  detailsUrl: z.nullish(z.string()),
  checkSuite: z.nullish(
    z.object({
      createdAt: timeSchema,
      app: z.nullish(z.object({ databaseId: z.nullish(z.number()), slug: z.string() })),
      branch: z.nullish(z.object({ name: z.string() })),
      workflowRun: z.nullish(
        z.object({ event: z.string(), createdAt: timeSchema, file: z.nullish(z.object({ path: z.string() })) }),
      ),
    }),
  ),
});
const statusContext = z.object({
  __typename: z.literal("StatusContext"),
  context: z.string(),
  state: z.string(),
  createdAt: timeSchema,
  targetUrl: z.nullish(z.string()),
  creator: actorSchema,
});
const rollup = z.nullish(
  z.object({
    contexts: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean() }),
      nodes: z.array(z.union([checkRun, statusContext])),
    }),
  }),
);
type Rollup = z.infer<typeof rollup>;

const review = z.intersection(
  reviewSchema,
  z.object({
    id: z.string(),
    authorCanPushToRepository: z.optional(z.boolean()),
    commit: z.nullish(z.object({ oid: shaSchema, tree })),
  }),
);
const commit = z.object({
  oid: shaSchema,
  message: z.string(),
  tree,
  parents,
  authors: z.object({ totalCount: z.number(), nodes: z.array(signatureSchema) }),
  committer: z.nullish(signatureSchema),
});
const event = z.union([
  z.object({
    __typename: z.literal("HeadRefForcePushedEvent"),
    createdAt: timeSchema,
    actor: actorSchema,
    beforeCommit: z.nullish(z.object({ oid: shaSchema })),
    afterCommit: z.nullish(z.object({ oid: shaSchema })),
  }),
  z.object({
    __typename: z.literal("ReviewDismissedEvent"),
    createdAt: timeSchema,
    previousReviewState: z.string(),
    review: z.nullish(z.object({ id: z.string() })),
  }),
]);
type Event = z.infer<typeof event>;

export const mergeSchema = z.object({
  number: z.number(),
  url: z.string(),
  title: z.string(),
  body: z.string(),
  createdAt: timeSchema,
  mergedAt: timeSchema,
  author: actorSchema,
  mergedBy: z.nullish(z.unknown()),
  headRefOid: shaSchema,
  headRefName: z.string(),
  headRepository: z.nullish(z.object({ nameWithOwner: z.string() })),
  baseRefName: z.string(),
  mergeCommit: z.nullish(z.object({ oid: shaSchema, tree, parents, statusCheckRollup: rollup })),
  reviews: z.object({ totalCount: z.number(), nodes: z.array(review) }),
  reviewThreads: z.object({ totalCount: z.number(), nodes: z.array(z.object({ isResolved: z.boolean() })) }),
  commits: z.object({ totalCount: z.number(), nodes: z.array(z.object({ commit })) }),
  newest: z.object({
    nodes: z.array(z.object({ commit: z.object({ oid: shaSchema, tree, statusCheckRollup: rollup }) })),
  }),
  timelineItems: z.object({ pageInfo: z.object({ hasNextPage: z.boolean() }), nodes: z.array(event) }),
});
type Raw = z.infer<typeof mergeSchema>;

export function mergeOf(raw: Raw): MergeFacts {
  // Of more than 250 commits GitHub lists the first 250, so that the newest listed one is not the head.
  const head = raw.newest.nodes.map((node) => node.commit).find(({ oid }) => oid === raw.headRefOid);
  const by = z.safeParse(actorSchema, raw.mergedBy);
  return {
    number: raw.number,
    title: raw.title,
    url: raw.url,
    body: raw.body,
    author: raw.author,
    openedAt: raw.createdAt,
    base: branchNamed(raw.baseRefName, raw.number),
    headBranch: branchNamed(raw.headRefName, raw.number),
    ...(raw.headRepository ? { headRepository: raw.headRepository.nameWithOwner } : {}),
    mergedAt: raw.mergedAt,
    ...(raw.mergedBy && by.success ? { mergedBy: by.data } : {}),
    head: { sha: raw.headRefOid, ...(head === undefined ? {} : { tree: head.tree.oid }) },
    ...(raw.mergeCommit
      ? {
          landed: {
            sha: raw.mergeCommit.oid,
            tree: raw.mergeCommit.tree.oid,
            parents: raw.mergeCommit.parents.nodes.map(({ oid }) => oid),
          },
        }
      : {}),
    commits: commitsOf(raw),
    reviews: { read: raw.reviews.nodes.map((one) => reviewOf(one, raw.timelineItems.nodes)), ...reviewsCut(raw) },
    forcePushes: {
      read: raw.timelineItems.nodes.flatMap(forcePush),
      ...(raw.timelineItems.pageInfo.hasNextPage ? { cut: "it was force-pushed more than 100 times" } : {}),
    },
    threads: threadsOf(raw),
    checks: checksOf(raw, head),
  };
}

function commitsOf({ commits }: Raw): Listed<MergeCommit> {
  const many = commits.nodes.find(({ commit: one }) => one.authors.totalCount > one.authors.nodes.length);
  const cut =
    commits.totalCount > commits.nodes.length
      ? `it has ${commits.totalCount} commits, of which ${commits.nodes.length} were read`
      : many === undefined
        ? undefined
        : `${many.commit.oid.slice(0, 7)} has ${many.commit.authors.totalCount} authors, of which 20 were read`;
  return {
    read: commits.nodes.map(({ commit: one }) => ({
      sha: one.oid,
      message: one.message,
      tree: one.tree.oid,
      parents: one.parents.nodes.map(({ oid }) => oid),
      authors: one.authors.nodes.map(signatureOf),
      ...(one.committer ? { committer: signatureOf(one.committer) } : {}),
    })),
    ...(cut === undefined ? {} : { cut }),
  };
}

export function signatureOf({ name, email, user }: z.infer<typeof signatureSchema>): Signature {
  const person: Person | undefined = personNamed(user) ?? botOf(email ?? "");
  return { name: name ?? "", email: (email ?? "").toLowerCase(), ...(person === undefined ? {} : { user: person }) };
}

function reviewOf(one: z.infer<typeof review>, events: readonly Event[]): MergeReview {
  const dismissal = events.flatMap((item) =>
    item.__typename === "ReviewDismissedEvent" && item.review?.id === one.id ? [item] : [],
  )[0];
  return {
    id: one.fullDatabaseId ?? one.id,
    by: one.author,
    state: one.state,
    body: one.body,
    at: one.at,
    ...(one.lastEditedAt ? { editedAt: one.lastEditedAt } : {}),
    ...(one.commit ? { commit: { sha: one.commit.oid, tree: one.commit.tree.oid } } : {}),
    ...(one.authorCanPushToRepository === undefined ? {} : { mayPush: one.authorCanPushToRepository }),
    ...(dismissal === undefined
      ? {}
      : {
          dismissal: {
            at: dismissal.createdAt,
            was:
              dismissal.previousReviewState === "CHANGES_REQUESTED"
                ? ("changes-requested" as const)
                : ("approved" as const),
          },
        }),
  };
}

function reviewsCut({ reviews: { totalCount, nodes } }: Raw): { readonly cut?: string } {
  return totalCount > nodes.length ? { cut: `it has ${totalCount} reviews, of which ${nodes.length} were read` } : {};
}

function threadsOf({ reviewThreads: { totalCount, nodes } }: Raw): NonNullable<MergeFacts["threads"]> {
  const resolved = nodes.filter(({ isResolved }) => isResolved).length;
  return { resolved, unresolved: nodes.length - resolved, cut: totalCount > nodes.length };
}

function forcePush(item: Event): MergeFacts["forcePushes"]["read"] {
  if (item.__typename !== "HeadRefForcePushedEvent") return [];
  return [
    {
      by: item.actor,
      ...(item.beforeCommit ? { before: item.beforeCommit.oid } : {}),
      ...(item.afterCommit ? { after: item.afterCommit.oid } : {}),
      at: item.createdAt,
    },
  ];
}

function checksOf(
  { mergeCommit }: Raw,
  head: { readonly oid: Sha; readonly statusCheckRollup?: Rollup } | undefined,
): Listed<MergeCheck> {
  const commits = [
    ...(head === undefined ? [] : [head]),
    ...(mergeCommit && mergeCommit.oid !== head?.oid ? [mergeCommit] : []),
  ];
  const cut = commits.find(({ statusCheckRollup: one }) => one?.contexts.pageInfo.hasNextPage === true);
  return {
    read: commits.flatMap(({ oid, statusCheckRollup: one }) =>
      (one?.contexts.nodes ?? []).map((node) =>
        node.__typename === "CheckRun" ? runOf(node, oid) : contextOf(node, oid),
      ),
    ),
    ...(cut === undefined ? {} : { cut: `${cut.oid.slice(0, 7)} has more than 100 checks, of which 100 were read` }),
  };
}

function runOf(run: z.infer<typeof checkRun>, sha: Sha): MergeCheck {
  const { checkSuite: suite } = run;
  const workflow = suite?.workflowRun;
  const done = run.status === "COMPLETED";
  const ended = run.completedAt ?? run.startedAt;
  const asked = workflow?.createdAt ?? suite?.createdAt;
  return {
    sha,
    name: run.name,
    kind: workflow ? "job" : "check-run",
    by: suite?.app?.slug ?? "somebody",
    ...(typeof suite?.app?.databaseId === "number" ? { appId: suite.app.databaseId } : {}),
    ...(workflow ? { event: workflow.event } : {}),
    ...(workflow?.file ? { workflow: workflow.file.path } : {}),
    ...(suite?.branch ? { headBranch: branchNamed(suite.branch.name, 0) } : {}),
    ...(done && run.conclusion ? { conclusion: run.conclusion.toLowerCase() } : {}),
    ...(run.startedAt ? { startedAt: run.startedAt } : {}),
    ...(done && ended ? { endedAt: ended } : {}),
    ...(asked === undefined ? {} : { askedAt: asked }),
    ...(run.detailsUrl ? { url: run.detailsUrl } : {}),
  };
}

/** A status has one time, that of its newest word. */
function contextOf(context: z.infer<typeof statusContext>, sha: Sha): MergeCheck {
  const waiting = context.state === "PENDING" || context.state === "EXPECTED";
  return {
    sha,
    name: context.context,
    kind: "status",
    by: context.creator.login,
    creator: context.creator,
    startedAt: context.createdAt,
    ...(waiting ? {} : { endedAt: context.createdAt, conclusion: context.state === "SUCCESS" ? "success" : "failure" }),
    ...(context.targetUrl ? { url: context.targetUrl } : {}),
  };
}
