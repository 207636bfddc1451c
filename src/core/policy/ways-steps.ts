/** The steps of a way, each an action with what it does to the facts, and the world after some of them. */
import type { Assumption } from "./assume.ts";
import type { Facts } from "./facts.ts";
import type { VoteMove } from "./ways-people.ts";
import { force, suppose, valueIn, waited, type World } from "./supposing.ts";
import { personCalled } from "./voters.ts";
import type { Instant } from "../time.ts";
import type { RequirementTest } from "./operators.ts";
import type { Person } from "./snapshot.ts";
import type { Action, CheckResult } from "./verdict.ts";

export type Step =
  /** The first `action.need` of the people do it; any others would do as well. */
  | {
      readonly kind: "votes";
      readonly action: Action;
      readonly label: string;
      readonly value: number;
      readonly people: readonly Person[];
    }
  | { readonly kind: "check"; readonly action: Action; readonly check: string }
  /** A new patch set with other code: every check that passed passes again, votes go as their copy condition says. */
  | { readonly kind: "push"; readonly action: Action; readonly check?: string; readonly forces?: Forced }
  | { readonly kind: "wait"; readonly action: Action; readonly until: Instant }
  | { readonly kind: "resolve"; readonly action: Action }
  | {
      readonly kind: "override";
      readonly action: Action;
      readonly rule: string;
      readonly people: readonly Person[];
    }
  /** What it does is known by its word alone. */
  | { readonly kind: "word"; readonly action: Action; readonly forces: Forced };

type Forced = readonly [text: string, value: boolean];

/** `root` has nothing supposed yet. */
export function worldAfter(root: World, steps: readonly Step[]): World {
  const pushes = steps.flatMap((step) => (step.kind === "push" ? [step] : []));
  const start = pushes.length === 0 ? root : pushed(root, pushes);
  const after = steps.reduce((world, step) => {
    switch (step.kind) {
      case "votes": {
        const { label, value, people, action } = step;
        return suppose(
          world,
          people.slice(0, action.need).map((by) => ({ kind: "vote", by, label, value })),
        );
      }
      case "check":
        return suppose(world, [{ kind: "check", check: step.check, conclusion: "success" }]);
      case "resolve":
        return suppose(world, [{ kind: "resolve" }]);
      case "override": {
        const { rule, people, action } = step;
        const words = people.slice(0, action.need);
        return suppose(
          world,
          words.map((by) => ({ kind: "override", rule, by, reason: "supposed" })),
        );
      }
      case "word":
        return force(world, [step.forces]);
      case "push":
      case "wait":
        return world;
    }
  }, start);
  const until = untilOf(steps);
  return until === undefined || until <= after.facts.now ? after : waited(after, until);
}

/** When the last wait of these ends. */
export function untilOf(steps: readonly Step[]): Instant | undefined {
  return steps.reduce<Instant | undefined>(
    (last, step) => (step.kind === "wait" && (last === undefined || step.until > last) ? step.until : last),
    undefined,
  );
}

function pushed(root: World, pushes: readonly Extract<Step, { kind: "push" }>[]): World {
  const { checks } = root.facts;
  const passing = [...checks].filter(
    ([name, { result }]) => result.state === "passed" || pushes.some(({ check }) => check === name),
  );
  const assumptions: readonly Assumption[] = [
    { kind: "push", change: "REWORK", by: pusherOf(root.facts) },
    ...passing.map(([check]): Assumption => ({ kind: "check", check, conclusion: "success" })),
  ];
  return force(
    suppose(root, assumptions),
    pushes.flatMap(({ forces }) => (forces === undefined ? [] : [forces])),
  );
}

export function voteStep({ label, value, from, people, need, group }: VoteMove): Step {
  const action: Action = {
    kind: value === 0 ? "retract" : "vote",
    who: people.map(({ login }) => login),
    need,
    do: value === 0 ? `lift ${label}${plain(from)}` : `vote ${label}${plain(value)}`,
    ...(group === undefined ? {} : { group }),
  };
  return { kind: "votes", action, label, value, people };
}

/** What brings a check that has not passed to pass. `failed`: one of those looked at has failed, and comes first. */
export function checkStep({ name, state, awaits, remedy }: CheckResult, failed: boolean, facts: Facts): Step {
  const check = name;
  const byOwner = (kind: Action["kind"], what: string): Action => ({ kind, ...oneOf(workersOf(facts)), do: what });
  if (awaits !== undefined) {
    const who = oneOf(maintainers(facts));
    return { kind: "check", check, action: { kind: "other", ...who, do: `approve the run of ${name}` } };
  }
  // A red check comes first; what was skipped may have been because of it.
  if (remedy !== undefined && (remedy.by === "owner" || !failed))
    return remedy.by === "owner"
      ? { kind: "push", check, action: byOwner("push", remedy.action) }
      : { kind: "check", check, action: { kind: "check", who: [], need: 0, do: remedy.action } };
  switch (state) {
    case "failed":
      return { kind: "push", check, action: byOwner("push", `push a fix for ${name}`) };
    case "not-counted":
      return { kind: "check", check, action: byOwner("check", `run ${name} again`) };
    case "running":
    case "missing":
    case "passed":
      return { kind: "check", check, action: { kind: "check", who: [], need: 0, do: `wait for ${name}` } };
  }
}

const VOTE = /^(?:vote|lift) ([A-Za-z][A-Za-z0-9-]*?)([+-]\d+)$/;

/** What a test says would turn it, as a step. */
export function stepOf(action: Action, test: RequirementTest, world: World): Step {
  const { facts } = world;
  const kept = withoutBots(action, facts);
  const forces: Forced = [test.text, !valueIn(world, test)];
  const people = () => kept.who.map((login, index) => personCalled(facts.voters, login, index));
  switch (kept.kind) {
    case "vote":
    case "retract": {
      const [, label, value = "0"] = VOTE.exec(kept.do) ?? [];
      if (label === undefined) return { kind: "word", action: kept, forces };
      return { kind: "votes", action: kept, label, value: kept.kind === "vote" ? Number(value) : 0, people: people() };
    }
    case "push":
      return { kind: "push", action: kept, forces };
    case "wait":
      return kept.until === undefined
        ? { kind: "word", action: kept, forces }
        : { kind: "wait", action: kept, until: kept.until };
    case "resolve":
      return { kind: "resolve", action: kept };
    case "override":
      return { kind: "override", action: kept, rule: kept.do.replace(/^.* override /, ""), people: people() };
    case "check":
    case "other":
      return { kind: "word", action: kept, forces };
  }
}

/** Bots do nothing when asked: whoever works on the change does it. */
function withoutBots(action: Action, facts: Facts): Action {
  const { owner } = facts.snapshot.change;
  if (owner.type !== "Bot" || !action.who.includes(owner.login)) return action;
  return { ...action, ...oneOf(workersOf(facts)) };
}

/** The owner; behind a bot whoever asked it, or anybody the policy names. */
function workersOf(facts: Facts): readonly string[] {
  const { owner, requester } = facts.snapshot.change;
  if (owner.type === "User") return [owner.login];
  return requester?.type === "User" ? [requester.login] : maintainers(facts);
}

function pusherOf(facts: Facts): Person {
  const { owner } = facts.snapshot.change;
  const [login] = workersOf(facts);
  return login === undefined ? owner : personCalled(facts.voters, login, 0);
}

/** Whoever the policy names, but the owner: the forge does not tell who may approve runs. */
function maintainers({ snapshot: { groups, change } }: Facts): readonly string[] {
  const people = Object.values(groups).flatMap((members) => members.filter(({ id }) => id !== change.owner.id));
  return [...new Set(people.map(({ login }) => login))].filter((login) => !login.endsWith("[bot]")).sort();
}

function oneOf(who: readonly string[]): Pick<Action, "who" | "need"> {
  return { who, need: Math.min(1, who.length) };
}

function plain(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
