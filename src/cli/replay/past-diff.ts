/** `plustwo policy diff OLD NEW --replay last:200`: which merges of the past one policy would have let in and the other not. Reads with a token. */
import { systemClock } from "../../clock.ts";
import { shippedPresets } from "../../config/presets.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import { policyNeeds, type Policy } from "../../core/policy/policy.ts";
import type { PolicyProblem } from "../../core/policy/problem.ts";
import { policyToday } from "../../core/replay/past-groups.ts";
import { diffPast } from "../../core/replay/past-worlds.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { openPlace } from "../operate/place.ts";
import { EXIT, ofForge } from "../problems.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { gatherPast } from "./past.ts";
import { stamped } from "./past-modes.ts";
import { progressOn } from "./progress.ts";
import { atServer, countOf, malformed, MOST_MERGES, ofNamed } from "./replay.ts";
import { pastAsJson, showPast } from "./show-past.ts";

export interface PastDiffOptions {
  /** Texts of repositories' policy files, with their names. */
  readonly before: NamedText;
  readonly after: NamedText;
  /** `last:200`. */
  readonly replay: string;
  readonly repository?: string;
  /** REST address of the server. */
  readonly api?: string;
  readonly json: boolean;
  /** How problems of a policy are told. */
  readonly ofPolicy: (problems: readonly PolicyProblem[]) => CliProblem;
}

export interface NamedText {
  readonly path: string;
  readonly text: string;
}

/** 1 where a merge is let in by one of them alone; 74 where of none that is known, but of some nobody can tell. */
export async function diffPastMerges(
  terminal: Terminal,
  say: Say,
  options: PastDiffOptions,
): Promise<Result<number, CliProblem>> {
  const last = countOf(/^last:(.*)$/.exec(options.replay)?.[1] ?? "");
  if (last === undefined)
    return fail(
      malformed(
        `--replay ${JSON.stringify(options.replay)}: it is not \`last:\` with a count from 1 to ${MOST_MERGES}`,
        "write for example --replay last:200",
      ),
    );
  const presets = await shippedPresets();
  const policies: Policy[] = [];
  for (const { path, text } of [options.before, options.after]) {
    const loaded = loadPolicy(stamped([{ from: "repo", path, text }]), presets);
    if (!loaded.ok) return fail(options.ofPolicy(loaded.problem));
    policies.push(loaded.value);
  }
  const [old, young] = policies;
  if (old === undefined || young === undefined) throw new Error("Two policies were read and one is gone");
  const place = await openPlace(atServer(terminal, options.api), say, options);
  if (!place.ok) return place;
  const { client, project, host, scheme } = place.value;
  const header = await client.credentials.authorization(
    { kind: "repository", repository: project },
    `read ${project.owner}/${project.name}`,
  );
  if (!header.ok) return fail(ofForge(header.problem));
  const { readMembers } = await import("../../forge/github/repository.ts");
  const teams = [...new Set(policies.flatMap((policy) => policyNeeds(policy).teams))];
  const members = await readMembers(client, teams);
  if (!members.ok) return fail(ofForge(members.problem));
  const progress = progressOn(terminal);
  const past = await gatherPast(client, project, {
    ...{ last, now: systemClock.now(), tell: progress.tell },
    from: {
      url: `${scheme}://${host}/${encodeURIComponent(project.owner)}/${encodeURIComponent(project.name)}.git`,
      token: header.value.replace(/^\S+\s+/, ""),
    },
  });
  progress.done();
  if (!past.ok)
    return fail("forge" in past.problem ? ofNamed(past.problem.forge, options.repository) : past.problem.git);
  const [before, after] = [policyToday(old, members.value), policyToday(young, members.value)];
  const merges = diffPast(past.value.merges, { before, after });
  const { repository, branch, limits, stopped, remaining } = past.value;
  const shown = {
    ...{ repository, branch, host, merges, teams, limits, complete: stopped === undefined, requests: client.requests },
    ...(remaining === undefined ? {} : { remaining }),
  };
  if (options.json) say.json(pastAsJson(shown));
  else showPast(say, shown);
  if (stopped !== undefined) {
    const problem = ofForge(stopped);
    const message = `${problem.message}; what is above is what was read until then`;
    return fail({ ...problem, message, exit: EXIT.partlyDone });
  }
  if (merges.some(({ kind }) => kind === "allowed" || kind === "blocked")) return ok(EXIT.refused);
  return ok(merges.some(({ kind }) => kind === "unknown") ? EXIT.partlyDone : EXIT.ok);
}
