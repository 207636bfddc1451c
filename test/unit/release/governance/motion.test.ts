// The examples of the charter, and where a script that counts votes has drifted from it.
import { describe, expect, it } from "vitest";
import { userId } from "../../../../src/core/ids.ts";
import type { PolicySnapshot, Vote } from "../../../../src/core/policy/snapshot.ts";
import { decideMotion } from "../../../../src/core/release/governance/motion.ts";
import {
  neededOf,
  readVoteRules,
  SHIPPED_RULES,
  type VoteRule,
} from "../../../../src/core/release/governance/vote-rules.ts";
import { after, type Instant } from "../../../../src/core/time.ts";
import { carol, NOW, person, snapshot } from "../../policy/sample.ts";

const DAY = 86_400_000;
const members = Array.from({ length: 9 }, (_, at) => person(100 + at, `member${at}`));
const lead = person(200, "lead");

function voted(who: ReturnType<typeof person>, value: number, more: Partial<Vote> = {}): Vote {
  const base = snapshot();
  return {
    ...{ user: who, label: "Rollcall-Vote", value, patchSet: 1, sha: base.change.head, at: NOW },
    ...{ source: { kind: "review", id: `${who.id}-${value}` }, state: "current" },
    ...more,
  };
}

interface Given {
  readonly votes: readonly Vote[];
  readonly days?: number;
  readonly patchSets?: PolicySnapshot["change"]["patchSets"];
  readonly groups?: PolicySnapshot["groups"];
  readonly owner?: ReturnType<typeof person>;
}

function motion({ votes, days = 8, patchSets, groups, owner = carol }: Given): { of: PolicySnapshot; now: Instant } {
  const base = snapshot();
  const [first] = base.change.patchSets;
  if (first === undefined) throw new Error("no patch set");
  const change = { ...base.change, owner, patchSets: patchSets ?? [{ ...first, n: 1, at: NOW }] };
  const known = {
    members: members.map(({ id, login }) => ({ id, login })),
    "team-lead": [{ id: lead.id, login: lead.login }],
  };
  return { of: { ...base, change, votes, groups: groups ?? known }, now: after(NOW, days * DAY) };
}

function ruled(name: string, given: Given) {
  const rule = SHIPPED_RULES[name];
  if (rule === undefined) throw new Error(`no rule ${name}`);
  const { of, now } = motion(given);
  return decideMotion(rule, of, now);
}
const some = (count: number, value = 1): readonly Vote[] => members.slice(0, count).map((who) => voted(who, value));

describe("how many it takes", () => {
  it.each([
    ["formal-vote", 13, 5],
    ["formal-vote", 9, 3],
    ["charter-change", 13, 9],
    ["charter-change", 9, 6],
    // By rounding up: half a member is one more.
    ["formal-vote", 10, 4],
    ["formal-vote", 1, 1],
    ["charter-change", 10, 7],
    ["charter-change", 7, 5],
    ["typo-fix", 9, 1],
    ["goal-update", 9, 0],
  ])("%s of %i members: %i", (name, of, needed) => {
    const rule = SHIPPED_RULES[name];
    expect(rule === undefined ? -1 : neededOf(rule, of)).toBe(needed);
  });
});

describe("a motion", () => {
  it.each<[string, Given, string, string]>([
    ["formal-vote", { votes: some(3) }, "carried", ""],
    ["formal-vote", { votes: some(3), days: 6 }, "open", "at the earliest"],
    ["formal-vote", { votes: some(2) }, "open", "2 of 3 votes"],
    [
      "formal-vote",
      { votes: [...some(3), ...members.slice(3, 6).map((who) => voted(who, -1))] },
      "against",
      "not more than",
    ],
    ["formal-vote", { votes: [...some(4), ...members.slice(4, 7).map((who) => voted(who, -1))] }, "carried", ""],
    ["formal-vote", { votes: some(3), groups: {} }, "unknown", "members"],
    ["formal-vote", { votes: [], groups: { members: [] } }, "unknown", "nobody is one of the members"],
    ["goal-update", { votes: [], groups: { members: [] } }, "unknown", "nobody is one of the members"],
    ["charter-change", { votes: some(6) }, "carried", ""],
    ["charter-change", { votes: some(5) }, "open", "5 of 6"],
    ["typo-fix", { votes: some(1), days: 0 }, "carried", ""],
    ["typo-fix", { votes: some(1), days: 0, owner: members[0] ?? carol }, "open", "0 of 1"],
    ["code-change", { votes: [...some(2), voted(members[5] ?? carol, -1)], days: 0 }, "against", "nobody may"],
    ["project-update", { votes: some(2), days: 0 }, "open", "nobody of team-lead"],
    ["project-update", { votes: [...some(2), voted(lead, 1)], days: 0 }, "carried", ""],
    ["goal-update", { votes: [] }, "carried", ""],
    ["goal-update", { votes: [], days: 6 }, "open", "at the earliest"],
    ["goal-update", { votes: [voted(members[0] ?? carol, -1)] }, "against", "nobody may"],
  ])("by %s", (name, given, state, why) => {
    const outcome = ruled(name, given);
    expect(outcome.state).toBe(state);
    expect(outcome.why.join("; ")).toContain(why);
  });

  it("counts a member once, and of each the newest vote; strangers and bots not at all", () => {
    const [one] = members;
    if (one === undefined) throw new Error("no member");
    const twice = [voted(one, 1), voted(one, -1, { at: after(NOW, 5), source: { kind: "review", id: "z" } })];
    const stranger = voted(person(900, "mallory"), 1);
    const bot = voted({ id: userId(101), login: "x[bot]", type: "Bot" }, 1);
    expect(ruled("formal-vote", { votes: [...twice, stranger, bot] })).toMatchObject({
      inFavour: [],
      against: [one.login],
    });
  });

  it("begins anew with a patch set that changes its content, and with no other", () => {
    const { of } = motion({ votes: [] });
    const [first] = of.change.patchSets;
    if (first === undefined) throw new Error("no patch set");
    const later = { ...first, n: 2, at: after(NOW, 5 * DAY) };
    const votes = some(3);
    const kept = ruled("formal-vote", {
      votes,
      patchSets: [
        { ...first, at: NOW },
        { ...later, kind: "TRIVIAL_REBASE" },
      ],
    });
    expect(kept.state).toBe("carried");
    const anew = ruled("formal-vote", {
      votes,
      patchSets: [
        { ...first, at: NOW },
        { ...later, kind: "REWORK" },
      ],
    });
    expect(anew).toMatchObject({ state: "open", inFavour: [], since: later.at });
    const objection = [voted(members[8] ?? carol, -1)];
    const still = ruled("goal-update", {
      votes: objection,
      days: 20,
      patchSets: [
        { ...first, at: NOW },
        { ...later, kind: "REWORK" },
      ],
    });
    expect(still.state).toBe("against");
  });

  it("is not decided where the time of its content is not known, or a list was cut short", () => {
    const { of, now } = motion({ votes: some(3) });
    const patchSets = of.change.patchSets.map(({ at: _, ...rest }) => rest);
    const rule = SHIPPED_RULES["formal-vote"];
    if (rule === undefined) throw new Error("no rule");
    expect(decideMotion(rule, { ...of, change: { ...of.change, patchSets } }, now).state).toBe("unknown");
    expect(decideMotion(rule, { ...of, incomplete: [{ what: "the votes", why: "cut" }] }, now).state).toBe("unknown");
  });
});

describe("a table of votes", () => {
  const problems = (text: string): string => {
    const read = readVoteRules("votes.yaml", text);
    return read.ok ? "" : read.problem.map(({ line, message, hint }) => `${line}: ${message} / ${hint}`).join("\n");
  };
  it("adds rules to those that ship, and replaces them by name", () => {
    const read = readVoteRules(
      "votes.yaml",
      "version: 1\nrules:\n  typo-fix: { about: x, inFavour: 3 }\n  mine: { about: y, inFavour: 1/2, days: 3 }\n",
    );
    const rules: Readonly<Record<string, VoteRule>> = read.ok ? read.value : {};
    expect([rules["typo-fix"]?.inFavour, rules["mine"]?.inFavour, rules["formal-vote"]?.days]).toEqual([3, "1/2", 7]);
  });
  it.each([
    ["version: 1\nrules:\n  a: { about: x, inFavour: most }\n", "3:"],
    ["version: 1\nrules:\n  a: { about: x, inFavour: 3/2 }\n", "no more than all of them"],
    ["version: 1\nrules:\n  a: { about: x, inFavour: silence }\n", "`rules.a.days` is missing"],
    ["version: 1\nrules:\n  a: { about: x, inFavour: 1, dayz: 3 }\n", "dayz"],
    ["rules: {}\n", "version"],
    ["version: 1\nrules: [\n", "3: it is not valid YAML"],
  ])("%s is refused with its line", (text, expected) => {
    expect(problems(text)).toContain(expected);
  });
});
