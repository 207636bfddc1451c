/** `plustwo doctor`: what is wrong with a repository's use of plustwo, one line each, with its mend. Writes nothing. */
import { findings } from "../../core/adopt/doctor.ts";
import { type Finding } from "../../core/adopt/finding.ts";
import { policyLayers, type PolicyTexts } from "../../core/adopt/policy-layers.ts";
import { parseBranchName } from "../../core/ids.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import { policyNeeds } from "../../core/policy/policy.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT, ofForge } from "../problems.ts";
import { counted, plain, type Colour, type CliProblem, type Say, type Terminal } from "../say.ts";
import { openPlace } from "./place.ts";
import { shippedPresets } from "../../config/presets.ts";

export interface DoctorOptions {
  readonly repository?: string;
  readonly branch?: string;
  readonly app?: string;
  readonly json: boolean;
}

/** Exit 0: nothing that loses anything now. 1: something was found. */
export async function doctor(
  terminal: Terminal,
  say: Say,
  options: DoctorOptions,
): Promise<Result<number, CliProblem>> {
  const target = options.branch === undefined ? undefined : parseBranchName(options.branch);
  if (options.branch !== undefined && target === undefined)
    return fail({
      message: `Cannot look at ${JSON.stringify(options.branch)}: it is not a branch name`,
      hint: "give a branch such as `main`",
      exit: EXIT.malformed,
    });
  const place = await openPlace(terminal, say, options);
  if (!place.ok) return place;
  const { client, project, host } = place.value;
  const presets = await shippedPresets();
  const { readOperation } = await import("../../forge/github/adopt-operation.ts");
  const facts = await say.during(
    `Examining ${project.owner}/${project.name} on ${host}`,
    readOperation(client, project, {
      ...(target === undefined ? {} : { target }),
      ...(options.app === undefined ? {} : { app: options.app }),
      named: (texts) => named(texts, presets),
    }),
  );
  if (!facts.ok) return fail(ofForge(facts.problem));
  const found = findings(facts.value, presets);
  const sick = found.some(({ severity }) => severity !== "note");
  if (options.json) {
    say.json({
      version: 1,
      host,
      project: facts.value.repository.fullName,
      target: facts.value.target,
      findings: found,
    });
    return ok(sick ? EXIT.refused : EXIT.ok);
  }
  show(say, found);
  const what = `${facts.value.repository.fullName}, ${facts.value.target}`;
  say.result(found.length === 0 ? `All is well: ${what}` : summary(found, what));
  return ok(sick ? EXIT.refused : EXIT.ok);
}

const COLOURS: Readonly<Record<Finding["severity"], Colour>> = { wrong: "red", warning: "yellow", note: "dim" };

function show(say: Say, found: readonly Finding[]): void {
  for (const { severity, found: sentence, mend } of found) {
    say.result(`${say.colour(COLOURS[severity], severity.padEnd(7))}  ${plain(sentence)}. Mend: ${plain(mend)}`);
  }
}

function summary(found: readonly Finding[], what: string): string {
  const count = (severity: Finding["severity"]) => found.filter((one) => one.severity === severity).length;
  const parts = [`${count("wrong")} wrong`, counted(count("warning"), "warning"), counted(count("note"), "note")];
  return `${what}: ${parts.join(", ")}`;
}

/** A policy that does not load names nobody who could be looked up. */
function named(texts: PolicyTexts, presets: Readonly<Record<string, string>>) {
  const layers = policyLayers(texts);
  const loaded = layers.length === 0 ? undefined : loadPolicy(layers, presets);
  if (loaded?.ok !== true) return { logins: [], teams: [] };
  const { users, teams } = policyNeeds(loaded.value);
  return { logins: users.map(({ login }) => login), teams };
}
