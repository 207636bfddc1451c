/** The facts of `git review status` on Gerrit: the commits of this branch above the target as last fetched, and their changes. */
import { changeIdOfCommit } from "../../core/change/stack.ts";
import { subjectOf } from "../../core/commit-message/message.ts";
import { type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { standingOf, type Standing } from "../../core/review/standing.ts";
import { newestPatchSet } from "../../forge/gerrit/change.ts";
import { type KnownAccount, type ReviewedChange } from "../../forge/gerrit/reviewed-change.ts";
import { type Commit } from "../../git/commit.ts";
import { ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { ofGerrit } from "./desk.ts";
import { trackingRef } from "./gather.ts";
import { type ReviewDesk } from "./reviewing.ts";

export interface StandingChange {
  readonly change: ReviewedChange;
  readonly standing: Standing;
  /** Absent = not asked, or the server did not say. */
  readonly mergeable?: boolean;
  /** The commit here, where it is not the newest patch set. */
  readonly newer?: Sha;
}

export interface GerritStatus {
  readonly viewer: KnownAccount;
  /** Newest first. */
  readonly changes: readonly StandingChange[];
  readonly notSent: readonly { readonly commit: Sha; readonly subject: string; readonly kind: "new" | "finished" }[];
  /** `own`: no commits above the target, so all open changes of the viewer. */
  readonly of: "branch" | "own";
}

/** Each costs a request; of more, whether they merge is not asked. */
const MOST_MERGES = 20;
/** Ids in one query, so that its address stays short. */
const IDS_AT_ONCE = 50;

export async function gatherGerritStatus(desk: ReviewDesk): Promise<Result<GerritStatus, CliProblem>> {
  const commits = await commitsHere(desk);
  if (!commits.ok) return commits;
  const { reviews, say, location } = desk;
  const of = commits.value.length === 0 ? "own" : "branch";
  const queries = of === "own" ? ["status:open owner:self"] : queriesOf(commits.value);
  const place = `project:${location.project}${of === "own" ? "" : ` branch:${location.branch}`}`;
  const asked = Promise.all([reviews.viewer(), ...queries.map((query) => reviews.find(`${place} ${query}`))]);
  const [viewer, ...pages] = await say.during(`Asking ${location.host}`, asked);
  if (!viewer.ok) return fail(ofGerrit(viewer.problem));
  const found: ReviewedChange[] = [];
  for (const page of pages) {
    if (!page.ok) return fail(ofGerrit(page.problem));
    found.push(...page.value);
  }
  if (of === "own") {
    const changes = await standings(
      desk,
      found.map((change) => ({ change })),
    );
    return ok({ viewer: viewer.value, of, changes, notSent: [] });
  }
  const known = commits.value.map((commit) => ({
    commit,
    change: found.find(({ id }) => id === changeIdOfCommit(commit)),
  }));
  const open = known.flatMap(({ commit, change }) =>
    change?.status === "open" ? [{ change, commit: commit.sha }] : [],
  );
  const notSent = known.flatMap(({ commit, change }) => {
    const kind = change === undefined ? ("new" as const) : ("finished" as const);
    return change?.status === "open" ? [] : [{ commit: commit.sha, subject: subjectOf(commit.message), kind }];
  });
  return ok({ viewer: viewer.value, of, changes: await standings(desk, open), notSent });
}

function queriesOf(commits: readonly Commit[]): readonly string[] {
  const ids = commits.flatMap((commit) => changeIdOfCommit(commit) ?? []);
  const parts = Array.from({ length: Math.ceil(ids.length / IDS_AT_ONCE) }, (_, at) =>
    ids.slice(at * IDS_AT_ONCE, (at + 1) * IDS_AT_ONCE),
  );
  return parts.map((part) => `(${part.map((id) => `change:${id}`).join(" OR ")})`);
}

/** What cannot be told of one change hides nothing of the others. */
async function standings(
  { reviews, say, location }: ReviewDesk,
  open: readonly { readonly change: ReviewedChange; readonly commit?: Sha }[],
): Promise<readonly StandingChange[]> {
  const asked = Promise.all(
    open.map(async ({ change, commit }, at): Promise<StandingChange> => {
      const merges = at < MOST_MERGES ? await reviews.mergeable(change.number) : undefined;
      const mergeable = merges?.ok === true ? { mergeable: merges.value } : {};
      const newer = commit === undefined || commit === newestPatchSet(change)?.commit ? {} : { newer: commit };
      return { change, standing: standingOf({ ...change, ...mergeable }), ...mergeable, ...newer };
    }),
  );
  return say.during(`Asking ${location.host}`, asked);
}

/** A status only looks: nothing is fetched. */
async function commitsHere(desk: ReviewDesk): Promise<Result<readonly Commit[], CliProblem>> {
  const { repository, place } = desk;
  const tracking = trackingRef(desk);
  if (place.head.kind === "unborn" || tracking === undefined) return ok([]);
  const [head, refs] = await Promise.all([repository.resolve("HEAD"), repository.refs(tracking)]);
  if (!head.ok) return fail(ofGit(head.problem));
  if (!refs.ok) return fail(ofGit(refs.problem));
  const tip = refs.value.find(({ name }) => name === tracking)?.sha;
  if (head.value === undefined || tip === undefined) return ok([]);
  const commits = await repository.commits({ from: head.value, notReachableFrom: [tip] });
  return commits.ok ? commits : fail(ofGit(commits.problem));
}
