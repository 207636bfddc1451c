/** `git review -l` on Gerrit: the open changes of the project, newest activity first; with a branch, of that one alone. */
import { fail, ok, type Result } from "../../core/result.ts";
import { type GerritAccount, type GerritChange } from "../../forge/gerrit/change.ts";
import { type GerritClone } from "../desk.ts";
import { EXIT } from "../problems.ts";
import { columns, counted, oneLine, type CliProblem } from "../say.ts";
import { type ListOptions } from "../submit-options.ts";
import { hostWithPort } from "./credentials.ts";
import { ofGerrit, openGerritDesk } from "./desk.ts";

export async function listOnGerrit(
  clone: GerritClone,
  { json, long }: ListOptions,
): Promise<Result<number, CliProblem>> {
  const opened = await openGerritDesk(clone);
  if (!opened.ok) return opened;
  const { server, location, say, asked, settings } = opened.value;
  const named = asked.branch !== undefined || settings.on("track");
  const query = { project: location.project, ...(named ? { branch: location.branch } : {}) };
  const open = await say.during(`Asking ${location.host}`, server.openChanges(query));
  if (!open.ok) return fail(ofGerrit(open.problem));
  if (json) {
    const host = hostWithPort(location);
    say.json({ version: 1, server: "gerrit", host, project: location.project, changes: open.value.map(asJson) });
    return ok(EXIT.ok);
  }
  const rows = open.value.map((change) => [
    say.link(String(change.number), change.url),
    change.branch,
    ...(long ? [oneLine(change.topic ?? "-")] : []),
    oneLine(nameOf(change.owner)),
    `${oneLine(change.subject)}${marks(change)
      .map((mark) => say.colour("dim", ` (${mark})`))
      .join("")}`,
  ]);
  for (const line of columns(rows)) say.result(line);
  say.result(
    say.colour("dim", open.value.length === 0 ? "No open changes" : counted(open.value.length, "open change")),
  );
  return ok(EXIT.ok);
}

export function nameOf({ username, name, email }: GerritAccount): string {
  return username ?? name ?? email ?? "unknown";
}

function marks(change: GerritChange): readonly string[] {
  return [...(change.workInProgress ? ["work in progress"] : []), ...(change.private ? ["private"] : [])];
}

/** `docs/schemas/gerrit-list.schema.json`. */
function asJson(change: GerritChange): unknown {
  const { number, id, branch, subject, topic, hashtags, owner, url } = change;
  return {
    number,
    changeId: id,
    subject,
    target: branch,
    owner: nameOf(owner),
    ...(topic === undefined ? {} : { topic }),
    hashtags,
    workInProgress: change.workInProgress,
    private: change.private,
    ...(url === undefined ? {} : { url }),
  };
}
