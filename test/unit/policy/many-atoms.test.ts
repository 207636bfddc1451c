/** A policy of 200 tests among 40 people: evaluated and explained, its ways searched, within 100 ms, whatever its shape. */
import { expect, it } from "vitest";
import { evaluate } from "../../../src/core/policy/evaluate.ts";
import { explain } from "../../../src/core/policy/explain.ts";
import { alice, approved, bob, NOW, person, policy, vote } from "./sample.ts";

const LIMIT_MS = 100;
const PEOPLE = Array.from({ length: 40 }, (_, n) => person(1_000 + n, `core${n}`));

const list = (count: number, by: string, test: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => test(n)).join(by);
const sign = (n: number) => ["+1", "+2", "-1"][n % 3] ?? "+1";

const SHAPES: readonly (readonly [string, string])[] = [
  ["alternatives of words", list(200, " OR ", (n) => `hashtag:h${n}`)],
  ["words together", list(200, " AND ", (n) => `hashtag:h${n}`)],
  ["alternatives of votes", list(200, " OR ", (n) => `label:Op=${sign(n)},count>=${12 + (n % 28)}`)],
  ["votes together", list(200, " AND ", (n) => `label:Op=${sign(n)},count>=${1 + (n % 39)}`)],
  [
    "alternatives together",
    list(
      67,
      " AND ",
      (n) =>
        `(label:Op=+${1 + (n % 2)},count>=${1 + n} OR label:Code-Review=+${1 + (n % 2)},count>=${n + 1} OR is:merge)`,
    ),
  ],
  [
    "alternatives of votes together",
    list(
      67,
      " OR ",
      (n) =>
        `(label:Op=+${1 + (n % 2)},count>=${1 + n} AND label:Code-Review=+${1 + (n % 2)},count>=${1 + n} AND is:merge)`,
    ),
  ],
  [
    "people over labels, and times",
    list(
      67,
      " AND ",
      (n) => `(distinctvoters:\\"[Op,Code-Review],count>${n + 1}\\" OR label:Op>0,count=${n + 1} OR min-age:${n + 1}d)`,
    ),
  ],
  ["what nobody may have voted", list(200, " ", (n) => `-label:Op=${sign(n)},count=${5 + (n % 9)}`)],
];

it.each(SHAPES)("%s", (_, expression) => {
  const under = policy(`version: 1
extends: preset:openstack
mode: enforce
groups: { core: { teams: [acme/core] } }
labels: { Op: { values: { -1: no, 0: nothing, 1: yes, 2: very } } }
access: [{ branch: "*", label-Op: { core: -1..+2 } }]
submitRequirements: { Own: { submittableIf: "${expression}" } }
`);
  const groups = { core: [alice, bob, ...PEOPLE].map(({ id, login }) => ({ id, login })) };
  const cast = PEOPLE.slice(0, 20).map((one, n) => vote(one, n % 2 === 0 ? "Op+1" : "Op-1"));
  const of = approved({ groups, votes: [...cast, vote(bob, "Code-Review+2")] });
  let quickest = Infinity;
  for (let attempt = 0; attempt < 8 && quickest >= LIMIT_MS; attempt += 1) {
    const start = process.cpuUsage().user;
    const verdict = evaluate(under, of, NOW);
    const { summary } = explain({ verdict, snapshot: of, now: NOW });
    quickest = Math.min(quickest, (process.cpuUsage().user - start) / 1_000);
    expect(verdict.requirements.find(({ name }) => name === "Own")?.status).toBe("UNSATISFIED");
    expect(summary).toContain("Own");
  }
  expect(quickest).toBeLessThan(LIMIT_MS);
});
