/** The fork of somebody who sends for the first time. The forge answers at once and copies later, so git is asked until it is there. */
import { systemClock } from "../clock.ts";
import { type BranchName } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { after } from "../core/time.ts";
import { type Desk } from "./desk.ts";
import { hasBranch } from "./heads.ts";
import { EXIT, ofForge, ofGit } from "./problems.ts";
import { type CliProblem } from "./say.ts";

/** Between the looks: a minute in all. Source: GitHub, "Create a fork", which asks to wait. */
const PAUSES_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 28_000];

/** Answers `owner/name`, which may be another than expected. */
export async function makeFork(desk: Desk, target: BranchName): Promise<Result<string, CliProblem>> {
  const { forge, project, say, location } = desk;
  const made = await say.during(`Forking ${location.owner}/${location.name}`, forge.fork(project));
  if (!made.ok) {
    const problem = ofForge(made.problem);
    if (!["forbidden", "not-found", "refused"].includes(made.problem.kind)) return fail(problem);
    const where = `${location.scheme}://${location.host}/${location.owner}/${location.name}`;
    return fail({
      message: `${problem.message}. You may not push to ${location.owner}/${location.name}, so your changes need a fork. Nothing was sent`,
      hint: `fork it on the web (${where}/fork) and run \`git review\` again, use a token that may make repositories, or ask its administrators for write access`,
      exit: EXIT.refused,
    });
  }
  const name = `${made.value.owner}/${made.value.name}`;
  const ready = await say.during(`Waiting for ${name}`, untilThere(desk, name, target));
  if (!ready.ok) return ready;
  say.note(`Made ${name}, your fork; it is yours to delete once nothing of yours is open`);
  return ok(name);
}

async function untilThere(desk: Desk, name: string, target: BranchName): Promise<Result<void, CliProblem>> {
  for (const pause of [0, ...PAUSES_MS]) {
    if (pause > 0) await waitFor(pause);
    const there = await hasBranch(desk, name, target);
    // A fork that git cannot find yet is one that is still being made.
    if (!there.ok && there.problem.kind !== "no-remote-repository") return fail(ofGit(there.problem));
    if (there.ok && there.value) return ok(undefined);
  }
  return fail({
    message: `Cannot send: ${name}, your fork, was made and is still being copied after a minute. Nothing was sent`,
    hint: "run `git review` again in a few minutes",
    exit: EXIT.unreachable,
  });
}

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => {
    // The clock's own timers do not keep a process alive.
    const alive = setInterval(() => {}, 60_000);
    systemClock.wake(after(systemClock.now(), ms), () => {
      clearInterval(alive);
      resolve();
    });
  });
}
