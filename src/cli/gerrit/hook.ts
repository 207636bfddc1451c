/** The commit-msg hook of a clone that sends to Gerrit: ours, or with `--remote-hook` the one the server hands out. */
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../core/result.ts";
import { hookWords } from "../commands/setup.ts";
import { hooksDirectory, installHook } from "../install-hook.ts";
import { EXIT } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { ofGerrit, type GerritDesk } from "./desk.ts";

/** Answers what happened, for people. */
export function installGerritHook(
  desk: GerritDesk,
  { remoteHook, update }: { readonly remoteHook: boolean; readonly update: boolean },
): Promise<Result<string, CliProblem>> {
  return remoteHook ? serverHook(desk, update) : ourHook(desk);
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
