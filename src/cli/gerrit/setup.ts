/**
 * `git review -s` on Gerrit: the remote, the hook, and a question to the server, so that what is wrong shows now. It writes
 * the remote and the hook, and nothing else; what is there stays as it is.
 */
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { branchRef } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { parseRefPattern } from "../../git/slots.ts";
import { type GerritClone } from "../desk.ts";
import { hookWords } from "../commands/setup.ts";
import { hooksDirectory, installHook } from "../install-hook.ts";
import { EXIT, ofGit } from "../problems.ts";
import { columns, type CliProblem } from "../say.ts";
import { type SetupOptions } from "../submit-options.ts";
import { hostWithPort } from "./credentials.ts";
import { ofGerrit, openGerritDesk, type GerritDesk } from "./desk.ts";
import { finishBranch } from "./finish.ts";

export async function setUpGerrit(clone: GerritClone, options: SetupOptions): Promise<Result<number, CliProblem>> {
  const opened = await openGerritDesk(clone);
  if (!opened.ok) return opened;
  const desk = opened.value;
  const { say, location } = desk;
  const hook = await (options.remoteHook ? serverHook(desk, options.update) : ourHook(desk));
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

/** A remote that is there and answers is left alone; one that is not is added, tried out, and taken back where it fails. */
async function ensureRemote(desk: GerritDesk, update: boolean): Promise<Result<string, CliProblem>> {
  const { repository, remote, branchUrl, changeUrl, location, say } = desk;
  const { branch, url } = location;
  // Asked before anything is written: a wrong address adds no remote.
  const listed = await say.during(`Asking ${location.host}`, repository.listRemote(changeUrl, branchRef(branch)));
  if (!listed.ok) return fail(ofGit(listed.problem));
  const shown = `${location.remote} → ${location.project} on ${location.host}`;
  if (!location.exists) {
    const added = await repository.addRemote({
      name: remote,
      url: location.usePushUrl ? changeUrl : branchUrl,
      pushOnly: location.usePushUrl,
    });
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
  return ok(location.exists ? shown : `${shown}, added as ${url.replace(/\/\/[^/@]*:[^/@]*@/, "//***@")}`);
}

async function ourHook({ place, config, terminal }: GerritDesk): Promise<Result<string, CliProblem>> {
  const installed = await installHook("commit-msg", place, config);
  if (!installed.ok) return installed;
  return ok(hookWords(installed.value, topOf({ place, terminal })));
}

function topOf({ place, terminal }: Pick<GerritDesk, "place" | "terminal">): string {
  return place.topLevel ?? terminal.cwd;
}

/** `--remote-hook`: the server's own one. A hook that is there is replaced only with `-u`. */
async function serverHook(desk: GerritDesk, update: boolean): Promise<Result<string, CliProblem>> {
  const file = path.join(hooksDirectory(desk.place, desk.config), "commit-msg");
  const there = await readFile(file, "utf8").catch(() => undefined);
  if (there !== undefined && !update)
    return ok(`commit-msg is there already and was kept: ${file} (-u takes the server's)`);
  const fetched = await desk.say.during(`Asking ${desk.location.host}`, desk.server.commitMsgHook());
  if (!fetched.ok) return fail(ofGerrit(fetched.problem));
  if (!/^#!.*\n[\s\S]*Change-Id/.test(fetched.value)) {
    return fail({
      message: `Cannot install the server's commit-msg hook: what ${desk.location.host} sent is no hook that gives Change-Ids`,
      hint: "leave out --remote-hook to install ours",
      exit: EXIT.usage,
    });
  }
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(draft, fetched.value, { mode: 0o755 });
    await chmod(draft, 0o755);
    await rename(draft, file);
  } catch (error) {
    return fail({
      message: `Cannot install the hook ${file}: ${error instanceof Error ? error.message : String(error)}`,
      hint: "check the rights on that folder, and `git config core.hooksPath`",
      exit: EXIT.usage,
    });
  }
  return ok(`the server's commit-msg installed as ${file}`);
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
  if (known.value) return finishBranch(desk, { tip: head.value, targetTip: target.value });
  return fail({
    message: "Kept the branch: its newest commit is on no branch and in no change of the server, and would be lost",
    hint: "send it with `git review -f`, or delete the branch yourself",
    exit: EXIT.refused,
  });
}
