/** A change of carol's, two cores alice and bob (and erin), checks green; tests say only what is different. */
import { readFileSync } from "node:fs";
import { parseBranchName, parseChangeId, parseSha, userId, type Sha } from "../../../src/core/ids.ts";
import { evaluate } from "../../../src/core/policy/evaluate.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import type { Policy } from "../../../src/core/policy/policy.ts";
import { describePolicyProblems } from "../../../src/core/policy/problem.ts";
import type { Check, PatchSet, Person, PolicySnapshot, Signature, Vote } from "../../../src/core/policy/snapshot.ts";
import type { RequirementResult, Verdict } from "../../../src/core/policy/verdict.ts";
import { instant } from "../../../src/core/time.ts";

const preset = (name: string) => readFileSync(new URL(`../../../policies/${name}.yaml`, import.meta.url), "utf8");
export const PRESETS = { openstack: preset("openstack"), "small-team": preset("small-team") };
export const POLICY_TEXT = `version: 1
extends: preset:openstack
mode: enforce
groups:
  core: { teams: [acme/core] }
`;
export const NOW = instant(Date.UTC(2026, 8, 1, 12));

export const person = (id: number, login: string, type: Person["type"] = "User"): Person => ({
  id: userId(id),
  login,
  type,
});
export const alice = person(1, "alice");
export const bob = person(2, "bob");
export const erin = person(3, "erin");
export const carol = person(11, "carol");
export const dave = person(12, "dave");
export const mallory = person(66, "mallory");
export const robot = person(99, "robot[bot]", "Bot");

export function sha(n: number): Sha {
  return parseSha(n.toString(16).padStart(40, "0"))!;
}

export function branch(name: string) {
  return parseBranchName(name)!;
}

/** What a change made with `git review` has. */
export const REVIEWED = {
  changeId: parseChangeId(`I${"a".repeat(40)}`)!,
  headBranch: branch(`review/main/I${"a".repeat(40)}`),
};

export function signature(user: Person | undefined, more: Partial<Signature> = {}): Signature {
  const name = user?.login ?? "nobody";
  return { name, email: `${name}@example.org`, ...(user === undefined ? {} : { user }), ...more };
}

export function patchSet(n: number, more: Partial<PatchSet> = {}): PatchSet {
  return {
    n,
    sha: sha(100 + n),
    parent: sha(50),
    tree: sha(200 + n),
    kind: "REWORK",
    pusher: carol,
    authors: [signature(carol)],
    committers: [signature(carol)],
    coauthors: [],
    at: instant(NOW - 1_000_000 + n * 1_000),
    ...more,
  };
}

let ids = 0;
export function vote(user: Person, labelled: string, more: Partial<Vote> = {}): Vote {
  const [, label = "", value = "0"] = /^(.*?)([+-]\d)$/.exec(labelled) ?? [];
  ids += 1;
  const n = more.patchSet ?? 1;
  return {
    user,
    label,
    value: Number(value),
    patchSet: n,
    sha: sha(100 + n),
    at: instant(NOW - 500_000 + ids),
    source: { kind: "review", id: String(10_000 + ids) },
    state: "current",
    ...more,
  };
}

export function job(name: string, conclusion: string | null = "success", more: Partial<Check> = {}): Check {
  return {
    kind: "job",
    name,
    app: { id: 15368, slug: "github-actions" },
    workflow: ".github/workflows/ci.yml",
    event: "pull_request",
    headBranch: branch("change"),
    sha: sha(101),
    status: conclusion === null ? "in_progress" : "completed",
    ...(conclusion === null ? {} : { conclusion }),
    at: instant(NOW - 100_000),
    attempt: 1,
    ...more,
  };
}

export const green = (head = sha(101)) =>
  ["style", "unit", "integration"].map((name) => job(name, "success", { sha: head }));
export const go = () => vote(alice, "Workflow+1");

type Difference = Partial<Omit<PolicySnapshot, "change">> & { readonly change?: Partial<PolicySnapshot["change"]> };

const CORES = { core: [alice, bob, erin].map(({ id, login }) => ({ id, login })) };

/** One patch set, green checks, no votes; `patchSets` moves head, checks follow where not given. */
export function snapshot({ change = {}, groups = CORES, ...more }: Difference = {}): PolicySnapshot {
  const patchSets = change.patchSets ?? [patchSet(1)];
  const head = change.head ?? patchSets.at(-1)?.sha ?? sha(101);
  return {
    version: 1,
    policy: POLICY_TEXT,
    change: {
      number: 7,
      owner: carol,
      branch: branch("main"),
      base: sha(50),
      headBranch: branch("change"),
      draft: false,
      title: "Add parser",
      body: "",
      hashtags: [],
      openedAt: instant(NOW - 2_000_000),
      below: [],
      foreignCommits: [],
      commits: [{ sha: head, message: "Add parser" }],
      reviewers: [],
      files: [],
      ...change,
      patchSets,
      head,
    },
    votes: [],
    checks: green(head),
    freezes: [],
    overrides: [],
    facts: { unresolved: 0, bidi: [], owners: [] },
    incomplete: [],
    now: NOW,
    ...more,
    groups: withDefaults(groups),
  };
}

/** As `expects.defaults` of the preset has it: who is not named apart is the cores. */
function withDefaults(groups: PolicySnapshot["groups"]): PolicySnapshot["groups"] {
  const { core } = groups;
  return core === undefined ? groups : { "ci-core": core, "release-managers": core, ...groups };
}

/** Two cores approve and one says go. */
export function approved(difference: Difference = {}): PolicySnapshot {
  return snapshot({ votes: [vote(alice, "Code-Review+2"), vote(bob, "Code-Review+2"), go()], ...difference });
}

export function policy(text: string = POLICY_TEXT, presets: Readonly<Record<string, string>> = PRESETS): Policy {
  const loaded = loadPolicy(text, presets);
  if (!loaded.ok) throw new Error(describePolicyProblems(loaded.problem));
  return loaded.value;
}

export function verdict(of: PolicySnapshot, under: Policy = policy()): Verdict {
  return evaluate(under, of, NOW);
}

export function requirement(of: PolicySnapshot, name: string, under: Policy = policy()): RequirementResult {
  const found = verdict(of, under).requirements.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no requirement ${name}`);
  return found;
}
