/** policy-bot's own evaluation of rules, written down anew from its source, beside the policy that its file becomes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { importPolicyBot } from "../../src/core/import/policy-bot.ts";
import { evaluate } from "../../src/core/policy/evaluate.ts";
import {
  alice,
  bob,
  branch,
  carol,
  dave,
  erin,
  job,
  NOW,
  patchSet,
  policy,
  sha,
  signature,
  snapshot,
  vote,
} from "../unit/policy/sample.ts";

const EVERYBODY = [alice, bob, carol, dave, erin];
const TEAMS: Readonly<Record<string, readonly (typeof alice)[]>> = { one: [alice, bob, carol], two: [bob, dave, erin] };
const PATHS = ["docs/a.md", "src/a.ts", "src/gen/b.ts", "package.json"];

interface Change {
  readonly files: readonly string[];
  readonly labels: readonly string[];
  readonly target: string;
  /** Beside carol, who opened it. */
  readonly authors: readonly (typeof alice)[];
  readonly approved: readonly (typeof alice)[];
}

/** A predicate as it is written, and what it says of a change. */
interface Predicate {
  readonly key: string;
  readonly value: unknown;
  readonly holds: (change: Change) => boolean;
}

interface Rule {
  readonly name: string;
  readonly when: readonly Predicate[];
  readonly conditions: readonly Predicate[];
  readonly count: number;
  readonly team: string;
  readonly who: "allow_author" | "allow_contributor" | "allow_non_author_contributor" | undefined;
}

type Tree = string | { readonly and: readonly Tree[] } | { readonly or: readonly Tree[] };
type State = "approved" | "pending" | "skipped";

function stateOfRule({ when, conditions, count, team, who }: Rule, change: Change): State {
  if (!when.every(({ holds }) => holds(change))) return "skipped";
  const approvers = change.approved.filter((person) => {
    const contributed = change.authors.includes(person) && person !== carol;
    const banned =
      (person === carol && who !== "allow_author" && who !== "allow_contributor") ||
      (contributed && who !== "allow_contributor" && who !== "allow_non_author_contributor");
    return !banned && (TEAMS[team] ?? []).includes(person);
  });
  return approvers.length >= count && conditions.every(({ holds }) => holds(change)) ? "approved" : "pending";
}

function stateOf(tree: Tree, rules: readonly Rule[], change: Change): State {
  if (typeof tree === "string") {
    const rule = rules.find(({ name }) => name === tree);
    if (rule === undefined) throw new Error(`no rule ${tree}`);
    return stateOfRule(rule, change);
  }
  const states = ("and" in tree ? tree.and : tree.or).map((term) => stateOf(term, rules, change));
  const some = (state: State) => states.includes(state);
  if ("or" in tree) return some("approved") ? "approved" : some("pending") ? "pending" : "skipped";
  return some("pending") ? "pending" : some("approved") ? "approved" : "skipped";
}

const paths = (patterns: readonly string[]) => (path: string) =>
  patterns.some((pattern) => new RegExp(pattern).test(path));
const PATTERNS = ["^docs/", "\\.ts$", "gen", "^package\\.json$", "^src/.*$"];

const predicate: fc.Arbitrary<Predicate> = fc.oneof(
  fc.subarray(PATTERNS, { minLength: 1 }).map((patterns) => ({
    key: "changed_files",
    value: { paths: patterns },
    holds: ({ files }: Change) => files.some(paths(patterns)),
  })),
  fc.subarray(PATTERNS, { minLength: 1 }).map((patterns) => ({
    key: "no_changed_files",
    value: { paths: patterns },
    holds: ({ files }: Change) => !files.some(paths(patterns)),
  })),
  fc.subarray(PATTERNS, { minLength: 1 }).map((patterns) => ({
    key: "only_changed_files",
    value: { paths: patterns },
    holds: ({ files }: Change) => files.length > 0 && files.every(paths(patterns)),
  })),
  fc.subarray(["ready", "odd one"], { minLength: 1 }).map((labels) => ({
    key: "has_labels",
    value: labels,
    holds: (change: Change) => labels.every((label) => change.labels.includes(label)),
  })),
  fc.constantFrom("^main$", "stable", "^(main|stable/1)$").map((pattern) => ({
    key: "targets_branch",
    value: { pattern },
    holds: ({ target }: Change) => new RegExp(pattern).test(target),
  })),
  fc.constantFrom("one", "two").map((team) => ({
    key: "has_author_in",
    value: { teams: [`acme/${team}`] },
    holds: () => (TEAMS[team] ?? []).includes(carol),
  })),
);

/** Those that no operator says exactly. */
const inexact: fc.Arbitrary<Predicate> = fc.oneof(
  fc
    .record({ some: fc.subarray(PATTERNS, { minLength: 1 }), ignored: fc.subarray(PATTERNS, { minLength: 1 }) })
    .chain(({ some, ignored }) => {
      const value = { paths: some, ignore: ignored };
      const touched = ({ files }: Change) => files.some((path) => paths(some)(path) && !paths(ignored)(path));
      return fc.constantFrom<Predicate>(
        { key: "changed_files", value, holds: touched },
        { key: "no_changed_files", value, holds: (change) => !touched(change) },
      );
    }),
  fc.constantFrom("^change$", "^other$").map((pattern) => ({
    key: "from_branch",
    value: { pattern },
    holds: () => new RegExp(pattern).test("change"),
  })),
  fc.boolean().map((value) => ({
    key: "author_is_only_contributor",
    value,
    holds: ({ authors }: Change) => (authors.length === 0) === value,
  })),
  fc.constantFrom("one", "two").map((team) => ({
    key: "has_contributor_in",
    value: { teams: [`acme/${team}`] },
    holds: ({ authors }: Change) => [carol, ...authors].some((person) => (TEAMS[team] ?? []).includes(person)),
  })),
  fc.constantFrom("one", "two").map((team) => ({
    key: "only_has_contributors_in",
    value: { teams: [`acme/${team}`] },
    holds: ({ authors }: Change) => [carol, ...authors].every((person) => (TEAMS[team] ?? []).includes(person)),
  })),
);

function rulesWith(one: fc.Arbitrary<Predicate>): fc.Arbitrary<readonly Rule[]> {
  const predicates = fc.uniqueArray(one, { maxLength: 2, selector: ({ key }) => key });
  const rule = fc.record({
    when: predicates,
    conditions: predicates,
    count: fc.nat(2),
    team: fc.constantFrom("one", "two"),
    who: fc.constantFrom<Rule["who"]>(undefined, "allow_author", "allow_contributor", "allow_non_author_contributor"),
  });
  return fc
    .array(rule, { minLength: 1, maxLength: 4 })
    .map((list) => list.map((one, index) => ({ ...one, name: `rule ${String.fromCharCode(97 + index)}` })));
}

function trees(names: readonly string[]): fc.Arbitrary<readonly Tree[]> {
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(...names),
      fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
      fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
    ),
  }));
  return fc.array(tree, { minLength: 1, maxLength: 3 });
}

const change: fc.Arbitrary<Change> = fc.record({
  files: fc.subarray(PATHS),
  labels: fc.subarray(["ready", "odd one", "other"]),
  target: fc.constantFrom("main", "stable/1", "stable/2"),
  authors: fc.subarray([bob, dave]),
  approved: fc.subarray(EVERYBODY),
});

function written(list: readonly Rule[], approval: readonly Tree[]): string {
  const map = (of: readonly Predicate[]) => Object.fromEntries(of.map(({ key, value }) => [key, value]));
  return stringify({
    policy: { approval },
    approval_rules: list.map(({ name, when, conditions, count, team, who }) => ({
      name,
      if: map(when),
      options: who === undefined ? {} : { [who]: true },
      requires: { count, teams: [`acme/${team}`], conditions: map(conditions) },
    })),
  });
}

function looked({ files, labels, target, authors, approved }: Change) {
  const people = (team: string) => (TEAMS[team] ?? []).map(({ id, login }) => ({ id, login }));
  return snapshot({
    groups: { one: people("one"), two: people("two") },
    checks: [job("test", "success", { sha: sha(101) })],
    votes: approved.map((person) => vote(person, "Code-Review+1")),
    change: {
      branch: branch(target),
      hashtags: labels,
      files: files.map((path) => ({ path, mode: "100644", status: "modified" as const, additions: 1, deletions: 0 })),
      patchSets: [patchSet(1, { authors: [carol, ...authors].map((person) => signature(person)) })],
    },
  });
}

interface Case {
  readonly list: readonly Rule[];
  readonly approval: readonly Tree[];
  readonly changes: readonly Change[];
}

function cases(one: fc.Arbitrary<Predicate>): fc.Arbitrary<Case> {
  return rulesWith(one).chain((list) =>
    fc.record({
      list: fc.constant(list),
      approval: trees(list.map(({ name }) => name)),
      changes: fc.array(change, { minLength: 3, maxLength: 4 }),
    }),
  );
}

/** Of each change, what policy-bot says and what the policy says. */
function verdicts({ list, approval, changes }: Case) {
  const imported = importPolicyBot(written(list, approval));
  if (!imported.ok) throw new Error(imported.problem.message);
  const under = policy(imported.value.policy, {});
  return changes.map((one) => ({
    there: stateOf({ and: approval }, list, one) === "approved",
    here: evaluate(under, looked(one), NOW).submittable,
  }));
}

describe("a file of policy-bot and the policy it becomes", () => {
  it("say the same of every change, whatever rules are joined and skipped", () => {
    fc.assert(
      fc.property(cases(predicate), (one) => {
        for (const { there, here } of verdicts(one)) expect(here).toBe(there);
      }),
      { numRuns: 40 },
    );
  });

  it("and where something cannot be said, the policy lets nothing pass that policy-bot would not", () => {
    fc.assert(
      fc.property(cases(fc.oneof(predicate, inexact)), (one) => {
        for (const { there, here } of verdicts(one)) expect(here && !there).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});
