/** `plustwo governance roll` and `candidate`: merges are read from the forge, the roll is made from them alone. */
import * as z from "zod";
import {
  candidacy,
  published,
  rollOf,
  type RepositoryMerges,
  type Roll,
} from "../../core/release/governance/electorate.ts";
import { parseBranchName } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { startOfDay } from "../../core/time.ts";
import { type ForgeProblem } from "../../forge/forge.ts";
import { EXIT } from "../exit.ts";
import { openPlace } from "../operate/place.ts";
import { readText, type PipedTerminal } from "../policy/files.ts";
import { ofForge } from "../problems.ts";
import { progressOn } from "../replay/progress.ts";
import { counted, type CliProblem, type Say } from "../say.ts";
import { extraOf, frameOf, type AskedFrame, type Frame } from "./roll-frame.ts";

export interface RollOptions extends AskedFrame {
  readonly repositories: readonly string[];
  readonly branch?: string;
  readonly reviewers: boolean;
  /** Whose words are a core's though they may not push. */
  readonly cores: readonly string[];
  /** `dora`, or `dora=2027-06-30`: until that day. */
  readonly extra: readonly string[];
  readonly salt?: string;
  readonly json: boolean;
}

/** As many as GitHub lists of one branch. */
const MOST_MERGES = 10_000;

export async function makeRoll(
  terminal: PipedTerminal,
  say: Say,
  options: RollOptions,
): Promise<Result<number, CliProblem>> {
  const frame = await frameOf(terminal, options);
  if (!frame.ok) return frame;
  const extra = extraOf(options.extra, frame.value.to);
  if (!extra.ok) return extra;
  const [from, to] = [frame.value.from, frame.value.to].map((day) => startOfDay(day, "UTC").first);
  if (from === undefined || to === undefined) throw new Error("two days are two instants");
  const branch = options.branch === undefined ? undefined : parseBranchName(options.branch);
  if (options.branch !== undefined && branch === undefined)
    return fail({
      message: `Cannot use --branch ${JSON.stringify(options.branch)}: it is not a branch name`,
      hint: "give a branch such as `main`",
      exit: EXIT.malformed,
    });
  const progress = progressOn(terminal);
  const read: RepositoryMerges[] = [];
  for (const name of options.repositories) {
    const place = await openPlace(terminal, say, { repository: name });
    if (!place.ok) return place;
    const { readMerges } = await import("../../forge/github/merges.ts");
    const merges = await readMerges(place.value.client, place.value.project, {
      ...(branch === undefined ? {} : { branch }),
      ...{ last: MOST_MERGES, since: from },
      progress: (done, of) => progress.tell(`Reading merges of ${name}: ${done} of ${of}`),
    });
    if (!merges.ok || merges.value.stopped !== undefined) {
      progress.done();
      const problem = merges.ok ? merges.value.stopped?.problem : merges.problem;
      return fail(problem === undefined ? inPart(name) : partly(problem, name, merges.ok));
    }
    const { owner, name: short } = merges.value.repository;
    read.push({ repository: `${owner}/${short}`, merges: merges.value.merges });
  }
  progress.done();
  const { reviewers, cores, salt, json } = options;
  const roll = rollOf(read, { from, to, reviewers, cores, extra: extra.value.logins });
  show(say, roll, { frame: frame.value, json, ...(salt === undefined ? {} : { salt }) });
  if (extra.value.over.length > 0) say.note(`No longer added by name: ${extra.value.over.join(", ")}`);
  if (roll.unproven.length > 0)
    say.note(
      `Not counted, since they wrote a core's vote and may not push: ${roll.unproven.join(", ")}; name those who are cores with --core`,
    );
  if (roll.cut.length === 0) return ok(EXIT.ok);
  return fail({
    message: `The roll may lack somebody: ${roll.cut.slice(0, 5).join("; ")}${roll.cut.length > 5 ? ` and ${roll.cut.length - 5} more` : ""}`,
    hint: "look at these by hand, and add whom they name with --extra",
    exit: EXIT.partlyDone,
  });
}

/** Half a roll is none: nothing of it is printed. */
function partly(problem: ForgeProblem, name: string, begun: boolean): CliProblem {
  const told = ofForge(problem);
  return begun
    ? { ...told, message: `${told.message}; the merges of ${name} were read in part only`, exit: EXIT.partlyDone }
    : told;
}

function inPart(name: string): CliProblem {
  return { message: `The merges of ${name} were read in part only`, hint: "run it again", exit: EXIT.partlyDone };
}

function show(
  say: Say,
  roll: Roll,
  {
    frame: { from, to, cycles },
    salt,
    json,
  }: { readonly frame: Frame; readonly salt?: string; readonly json: boolean },
): void {
  const named = roll.voters.map((voter) => (salt === undefined ? voter.name : published(voter, salt)));
  if (json) {
    const { voters, hash, cut, unproven } = roll;
    say.json({
      version: 1,
      from,
      to,
      cycles,
      hash,
      cut,
      unproven,
      voters: salt === undefined ? voters : [...named].sort(),
    });
    return;
  }
  if (salt !== undefined) for (const name of [...named].sort()) say.result(name);
  else
    for (const { name, changes, reviews, repositories, added } of roll.voters) {
      const did = [
        ...(changes === 0 ? [] : [counted(changes, "change")]),
        ...(reviews === 0 ? [] : [counted(reviews, "review")]),
        ...(added ? ["added by name"] : []),
      ];
      say.result(`${name}  ${did.join(", ")}${repositories.length === 0 ? "" : `  in ${repositories.join(", ")}`}`);
    }
  const of = cycles.length === 0 ? "" : ` (${cycles.join(", ")})`;
  say.note(`${counted(roll.voters.length, "voter")} from ${from} to ${to}${of}; compare: ${roll.hash}`);
}

const rollFile = z.object({
  version: z.literal(1),
  hash: z.string(),
  voters: z.array(
    z.object({
      name: z.string(),
      id: z.number().exactOptional(),
      emails: z.array(z.string()),
      repositories: z.array(z.string()),
      changes: z.number(),
      reviews: z.number(),
      added: z.boolean(),
    }),
  ),
});

export interface CandidateOptions {
  readonly login: string;
  readonly roll: string;
  readonly repositories: readonly string[];
  readonly json: boolean;
}

export async function checkCandidate(
  terminal: PipedTerminal,
  say: Say,
  { login, roll: path, repositories, json }: CandidateOptions,
): Promise<Result<number, CliProblem>> {
  const text = await readText(terminal, path);
  if (!text.ok) return text;
  const roll = rollFile.safeParse(jsonOf(text.value));
  if (!roll.success)
    return fail({
      message: `Cannot use the roll ${path}: it is none`,
      hint: "make one with `plustwo governance roll --json`, without --salt",
      exit: EXIT.malformed,
    });
  const found = candidacy({ ...roll.data, cut: [], unproven: [] }, login, repositories);
  if (json)
    say.json({
      ...{ version: 1, login, ok: found.ok },
      ...{ repositories: found.ok ? found.repositories : [], why: found.ok ? null : found.why },
    });
  else if (found.ok)
    say.result(
      `${login} may stand${found.repositories.length === 0 ? "" : `: changes in ${found.repositories.join(", ")}`}`,
    );
  else say.result(`${login} may not stand: ${found.why}`);
  return ok(found.ok ? EXIT.ok : EXIT.refused);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
