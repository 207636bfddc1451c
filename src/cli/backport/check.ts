/** `plustwo backport check` and `audit`: the stable rule for each commit, and what newer branches lack. Both only read. */
import { subjectOf } from "../../core/commit-message/message.ts";
import type { BranchName, RefName, Sha } from "../../core/ids.ts";
import { parseSha } from "../../core/ids.ts";
import { compilePattern, type PathPattern } from "../../core/owners/pattern.ts";
import { newConflicts } from "../../core/policy/conflict-markers.ts";
import { auditBranches } from "../../core/release/backport/audit.ts";
import { picksOf } from "../../core/release/backport/fix.ts";
import { mustBeOn } from "../../core/release/backport/ladder.ts";
import { checkStable, nameOf, type CommitFacts, type Finding } from "../../core/release/backport/stable-rule.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Commit } from "../../git/commit.ts";
import { parseRefPattern } from "../../git/slots.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import {
  gatherBranches,
  ladderNear,
  readHistories,
  type Branches,
  type BranchesFrom,
  type BranchHistory,
} from "./gather.ts";

export interface CheckOptions extends BranchesFrom {
  /** None: every series. */
  readonly branches: readonly string[];
  /** Emails of authors whose commits are not asked about. */
  readonly bots: readonly string[];
  readonly forbid: readonly string[];
  readonly json: boolean;
}

type Histories = ReadonlyMap<BranchName, BranchHistory>;

export async function check(terminal: Terminal, say: Say, options: CheckOptions): Promise<Result<number, CliProblem>> {
  const forbidden = patternsOf(options.forbid);
  if (!forbidden.ok) return forbidden;
  const branches = await gatherBranches(terminal, options);
  if (!branches.ok) return branches;
  const ladder = ladderNear(branches.value, options.branches[0]);
  if (!ladder.ok) return ladder;
  const histories = await say.during("Reading the branches", readHistories(branches.value, ladder.value, options.bots));
  if (!histories.ok) return histories;
  const asked = ladder.value.filter(
    ({ branch }) =>
      branch !== branches.value.trunk && (options.branches.length === 0 || options.branches.includes(branch)),
  );
  const missing = options.branches.find((name) => !asked.some(({ branch }) => branch === name));
  if (missing !== undefined) {
    const there = ladder.value.map(({ branch }) => branch).join(", ");
    const message = `Cannot check "${missing}": it is no older branch here; there are ${there}`;
    return fail({ message, hint: "name one of them", exit: EXIT.refused });
  }
  const rows = [];
  for (const { branch } of asked) {
    const newer = mustBeOn(ladder.value, branch);
    const facts = await factsOf(branches.value, histories.value, { branch, newer, files: forbidden.value.length > 0 });
    if (!facts.ok) return facts;
    const commits = facts.value.map((commit) => ({
      commit,
      findings: checkStable(commit, { forbiddenPaths: forbidden.value }),
    }));
    const byBots = histories.value.get(branch)?.byBots ?? 0;
    rows.push({ branch, commits, byBots, picked: facts.value.filter(({ picks }) => picks.length > 0).length });
  }
  const errors = rows.flatMap(({ commits }) => commits.flatMap(({ findings }) => findings)).filter(isError);
  if (options.json) {
    say.json({
      branches: rows.map(({ branch, commits, picked, byBots }) => ({
        branch,
        byBots,
        commits: commits.length,
        picked,
        findings: commits.flatMap(({ commit, findings }) =>
          findings.map((finding) => ({ commit: commit.sha, subject: subjectOf(commit.message), ...finding })),
        ),
      })),
    });
    return ok(errors.length === 0 ? EXIT.ok : EXIT.refused);
  }
  for (const { branch, commits, picked, byBots } of rows) {
    const wrong = commits.filter(({ findings }) => findings.some(isError)).length;
    const verdict = wrong === 0 ? "every one keeps the rule" : `${counted(wrong, "commit does", "commits do")} not keep the rule`;
    say.result(
      `${branch}: ${counted(commits.length, "commit")}, ${picked} picked${byBots === 0 ? "" : `, ${byBots} by bots not asked`}, ${verdict}`,
    );
    for (const { commit, findings } of commits)
      for (const { level, rule, message, hint } of findings) {
        say.result(`  ${level} [${rule}] ${nameOf(commit)}: ${message}`);
        say.result(`    Hint: ${hint}`);
      }
  }
  return ok(errors.length === 0 ? EXIT.ok : EXIT.refused);
}

function isError({ level }: Finding): boolean {
  return level === "error";
}

function patternsOf(texts: readonly string[]): Result<readonly PathPattern[], CliProblem> {
  const patterns: PathPattern[] = [];
  for (const text of texts) {
    const read = compilePattern(text);
    if (!read.ok) {
      const { message, hint } = read.problem;
      return fail({ message: `Cannot use --forbid ${JSON.stringify(text)}: ${message}`, hint, exit: EXIT.malformed });
    }
    patterns.push(read.value);
  }
  return ok(patterns);
}

interface FactsOf {
  readonly branch: BranchName;
  readonly newer: readonly BranchName[];
  readonly files: boolean;
}

async function factsOf(
  branches: Branches,
  histories: Histories,
  { branch, newer, files }: FactsOf,
): Promise<Result<readonly CommitFacts[], CliProblem>> {
  const here = histories.get(branch)?.own ?? [];
  const known = whereEachIs(histories, branch);
  const ends = await endsOf(branches);
  if (!ends.ok) return ends;
  const facts: CommitFacts[] = [];
  for (const commit of here) {
    const { sha, message, parents } = commit;
    const picks: CommitFacts["picks"][number][] = [];
    for (const pick of picksOf(message)) {
      const found = known.get(pick);
      const on = found?.branch ?? (await endWith(branches, ends.value, pick));
      picks.push({
        sha: pick,
        ...(on === undefined ? {} : { on }),
        ...(found === undefined ? {} : { message: found.commit.message }),
      });
    }
    const read = await contentOf(branches, commit, files);
    if (!read.ok) return read;
    const missingOn = newer.filter((name) => histories.get(name)?.fixes.has(commit) === undefined);
    facts.push({ sha, message, parents: parents.length, picks, missingOn, ...read.value });
  }
  return ok(facts);
}

/** The newest branch that has it; what is on the asked branch alone is no origin. */
function whereEachIs(histories: Histories, asked: BranchName) {
  const known = new Map<string, { readonly branch: BranchName; readonly commit: Commit }>();
  for (const { branch, all } of histories.values())
    for (const commit of branch === asked ? [] : all) known.set(commit.sha, { branch, commit });
  return known;
}

/** Tags that ended a series, where its branch is gone. */
async function endsOf({ git }: Branches): Promise<Result<ReadonlyMap<RefName, Sha>, CliProblem>> {
  const patterns = ["refs/tags/*-eol", "refs/tags/*-eom"].flatMap((text) => parseRefPattern(text) ?? []);
  const refs = patterns.length === 0 ? ok([]) : await git.refs(...patterns);
  return refs.ok ? ok(new Map(refs.value.map(({ name, sha }) => [name, sha]))) : fail(ofGit(refs.problem));
}

async function endWith({ git }: Branches, ends: ReadonlyMap<RefName, Sha>, pick: string): Promise<string | undefined> {
  const sha = parseSha(pick);
  if (sha === undefined) return undefined;
  for (const [name, tip] of ends) {
    const contained = await git.isAncestor(sha, tip);
    if (contained.ok && contained.value) return name.slice("refs/tags/".length);
  }
  return undefined;
}

async function contentOf(
  { git }: Branches,
  { sha, parents }: Commit,
  files: boolean,
): Promise<Result<Pick<CommitFacts, "files" | "conflicts">, CliProblem>> {
  const [parent] = parents;
  if (parent === undefined) return ok({ files: [], conflicts: [] });
  const suspects = await git.pathsWithMarkers(parent, sha);
  if (!suspects.ok) return fail(ofGit(suspects.problem));
  const wanted = suspects.value.flatMap((name) => [parent, sha].map((at) => ({ at, path: name })));
  const blobs = await git.blobs(wanted);
  if (!blobs.ok) return fail(ofGit(blobs.problem));
  const text = (at: number): string => Buffer.from(blobs.value[at] ?? []).toString("utf8");
  const conflicts = suspects.value.flatMap((name, at) =>
    newConflicts(text(2 * at), text(2 * at + 1)).map((line) => `${name}:${line}`),
  );
  if (!files) return ok({ files: [], conflicts });
  const changed = await git.changedPaths(parent, sha, { renames: false });
  return changed.ok ? ok({ files: changed.value.map((one) => one.path), conflicts }) : fail(ofGit(changed.problem));
}

export async function audit(
  terminal: Terminal,
  say: Say,
  options: Omit<CheckOptions, "forbid">,
): Promise<Result<number, CliProblem>> {
  const branches = await gatherBranches(terminal, options);
  if (!branches.ok) return branches;
  const ladder = ladderNear(branches.value, options.branches[0]);
  if (!ladder.ok) return ladder;
  const histories = await say.during("Reading the branches", readHistories(branches.value, ladder.value, options.bots));
  if (!histories.ok) return histories;
  const rows = auditBranches(ladder.value, [...histories.value.values()]).filter(
    ({ branch }) =>
      branch !== branches.value.trunk && (options.branches.length === 0 || options.branches.includes(branch)),
  );
  const lost = rows.reduce((sum, row) => sum + row.lost.length, 0);
  if (options.json) {
    say.json({
      branches: rows.map(({ branch, commits, stableOnly, lost: missing }) => ({
        branch,
        commits,
        stableOnly,
        missing: missing.map(({ fix, missingOn }) => ({
          commit: fix.sha,
          subject: subjectOf(fix.message),
          missingOn,
        })),
      })),
    });
    return ok(lost === 0 ? EXIT.ok : EXIT.refused);
  }
  for (const { branch, commits, stableOnly, lost: missing } of rows) {
    const only = stableOnly === 0 ? "" : `, ${stableOnly} stable-only`;
    say.result(`${branch}: ${counted(commits, "commit")}${only}, ${missing.length} missing on a newer branch`);
    for (const { fix, missingOn } of missing) say.result(`  ${nameOf(fix)}: not on ${missingOn.join(", ")}`);
  }
  return ok(lost === 0 ? EXIT.ok : EXIT.refused);
}
