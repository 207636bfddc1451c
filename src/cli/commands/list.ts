/** `git review -l`: the open changes of the project, newest first. */
import { parseHeadBranch } from "../../core/change/change.ts";
import { parseReviewBase } from "../../core/change/review-base.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { formatInstant } from "../../core/time.ts";
import { type ChangeHeadline } from "../../forge/forge.ts";
import { askedOf, deskOf, openClone, type Desk } from "../desk.ts";
import { gerritVerbs } from "../gerrit-door.ts";
import { EXIT, ofForge } from "../problems.ts";
import { columns, counted, oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";
import { type ListOptions } from "../submit-options.ts";

export async function list(terminal: Terminal, say: Say, options: ListOptions): Promise<Result<number, CliProblem>> {
  const clone = await openClone(terminal, say, askedOf(options));
  if (!clone.ok) return clone;
  const { server } = clone.value;
  if (server.kind === "gerrit")
    return (await gerritVerbs()).list({ ...clone.value, location: server.location }, options);
  const desk = await deskOf(clone.value, server.location);
  return desk.ok ? listGitHub(desk.value, options) : desk;
}

async function listGitHub(desk: Desk, options: ListOptions): Promise<Result<number, CliProblem>> {
  const { forge, project, location, say } = desk;
  const open = await say.during(`Asking ${location.host}`, forge.openChanges(project));
  if (!open.ok) return fail(ofForge(open.problem));
  if (options.json) {
    say.json({
      version: 1,
      host: location.host,
      project: `${project.owner}/${project.name}`,
      changes: open.value.map(asJson),
    });
    return ok(EXIT.ok);
  }
  const rows = open.value.map((change) => [
    say.link(`#${change.number}`, change.url),
    targetOf(change),
    oneLine(change.author.login),
    ...(options.long ? [change.topic === undefined ? "–" : oneLine(change.topic)] : []),
    `${oneLine(change.title)}${change.draft ? say.colour("dim", " (draft)") : ""}`,
  ]);
  for (const line of columns(rows)) say.result(line);
  say.result(
    say.colour("dim", open.value.length === 0 ? "No open changes" : counted(open.value.length, "open change")),
  );
  return ok(EXIT.ok);
}

/** The target, also for an upper change of a stack, whose base is the branch of the one below. */
function targetOf({ headBranch, base }: ChangeHeadline): string {
  return (parseHeadBranch(base) ?? parseReviewBase(base) ?? parseHeadBranch(headBranch))?.target ?? base;
}

/** `docs/schemas/list.schema.json`. */
function asJson(change: ChangeHeadline): unknown {
  const named = parseHeadBranch(change.headBranch);
  return {
    number: change.number,
    url: change.url,
    subject: change.title,
    author: change.author.login,
    draft: change.draft,
    target: targetOf(change),
    base: change.base,
    branch: change.headBranch,
    head: change.head,
    updatedAt: formatInstant(change.updatedAt),
    ...(change.topic === undefined ? {} : { topic: change.topic }),
    ...(named === undefined ? {} : { changeId: named.id }),
  };
}
