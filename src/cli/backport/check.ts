/** `plustwo backport check`: the stable rule for each commit of a series. Only reads. */
import { subjectOf } from "../../core/commit-message/message.ts";
import { compilePattern, type PathPattern } from "../../core/owners/pattern.ts";
import { checkStable, nameOf, type Finding } from "../../core/release/backport/stable-rule.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import { counted, oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";
import { readFacts } from "./facts.ts";
import { gatherBranches, isAsked, ladderNear, readHistories, type BranchesFrom } from "./gather.ts";

export interface CheckOptions extends BranchesFrom {
  /** None: every series. */
  readonly branches: readonly string[];
  /** Emails of authors whose commits are not asked about. */
  readonly bots: readonly string[];
  readonly forbid: readonly string[];
  readonly json: boolean;
}

export async function check(terminal: Terminal, say: Say, options: CheckOptions): Promise<Result<number, CliProblem>> {
  const forbidden = patternsOf(options.forbid);
  if (!forbidden.ok) return forbidden;
  const branches = await gatherBranches(terminal, options);
  if (!branches.ok) return branches;
  const ladder = ladderNear(branches.value, options.branches);
  if (!ladder.ok) return ladder;
  const histories = await say.during("Reading the branches", readHistories(branches.value, ladder.value, options.bots));
  if (!histories.ok) return histories;
  const asked = ladder.value.filter(({ branch }) => isAsked(branches.value, options.branches, branch));
  const read = await say.during(
    "Reading the commits",
    readFacts(
      { branches: branches.value, ladder: ladder.value, histories: histories.value },
      { asked: asked.map(({ branch }) => branch), files: forbidden.value.length > 0 },
    ),
  );
  if (!read.ok) return read;
  const rows = read.value.map(({ branch, facts }) => ({
    branch,
    commits: facts.map((commit) => ({ commit, findings: checkStable(commit, { forbiddenPaths: forbidden.value }) })),
    byBots: histories.value.get(branch)?.byBots ?? 0,
    picked: facts.filter(({ picks }) => picks.length > 0).length,
  }));
  const errors = rows.flatMap(({ commits }) => commits.flatMap(({ findings }) => findings)).filter(isError);
  if (options.json) {
    say.json({
      version: 1,
      branches: rows.map(({ branch, commits, picked, byBots }) => ({
        branch,
        byBots,
        commits: commits.length,
        picked,
        findings: commits.flatMap(({ commit, findings }) =>
          findings.map(({ rule, level, message, hint }) => ({
            ...{ rule, severity: level, commit: commit.sha, subject: subjectOf(commit.message) },
            ...{ message, hint },
          })),
        ),
      })),
    });
    return ok(errors.length === 0 ? EXIT.ok : EXIT.refused);
  }
  for (const { branch, commits, picked, byBots } of rows) {
    const wrong = commits.filter(({ findings }) => findings.some(isError)).length;
    const verdict =
      wrong === 0 ? "every one keeps the rule" : `${counted(wrong, "commit does", "commits do")} not keep the rule`;
    say.result(
      `${branch}: ${counted(commits.length, "commit")}, ${picked} picked${byBots === 0 ? "" : `, ${byBots} by bots not asked`}, ${verdict}`,
    );
    for (const { commit, findings } of commits)
      for (const { level, rule, message, hint } of findings) {
        say.result(`  ${level} [${rule}] ${oneLine(nameOf(commit))}: ${oneLine(message)}`);
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
