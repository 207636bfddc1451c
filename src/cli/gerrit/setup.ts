/**
 * `git review -s` on Gerrit: the remote, the hook, and a question to the server, so that what is wrong shows now. It writes
 * the remote and the hook, and nothing else; what is there stays as it is.
 */
import { branchRef } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { parseRefPattern, parseRemoteAddress } from "../../git/slots.ts";
import { type GerritClone } from "../desk.ts";
import { finishBranch } from "../finish-branch.ts";
import { EXIT, ofGit } from "../problems.ts";
import { columns, type CliProblem } from "../say.ts";
import { type SetupOptions } from "../submit-options.ts";
import { hostWithPort } from "./credentials.ts";
import { ofGerrit, openGerritDesk, type GerritDesk } from "./desk.ts";
import { installGerritHook } from "./hook.ts";

export async function setUpGerrit(clone: GerritClone, options: SetupOptions): Promise<Result<number, CliProblem>> {
  const opened = await openGerritDesk(clone);
  if (!opened.ok) return opened;
  const desk = opened.value;
  const { say, location } = desk;
  const hook = await installGerritHook(desk, options);
  const rows: string[][] = hook.ok ? [["hook", hook.value]] : [];
  const remote = await ensureRemote(desk, options.update);
  if (remote.ok) {
    const who = desk.credentials === undefined ? "" : ` as ${desk.credentials.user} (${desk.credentials.from})`;
    rows.push(["remote", remote.value], ["server", `${hostWithPort(location)} over ${location.scheme}${who}`]);
    rows.push(["target", location.branch]);
  }
  for (const line of columns(rows)) say.result(line);
  if (!hook.ok) return hook;
  if (!remote.ok) return remote;
  say.result("Ready: commit, then run `git review`");
  return options.finish ? finish(desk) : ok(EXIT.ok);
}

/** A remote that is there is left alone; one that is not is added once the server has answered. */
async function ensureRemote(desk: GerritDesk, update: boolean): Promise<Result<string, CliProblem>> {
  const { repository, remote, changeUrl, location, say } = desk;
  const { branch, project } = location;
  const url = parseRemoteAddress(location.url);
  if (url === undefined) return fail(ofGit({ kind: "unsafe-name", what: "remote", text: location.remote }));
  // Asked before anything is written: a wrong address adds no remote.
  const listed = await say.during(`Asking ${location.host}`, repository.listRemote(changeUrl, branchRef(branch)));
  if (!listed.ok) return fail(ofGit(listed.problem));
  if (listed.value.length === 0)
    say.note(
      `${project} has no branch ${branch}: name the target with \`git review <branch>\`, or in .gitreview (defaultbranch)`,
    );
  const shown = `${location.remote} → ${project} on ${location.host}`;
  if (!location.exists) {
    const added = await repository.addRemote({ name: remote, url, pushOnly: location.usePushUrl });
    if (!added.ok) return fail(ofGit(added.problem));
  }
  if (location.exists && !update) return ok(shown);
  const [from, to] = [parseRefPattern("refs/heads/*"), parseRefPattern(`refs/remotes/${location.remote}/*`)];
  if (from === undefined || to === undefined)
    return fail(ofGit({ kind: "unsafe-name", what: "remote", text: location.remote }));
  const fetched = await say.during(
    `Fetching from ${location.remote}`,
    repository.fetch(remote, [{ from, to, force: true }]),
  );
  if (!fetched.ok) return fail(ofGit(fetched.problem));
  return ok(location.exists ? shown : `${shown}, added as ${withoutPassword(url)}`);
}

/** `-s -f`: git-review closes the branch down without sending it; a commit that no remote has would be lost, so it is kept. */
async function finish(desk: GerritDesk): Promise<Result<number, CliProblem>> {
  const { repository, location } = desk;
  const target = await repository.resolve(`refs/remotes/${location.remote}/${location.branch}`);
  const head = await repository.resolve("HEAD");
  if (!target.ok) return fail(ofGit(target.problem));
  if (!head.ok) return fail(ofGit(head.problem));
  if (target.value === undefined || head.value === undefined) return ok(EXIT.ok);
  const inside = await repository.isAncestor(head.value, target.value);
  if (!inside.ok) return fail(ofGit(inside.problem));
  const known = inside.value ? ok(true) : await desk.server.knowsCommit(head.value);
  if (!known.ok) return fail(ofGerrit(known.problem));
  if (known.value) {
    const finished = await finishBranch(desk, { target: location.branch, tip: head.value, targetTip: target.value });
    return finished.ok ? ok(EXIT.ok) : finished;
  }
  return fail({
    message: "Kept the branch: its newest commit is on no branch and in no change of the server, and would be lost",
    hint: "send it with `git review -f`, or delete the branch yourself",
    exit: EXIT.refused,
  });
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/([^/@:]*):[^/@]*@/, "//$1:***@");
}
