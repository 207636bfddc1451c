/** `plustwo replay owner/repo`: what the last merges would have met. Reads with a token; no App, no policy, no clone (RULINGS 22). */
import { systemClock } from "../../clock.ts";
import { parseBranchName } from "../../core/ids.ts";
import { KINDS, type FindingKind } from "../../core/replay/finding.ts";
import { replay, type Replay } from "../../core/replay/findings.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { formatInstant } from "../../core/time.ts";
import { type ForgeProblem } from "../../forge/forge.ts";
import { openPlace } from "../operate/place.ts";
import { EXIT, ofForge } from "../problems.ts";
import { type CliProblem, type Say, type Terminal } from "../say.ts";
import { gatherReplay, type Gathered } from "./gather.ts";
import { progressOn } from "./progress.ts";
import { faults, showReplay } from "./show-replay.ts";

export interface ReplayOptions {
  readonly repository?: string;
  readonly last: string;
  readonly branch?: string;
  /** `finding`, or kinds with commas between them. */
  readonly failOn?: string;
  /** REST address of the server. */
  readonly api?: string;
  readonly json: boolean;
}

export const MOST_MERGES = 1_000;

/** Findings are no failure unless they are asked to be. */
export async function replayMerges(
  terminal: Terminal,
  say: Say,
  options: ReplayOptions,
): Promise<Result<number, CliProblem>> {
  const last = countOf(options.last);
  const branch = options.branch === undefined ? undefined : parseBranchName(options.branch);
  const wanted = kindsOf(options.failOn);
  if (last === undefined)
    return fail(
      malformed(
        `--last ${JSON.stringify(options.last)}: it is no count from 1 to ${MOST_MERGES}`,
        "write for example --last 200",
      ),
    );
  if (options.branch !== undefined && branch === undefined)
    return fail(
      malformed(`--branch ${JSON.stringify(options.branch)}: it is not a branch name`, "give a branch such as `main`"),
    );
  if (wanted === undefined)
    return fail(
      malformed(
        `--fail-on ${JSON.stringify(options.failOn)}`,
        `write \`finding\` for any fault, or some of ${KINDS.join(", ")}`,
      ),
    );
  const place = await openPlace(atServer(terminal, options.api), say, options);
  if (!place.ok) return place;
  const { client, project, host } = place.value;
  const progress = progressOn(terminal);
  const gathered = await gatherReplay(client, project, {
    ...(branch === undefined ? {} : { branch }),
    ...{ last, now: systemClock.now(), tell: progress.tell },
  });
  progress.done();
  if (!gathered.ok) return fail(ofNamed(gathered.problem, options.repository));
  const found = replay(gathered.value.facts);
  const { requests } = client;
  if (options.json) say.json(asJson(found, { gathered: gathered.value, host, requests }));
  else show(say, found, { gathered: gathered.value, requests });
  if (gathered.value.stopped !== undefined) {
    const problem = ofForge(gathered.value.stopped);
    return fail({
      ...problem,
      message: `${problem.message}; what is above is what was read until then`,
      exit: EXIT.partlyDone,
    });
  }
  const failing = found.merges.some(({ findings }) => findings.some(({ kind }) => wanted.includes(kind)));
  return ok(failing ? EXIT.refused : EXIT.ok);
}

/** The command line's word on the server, where there is one. */
export function atServer(terminal: Terminal, api: string | undefined): Terminal {
  return api === undefined ? terminal : { ...terminal, env: { ...terminal.env, PLUSTWO_GITHUB_URL: api } };
}

export function countOf(text: string): number | undefined {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= MOST_MERGES ? count : undefined;
}

/** Empty = nothing fails; `undefined` = not a kind. */
function kindsOf(text: string | undefined): readonly FindingKind[] | undefined {
  if (text === undefined) return [];
  if (text === "finding") return faults(KINDS.map((kind) => ({ kind, sentence: "" }))).map(({ kind }) => kind);
  const names = text.split(",").map((name) => name.trim());
  const kinds = KINDS.filter((kind) => names.includes(kind));
  return kinds.length === new Set(names).size ? kinds : undefined;
}

/** A repository that was named on the command line has nothing to do with `.gitreview`. */
export function ofNamed(problem: ForgeProblem, repository: string | undefined): CliProblem {
  const told = ofForge(problem);
  return problem.kind === "not-found" && repository !== undefined
    ? { ...told, hint: `check the name ${repository}, and that the token may see the repository` }
    : told;
}

export function malformed(what: string, hint: string): CliProblem {
  return { message: `Cannot use ${what}`, hint, exit: EXIT.malformed };
}

interface Around {
  readonly gathered: Gathered;
  readonly requests: number;
}

function show(say: Say, found: Replay, { gathered, requests }: Around): void {
  const { repository, branch, limits } = gathered;
  showReplay(say, { title: `${repository.owner}/${repository.name}, ${branch}`, replay: found, limits });
  say.result(say.colour("dim", asked(found, { gathered, requests })));
}

function asked(found: Replay, { gathered: { remaining }, requests }: Around): string {
  const each = found.merges.length === 0 ? "" : ` (${(requests / found.merges.length).toFixed(1)} a merge)`;
  const left = remaining === undefined ? "" : `; ${remaining} points of GraphQL are left this hour`;
  return `Asked GitHub ${requests} times${each} and wrote nothing${left}`;
}

function asJson(found: Replay, { gathered, host, requests }: Around & { readonly host: string }): object {
  const { repository, branch, limits, stopped, remaining } = gathered;
  return {
    version: 1,
    host,
    project: `${repository.owner}/${repository.name}`,
    branch,
    counts: found.counts,
    merges: found.merges.map((merge) => ({ ...merge, mergedAt: formatInstant(merge.mergedAt) })),
    limits,
    complete: stopped === undefined,
    requests,
    ...(remaining === undefined ? {} : { pointsLeft: remaining }),
  };
}
