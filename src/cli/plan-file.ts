/**
 * A plan in a file (`git review -n --plan FILE`, docs/schemas/plan.schema.json): every ref with its lease, every write, and each
 * change with the state of the server that it was planned from, which is what `git review apply FILE` compares with.
 */
import * as z from "zod/mini";
import { parseChangeId, type ChangeId } from "../core/ids.ts";
import { type UploadPlan } from "../core/change/upload.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { type Desk } from "./desk.ts";
import { type GatheredStack } from "./gather-stack.ts";
import { EXIT } from "./problems.ts";
import { type CliProblem } from "./say.ts";
import { branchName, refName, sha } from "./undo/record.ts";

const changeId = z.pipe(
  z.string(),
  z.transform((text: string, context): ChangeId => {
    const id = parseChangeId(text);
    if (id !== undefined) return id;
    context.issues.push({ code: "custom", message: "not a Change-Id", input: text });
    return z.NEVER;
  }),
);
const change = z.strictObject({
  ...{ id: changeId, commit: sha, tree: sha, parent: sha },
  ...{ subject: z.string(), body: z.string() },
});
const remote = z.strictObject({
  ...{ number: z.int(), nodeId: z.string(), url: z.string(), title: z.string(), body: z.string() },
  state: z.enum(["open", "merged", "closed"]),
  author: z.object({ login: z.string() }),
  ...{ head: sha, headBranch: branchName, base: branchName },
  patchSet: z.exactOptional(z.int()),
  draft: z.exactOptional(z.boolean()),
  requested: z.exactOptional(z.array(z.string())),
  labels: z.exactOptional(z.array(z.string())),
});
const place = { change, branch: branchName, base: branchName };
const step = z.discriminatedUnion("kind", [
  z.strictObject({ ...place, kind: z.literal("create"), replaces: z.exactOptional(remote) }),
  z.strictObject({
    ...place,
    kind: z.enum(["update", "message-only", "retarget", "reword", "unchanged"]),
    remote,
    patchSet: z.exactOptional(z.int()),
    kept: z.array(z.enum(["title", "body"])),
  }),
  z.strictObject({ ...place, kind: z.literal("merged"), remote }),
]);
const update = z.strictObject({
  ...{ kind: z.literal("update"), number: z.int(), nodeId: z.string() },
  base: z.exactOptional(branchName),
  title: z.exactOptional(z.string()),
  body: z.exactOptional(z.string()),
});
const create = z.strictObject({
  ...{ kind: z.literal("create"), head: branchName, base: branchName },
  ...{ title: z.string(), body: z.string(), draft: z.boolean() },
});
const write = z.discriminatedUnion("kind", [create, update]);
const named = { id: z.string(), name: z.string() };
const wish = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["draft", "ready"]) }),
  z.strictObject({
    kind: z.literal("ask"),
    reviewers: z.array(z.strictObject({ ...named, kind: z.enum(["user", "team"]) })),
  }),
  z.strictObject({ kind: z.literal("label"), labels: z.array(z.strictObject(named)) }),
]);
const file = z.strictObject({
  version: z.literal(1),
  ...{ host: z.string(), project: z.string(), viewer: z.string() },
  ...{ target: branchName, targetTip: sha, head: sha },
  /** The local branch that is moved first, since commits were given Change-Ids or rebased. */
  move: z.exactOptional(z.strictObject({ ref: refName, from: sha, to: sha, files: z.boolean() })),
  left: z.array(z.strictObject({ commit: sha, subject: z.string(), branch: z.exactOptional(branchName) })),
  changes: z.array(step),
  retargetFirst: z.array(update),
  refs: z.array(z.strictObject({ branch: branchName, from: z.nullable(sha), to: sha })),
  writes: z.array(write),
  topic: z.exactOptional(z.string()),
  wishes: z.array(
    z.strictObject({
      ...{ branch: branchName, wish },
      on: z.exactOptional(z.strictObject({ number: z.int(), nodeId: z.string() })),
    }),
  ),
  orphans: z.array(remote),
});
export type PlanFile = z.infer<typeof file>;

/** A plan through a fork is not written: the fork may have to be made first, and only then the plan is known. */
export function planFile(
  { location, project }: Desk,
  gathered: GatheredStack,
  { plan, viewer }: { readonly plan: UploadPlan; readonly viewer: string },
): Result<PlanFile, CliProblem> {
  const { target, targetTip, head, move, left } = gathered;
  const made: unknown = {
    ...{ version: 1, host: location.host, project: `${project.owner}/${project.name}`, viewer },
    ...{ target, targetTip, head, left, ...(move === undefined ? {} : { move }) },
    ...{ changes: plan.steps, retargetFirst: plan.retargetFirst, writes: plan.writes, wishes: plan.wishes },
    refs: plan.push.map(({ from = null, ...rest }) => ({ ...rest, from })),
    orphans: plan.orphans.map(bare),
    ...(plan.topic === undefined ? {} : { topic: plan.topic }),
  };
  const read = z.safeParse(file, { ...Object(made), changes: plan.steps.map(bareStep) });
  return read.success ? ok(read.data) : fail(throughFork());
}

export function parsePlanFile(text: string): PlanFile | undefined {
  try {
    const read = z.safeParse(file, JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

export function uploadPlanOf(read: PlanFile): UploadPlan {
  const { target, changes, retargetFirst, refs, writes, wishes, orphans, topic } = read;
  return {
    ...{ target, steps: changes, retargetFirst, writes, wishes, orphans },
    ...(topic === undefined ? {} : { topic }),
    push: refs.map(({ branch, from, to }) => ({ branch, to, ...(from === null ? {} : { from }) })),
  };
}

/** The forge answers more of a pull request than a plan needs. */
function bare(one: UploadPlan["orphans"][number]): unknown {
  const { number, nodeId, url, title, body, state, author, head, headBranch, base } = one;
  const { patchSet, draft, requested, labels, fork } = one;
  const known = Object.entries({ patchSet, draft, requested, labels, fork }).filter(([, value]) => value !== undefined);
  const names = { number, nodeId, url, title, body, state, author: { login: author.login }, head, headBranch, base };
  return { ...names, ...Object.fromEntries(known) };
}

function bareStep(one: UploadPlan["steps"][number]): unknown {
  if (one.kind === "create") return one.replaces === undefined ? one : { ...one, replaces: bare(one.replaces) };
  return { ...one, remote: bare(one.remote) };
}

function throughFork(): CliProblem {
  return {
    message: "Cannot write this plan to a file: it goes through a fork, which may not be there yet when it is applied",
    hint: "`git review -n` shows it; `git review` does it",
    exit: EXIT.refused,
  };
}
