/** `plustwo backport audit`: what newer branches lack. Only reads. */
import { subjectOf } from "../../core/commit-message/message.ts";
import type { BranchName } from "../../core/ids.ts";
import { auditBranches, type AuditRow } from "../../core/release/backport/audit.ts";
import { fixesOf, type Fix } from "../../core/release/backport/fix.ts";
import { standing } from "../../core/release/backport/standing.ts";
import { nameOf } from "../../core/release/backport/stable-rule.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { listCommits, pathsOfCommits, patchIdsOf } from "../../git/commit-diffs.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import { counted, oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";
import type { CheckOptions } from "./check.ts";
import { gatherBranches, isAsked, ladderNear, readHistories, type Branches, type BranchHistory } from "./gather.ts";

type Histories = ReadonlyMap<BranchName, BranchHistory>;

export async function audit(
  terminal: Terminal,
  say: Say,
  options: Omit<CheckOptions, "forbid">,
): Promise<Result<number, CliProblem>> {
  const branches = await gatherBranches(terminal, options);
  if (!branches.ok) return branches;
  const ladder = ladderNear(branches.value, options.branches);
  if (!ladder.ok) return ladder;
  const histories = await say.during("Reading the branches", readHistories(branches.value, ladder.value, options.bots));
  if (!histories.ok) return histories;
  const audited = (of: Histories): readonly AuditRow[] =>
    auditBranches(ladder.value, [...of.values()]).filter(({ branch }) =>
      isAsked(branches.value, options.branches, branch),
    );
  const byName = audited(histories.value);
  const patched = await say.during("Comparing patches", withPatches(branches.value, histories.value, byName));
  if (!patched.ok) return patched;
  const rows = audited(patched.value);
  if (options.json) say.json(auditJson(rows));
  else for (const line of auditLines(rows)) say.result(line);
  return ok(rows.every(({ lost }) => lost.length === 0) ? EXIT.ok : EXIT.refused);
}

/** The same histories, with the patch ids of what is missing somewhere and of all that touches the same paths there. */
async function withPatches(
  { git, tips, trunk }: Branches,
  histories: Histories,
  rows: readonly AuditRow[],
): Promise<Result<Histories, CliProblem>> {
  const lost = rows.flatMap((row) => row.lost);
  if (lost.length === 0) return ok(histories);
  const shas = [...new Set(lost.map(({ fix }) => fix.sha))];
  const touched = await pathsOfCommits(git, shas);
  if (!touched.ok) return fail(ofGit(touched.problem));
  const paths = [...new Set([...touched.value.values()].flat())];
  const wanted = new Set(shas);
  const [main, oldest] = [tips.get(trunk), histories.get(trunk)?.since];
  for (const branch of new Set(lost.flatMap(({ missingOn }) => missingOn))) {
    const tip = tips.get(branch);
    if (tip === undefined || main === undefined || paths.length === 0) continue;
    // What a series shares with the default branch is looked for there.
    const notReachableFrom = branch === trunk ? (oldest === undefined ? [] : [oldest]) : [main];
    const candidates = await listCommits(git, { from: [tip], notReachableFrom }, paths);
    if (!candidates.ok) return fail(ofGit(candidates.problem));
    for (const sha of candidates.value) wanted.add(sha);
  }
  const ids = await patchIdsOf(git, [...wanted]);
  if (!ids.ok) return fail(ofGit(ids.problem));
  const withId = <F extends Fix>(fix: F): F => {
    const patchId = ids.value.get(fix.sha);
    return patchId === undefined ? fix : { ...fix, patchId };
  };
  return ok(
    new Map(
      [...histories].map(([name, history]) => [
        name,
        { ...history, own: history.own.map(withId), fixes: fixesOf(standing(history.all).map(withId)) },
      ]),
    ),
  );
}

function auditJson(rows: readonly AuditRow[]): unknown {
  const named = ({ sha, message }: Fix) => ({ commit: sha, subject: subjectOf(message) });
  return {
    version: 1,
    branches: rows.map(({ branch, commits, stableOnly, lost, nameless }) => ({
      ...{ branch, commits, stableOnly },
      missing: lost.map(({ fix, missingOn }) => ({ ...named(fix), missingOn })),
      byPatch: nameless.map(({ fix, twins }) => ({
        ...named(fix),
        on: twins.map(({ branch: on, as }) => ({ branch: on, ...named(as) })),
      })),
    })),
  };
}

function auditLines(rows: readonly AuditRow[]): readonly string[] {
  return rows.flatMap(({ branch, commits, stableOnly, lost, nameless }) => [
    [
      `${branch}: ${counted(commits, "commit")}`,
      ...(stableOnly === 0 ? [] : [`${stableOnly} stable-only`]),
      `${lost.length} missing on a newer branch`,
      ...(nameless.length === 0 ? [] : [`${nameless.length} there by the patch alone`]),
    ].join(", "),
    ...lost.map(({ fix, missingOn }) => `  ${oneLine(nameOf(fix))}: not on ${missingOn.join(", ")}`),
    ...nameless.map(({ fix, twins }) => {
      const where = twins.map(({ branch: on, as }) => `on ${on} as ${as.sha.slice(0, 10)}`).join(", ");
      return `  ${oneLine(nameOf(fix))}: ${where}, by its patch; neither its Change-Id nor a pick says so`;
    }),
  ]);
}
