/**
 * `git review override NAME [CHANGE] --reason TEXT`: one review that asks for an override, bound to the head that was read just
 * before, as a vote is (RULINGS 5, threat T38). Whether it lifts something is the policy's to say; the check on the change says it.
 */
import { headBranch } from "../../core/change/change.ts";
import { changeIdOfCommit } from "../../core/change/stack.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { formatOverrideReview, isOverrideName, NONE } from "../../core/review/override-line.ts";
import { type ChangeRead } from "../../forge/forge.ts";
import { openDesk, targetOf, type Desk } from "../desk.ts";
import { EXIT, ofForge, ofGit } from "../problems.ts";
import { oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";
import { parseNumber } from "./vote.ts";

export interface OverrideOptions {
  /** As the policy calls it; `none` takes back what one has asked for. */
  readonly name: string;
  /** Absent = the change of the commit that is checked out. */
  readonly change?: string;
  readonly reason?: string;
  readonly remote?: string;
  readonly json: boolean;
}

export async function override(
  terminal: Terminal,
  say: Say,
  options: OverrideOptions,
): Promise<Result<number, CliProblem>> {
  // Read before anything is asked: a typing mistake costs no request.
  const asked = readOptions(options);
  if (!asked.ok) return asked;
  const { name, reason, number } = asked.value;
  const desk = await openDesk(terminal, say, options.remote === undefined ? {} : { remote: options.remote });
  if (!desk.ok) return desk;
  const { forge, project, location } = desk.value;
  const change = await readChange(desk.value, number);
  if (!change.ok) return change;
  const { head, title, url, state } = change.value;
  if (state !== "open")
    return fail({
      message: `Cannot ask for an override on #${change.value.number} "${title}": it is ${state}`,
      hint: "`git review list` shows the open changes",
      exit: EXIT.refused,
    });
  const body = formatOverrideReview({ name, reason });
  const given = await say.during(
    `Asking on ${location.host}`,
    forge.review(project, change.value.number, { sha: head, event: "COMMENT", body }),
  );
  if (!given.ok) return fail(ofForge(given.problem));
  const link = given.value.url || url;
  if (options.json) {
    const to = { project: `${project.owner}/${project.name}`, number: change.value.number, head };
    say.json({ version: 1, ...to, override: name, reason, url: link });
    return ok(EXIT.ok);
  }
  const what = name === NONE ? "all overrides taken back" : `override ${name}`;
  const words = `${say.colour("yellow", what)}${reason === "" ? "" : `: ${reason}`}`;
  say.result(`#${change.value.number}  ${oneLine(title)}  ${words}  on ${head.slice(0, 7)}  ${link}`);
  say.result(
    say.colour(
      "dim",
      "The check on the pull request says who else has to ask, and until when it holds; it is written on the change for everybody",
    ),
  );
  return ok(EXIT.ok);
}

interface Asked {
  readonly name: string;
  readonly reason: string;
  readonly number: number | undefined;
}

function readOptions(options: OverrideOptions): Result<Asked, CliProblem> {
  const name = options.name.trim();
  if (!isOverrideName(name))
    return fail({
      message: `Cannot ask for ${JSON.stringify(options.name)}: it is not the name of an override`,
      hint: "the policy names them under `overrides:`, such as Emergency; `none` takes back what you have asked for",
      exit: EXIT.malformed,
    });
  const takesBack = name.toLowerCase() === NONE;
  const reason = takesBack ? "" : oneLine(options.reason ?? "");
  if (!takesBack && reason === "")
    return fail({
      message: `Cannot ask for the override ${name} without a reason: it is told to everybody on the change`,
      hint: 'say it: --reason "the runners are down, and the fix of #812 cannot wait"',
      exit: EXIT.usage,
    });
  const number = options.change === undefined ? undefined : parseNumber(options.change);
  if (options.change !== undefined && number === undefined)
    return fail({
      message: `Cannot ask for an override on ${JSON.stringify(options.change)}: it is not the number of a pull request`,
      hint: "write for example `git review override Emergency 12 --reason TEXT`; `git review list` shows the numbers",
      exit: EXIT.malformed,
    });
  return ok({ name: takesBack ? NONE : name, reason, number });
}

async function readChange(desk: Desk, number: number | undefined): Promise<Result<ChangeRead, CliProblem>> {
  const found = number === undefined ? await changeHere(desk) : ok(number);
  if (!found.ok) return found;
  const change = await desk.say.during(
    `Asking ${desk.location.host}`,
    desk.forge.readChange(desk.project, found.value),
  );
  return change.ok ? change : fail(ofForge(change.problem));
}

/** Of the commit that is checked out, by its Change-Id. */
async function changeHere(desk: Desk): Promise<Result<number, CliProblem>> {
  const target = await targetOf(desk);
  if (!target.ok) return target;
  const head = await desk.repository.resolve("HEAD");
  if (!head.ok) return fail(ofGit(head.problem));
  const commit = head.value === undefined ? undefined : await desk.repository.commit(head.value);
  if (commit?.ok === false) return fail(ofGit(commit.problem));
  const id = commit === undefined ? undefined : changeIdOfCommit(commit.value);
  const branch = id === undefined ? undefined : headBranch(target.value, id);
  const read = branch === undefined ? undefined : await desk.forge.readStack(desk.project, [branch]);
  if (read?.ok === false) return fail(ofForge(read.problem));
  const [change] = Object.values(read?.value.changes ?? {});
  if (change !== undefined) return ok(change.number);
  return fail({
    message: "Cannot tell which change is meant: the commit that is checked out is none that was sent",
    hint: "name it: `git review override NAME 12 --reason TEXT`; `git review list` shows the numbers",
    exit: EXIT.refused,
  });
}
