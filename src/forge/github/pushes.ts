/**
 * Who pushed what to a change's head branch: from the activity of the repository it lives in, be that a public fork, and from
 * the force-pushes of the pull request's timeline, which also covers private forks. A push that neither remembers has no
 * pusher, which the policy takes as an unknown contributor.
 */
import * as z from "zod/mini";
import { branchRef, parseSha, type Sha } from "../../core/ids.ts";
import type { Person } from "../../core/policy/snapshot.ts";
import { ok } from "../../core/result.ts";
import type { Instant } from "../../core/time.ts";
import type { Answer, ChangeHeadline, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import { readAll, repositoryRefOf, timeSchema, userSchema } from "./from-github.ts";
import { nameOf, pathOf } from "./repository.ts";

export interface Push {
  readonly by?: Person;
  readonly before?: Sha;
  readonly after: Sha;
  readonly at?: Instant;
  readonly merge?: true;
}

const activitySchema = z.object({
  before: z.string(),
  after: z.string(),
  timestamp: timeSchema,
  activity_type: z.string(),
  actor: z.nullish(userSchema),
});

const NOTHING = /^0+$/;

/** Oldest first. Empty where the activity may not be read, or the fork is gone: that only makes pushers unknown. */
export async function readActivity(
  client: Client,
  repository: RepositoryRef,
  { headRepository, headBranch }: Pick<ChangeHeadline, "headRepository" | "headBranch">,
): Answer<readonly Push[]> {
  const home = repositoryRefOf(headRepository ?? "");
  if (home === undefined) return ok([]);
  const tried = `read who pushed to ${headBranch} of ${nameOf(home)}`;
  const rows = await client.pages({
    scope: { kind: "repository", repository },
    tried,
    // A public fork shows its activity to everybody; the token stays the one for the project.
    route: `GET ${pathOf(home)}/activity`,
    params: { ref: branchRef(headBranch), direction: "asc" },
  });
  if (!rows.ok) {
    const { kind } = rows.problem;
    return kind === "forbidden" || kind === "not-found" ? ok([]) : rows;
  }
  const activity = readAll(activitySchema, rows.value, tried);
  if (!activity.ok) return activity;
  const pushes = activity.value.flatMap((one): readonly Push[] => {
    const after = parseSha(one.after);
    const before = parseSha(one.before);
    if (after === undefined || NOTHING.test(one.after)) return [];
    return [
      {
        ...(one.actor ? { by: one.actor } : {}),
        ...(before === undefined || NOTHING.test(one.before) ? {} : { before }),
        after,
        at: one.timestamp,
        ...(one.activity_type === "pr_merge" ? { merge: true as const } : {}),
      },
    ];
  });
  return ok([...pushes].sort(byTime));
}

/** Both memories of one push are one push; the activity's knows more. */
export function mergePushes(activity: readonly Push[], forcePushes: readonly Push[]): readonly Push[] {
  const known = new Set(activity.map(({ before, after }) => `${before}..${after}`));
  const more = forcePushes.filter(({ before, after }) => !known.has(`${before}..${after}`));
  return [...activity, ...more].sort(byTime);
}

function byTime(a: Push, b: Push): number {
  return (a.at ?? 0) - (b.at ?? 0);
}
