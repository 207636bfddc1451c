/** What `plustwo init` would write and say: gathered from the forge and the work tree, decided by src/core/adopt. */
import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import { codeownersOf, guessCoreTeam, type TeamGuess } from "../../core/adopt/core-team.ts";
import { type Known, type ProjectFacts } from "../../core/adopt/facts.ts";
import { CI_PATH, CI_TEMPLATE, gitreviewText, workflowAdvice } from "../../core/adopt/files.ts";
import { byOwnNames, proposeMapping, type Mapping } from "../../core/adopt/mapping.ts";
import { POLICY_PATH, policyText, type PresetName } from "../../core/adopt/policy-file.ts";
import { policyLayers } from "../../core/adopt/policy-layers.ts";
import { readWorkflow, runsOnPullRequest, runsOnPush, type Workflow } from "../../core/adopt/workflows.ts";
import { type BranchName } from "../../core/ids.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import { type PolicyProblem } from "../../core/policy/problem.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT, ofForge } from "../problems.ts";
import { type CliProblem, type Say } from "../say.ts";
import { type Place } from "./place.ts";
import { shippedPresets } from "../../config/presets.ts";

export interface PlannedFile {
  readonly path: string;
  /** `undefined` = there is none. */
  readonly before?: string;
  readonly after: string;
  /** same: nothing to do. kept: there is one that is better left alone, and why. */
  readonly state: "new" | "changed" | "same" | "kept";
  readonly why?: string;
}

export interface InitPlan {
  readonly facts: ProjectFacts;
  readonly preset: PresetName;
  readonly core: TeamGuess;
  readonly mapping: Mapping;
  readonly files: readonly PlannedFile[];
  /** Lines for workflows that are there, by path. */
  readonly advice: readonly { readonly path: string; readonly lines: string }[];
  /** What could not be read, and so was not taken into account. */
  readonly unknown: readonly string[];
}

export async function planInit(place: Place, say: Say, preset: PresetName): Promise<Result<InitPlan, CliProblem>> {
  const presets = await shippedPresets();
  if (!Object.hasOwn(presets, preset))
    return fail({
      message: `Cannot propose a policy: this installation came without preset:${preset}`,
      hint: `it has ${Object.keys(presets).join(", ") || "none"}; install the package again, or take another with --preset`,
      exit: EXIT.refused,
    });
  const { client, project, host } = place;
  const { readProject } = await import("../../forge/github/adopt.ts");
  const read = await say.during(`Reading ${project.owner}/${project.name} on ${host}`, readProject(client, project));
  if (!read.ok) return fail(ofForge(read.problem));
  const facts = read.value;
  const core = await coreOf(place, facts);
  const files = facts.workflows.known ? facts.workflows.value.map((file) => readWorkflow(file)) : [];
  const workflows = files.flatMap((workflow) => (workflow.ok ? [workflow.value] : []));
  const [jobs, results] = [facts.jobs.known ? facts.jobs.value : [], facts.results.known ? facts.results.value : []];
  const three = proposeMapping(workflows, jobs, results);
  // Their checks, not ours: only openstack needs those three names.
  const mapping = preset === "openstack" ? three : byOwnNames(three);
  const proposed = policyText({ preset, target: facts.repository.defaultBranch, core, mapping });
  const loaded = loadPolicy(proposed, presets);
  if (!loaded.ok)
    return fail({
      message: `Cannot propose a policy: the one made from ${facts.repository.fullName} does not load (${loaded.problem[0]?.message ?? "unknown"})`,
      hint: "this is an error of plustwo: report it; policies/README.md says how to write one by hand",
      exit: EXIT.refused,
    });
  const { readOrganisation } = await import("../../forge/github/adopt-organisation.ts");
  const { owner } = facts.repository;
  const organisation = await readOrganisation(client, { owner, name: facts.repository.name });
  if ("down" in organisation) return fail(ofForge(organisation.down));
  const loadsAs = (repository: string) =>
    loadPolicy(
      policyLayers({ owner, organisation: organisation.known ? organisation.value : undefined, repository }),
      presets,
    );
  const planned = await planFiles(place, { facts, proposed, loadsAs });
  if (!planned.ok) return planned;
  return ok({
    ...{ facts, preset, core, mapping },
    files: planned.value,
    advice: adviceFor(workflows, mapping, facts.repository.defaultBranch),
    unknown: unknownIn(facts, organisation),
  });
}

async function coreOf({ client }: Place, facts: ProjectFacts): Promise<TeamGuess> {
  const codeowners = facts.codeowners.known ? facts.codeowners.value : undefined;
  const { owner, name } = facts.repository;
  const { readAccount } = await import("../../forge/github/adopt-people.ts");
  const accounts = [];
  for (const login of codeownersOf(codeowners).logins.slice(0, 50)) {
    const account = await readAccount(client, { owner, name }, login);
    if (account.known && account.value !== undefined)
      accounts.push({ login: account.value.login, id: account.value.id });
  }
  const { teams, people, viewer } = facts;
  return guessCoreTeam({
    ...{ owner, codeowners, accounts, teams, people },
    viewer: { login: viewer.login, id: viewer.id },
  });
}

interface Proposed {
  readonly facts: ProjectFacts;
  readonly proposed: string;
  /** A repository's text, on top of the organisation's. */
  readonly loadsAs: (repository: string) => ReturnType<typeof loadPolicy>;
}

async function planFiles(
  place: Place,
  { facts, proposed, loadsAs }: Proposed,
): Promise<Result<readonly PlannedFile[], CliProblem>> {
  const { fullName, defaultBranch } = facts.repository;
  const policy = await readHere(place, defaultBranch, POLICY_PATH);
  const gitreview = await readHere(place, defaultBranch, ".gitreview");
  const ci = await readHere(place, defaultBranch, CI_PATH);
  if (!policy.ok) return policy;
  if (!gitreview.ok) return gitreview;
  if (!ci.ok) return ci;
  const kept = policy.value !== undefined && policy.value !== proposed && loadsAs(policy.value).ok;
  const under = kept ? undefined : loadsAs(proposed);
  if (under?.ok === false) return fail(notUnder(facts.repository.owner, under.problem[0]));
  const review = { host: place.host, scheme: place.scheme, project: fullName, branch: defaultBranch };
  const none = facts.workflows.known && facts.workflows.value.length === 0 && ci.value === undefined;
  return ok([
    planned(".gitreview", gitreview.value, gitreviewText(gitreview.value, review)),
    kept
      ? {
          ...{ path: POLICY_PATH, before: policy.value, after: policy.value, state: "kept" },
          why: "there is one that loads; delete it first to get a proposal",
        }
      : planned(POLICY_PATH, policy.value, proposed),
    ...(none ? [planned(CI_PATH, ci.value, CI_TEMPLATE)] : []),
  ]);
}

/** Alone it loads: it is at odds with what the organisation has settled, or that is broken. */
function notUnder(owner: string, problem: PolicyProblem | undefined): CliProblem {
  const why = problem === undefined ? "" : `: ${problem.path}:${problem.line}:${problem.column}: ${problem.message}`;
  return {
    message: `Cannot propose a policy: on top of the file of ${owner}/.github it does not load${why}`,
    hint:
      problem?.path === POLICY_PATH ? `${problem.hint}; or write the file by hand` : (problem?.hint ?? "mend it first"),
    exit: EXIT.refused,
  };
}

function planned(name: string, before: string | undefined, after: string): PlannedFile {
  const state = before === undefined ? "new" : before === after ? "same" : "changed";
  return { path: name, after, state, ...(before === undefined ? {} : { before }) };
}

/** Of the work tree; without one of the default branch. A link is never followed. */
async function readHere(
  { topLevel, client, project }: Place,
  branch: BranchName,
  name: string,
): Promise<Result<string | undefined, CliProblem>> {
  if (topLevel === undefined) {
    const { readFile: readRemote } = await import("../../forge/github/repository.ts");
    const text = await readRemote(client, project, { ref: branch, path: name });
    return text.ok ? ok(text.value) : fail(ofForge(text.problem));
  }
  const file = path.join(topLevel, name);
  try {
    for (let part = name; part !== "."; part = path.dirname(part)) {
      if (await isLink(path.join(topLevel, part))) return fail(behindLink(name));
    }
    return ok(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return ok(undefined);
    return fail({
      message: `Cannot read ${name}: ${error instanceof Error ? error.message : String(error)}`,
      hint: "make it readable, or move it away, and run it again",
      exit: EXIT.refused,
    });
  }
}

async function isLink(file: string): Promise<boolean> {
  try {
    return (await lstat(file)).isSymbolicLink();
  } catch {
    // Not there yet.
    return false;
  }
}

function behindLink(name: string): CliProblem {
  return {
    message: `Cannot plan ${name}: it is a symbolic link, or its folder is one`,
    hint: "replace the link by what it points to; nothing was written",
    exit: EXIT.refused,
  };
}

/** Only for workflows that the mapping takes checks from. */
function adviceFor(workflows: readonly Workflow[], { checks }: Mapping, target: string): InitPlan["advice"] {
  const used = new Set(
    Object.values(checks)
      .flat()
      .flatMap((one) => (one.kind === "job" ? [one.workflow] : [])),
  );
  return workflows
    .filter((workflow) => used.has(workflow.path))
    .flatMap((workflow) => {
      const onGate = runsOnPush(workflow, `gate/${target}/1`);
      const onStacks = runsOnPullRequest(workflow, "change/any/I0");
      const lines = workflowAdvice(workflow, { onGate, onStacks });
      return lines === "" ? [] : [{ path: workflow.path, lines }];
    });
}

function unknownIn(facts: ProjectFacts, organisation: Known<unknown>): readonly string[] {
  const parts = [
    ["workflow files", facts.workflows],
    ["recent jobs", facts.jobs],
    ["checks of other apps", facts.results],
    ["CODEOWNERS", facts.codeowners],
    ["teams", facts.teams],
    ["people with rights", facts.people],
    [`the policy of ${facts.repository.owner}`, organisation],
  ] as const;
  return parts.flatMap(([what, fact]) => (fact.known ? [] : [`${what} could not be read: ${fact.why}`]));
}
