// The policy that docs/RELEASE.md shows does what the page says.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../../src/core/policy/evaluate.ts";
import type { Vote } from "../../../../src/core/policy/snapshot.ts";
import { after } from "../../../../src/core/time.ts";
import { alice, bob, carol, erin, NOW, policy, snapshot, vote } from "../../policy/sample.ts";

const page = readFileSync(new URL("../../../../docs/RELEASE.md", import.meta.url), "utf8");
const shown = /```yaml\n(version: 1\nmode: enforce\n[\s\S]*?)```/.exec(page)?.[1] ?? "";
const POLICY = policy(shown);
const DAY = 86_400_000;

function state(votes: readonly Vote[], { days = 0 } = {}): string {
  const of = snapshot({ votes });
  const known = { ...of.groups, release: [bob], leads: [erin] };
  const verdict = evaluate(POLICY, { ...of, groups: known }, after(NOW, days * DAY));
  return verdict.requirements.find(({ name }) => name === "Release")?.status ?? "absent";
}

describe("a release file is approved", () => {
  it.each<[string, string, Parameters<typeof state>]>([
    ["not by nobody on the first day", "UNSATISFIED", [[]]],
    ["by the release group", "SATISFIED", [[vote(bob, "Code-Review+2")]]],
    ["by the team's lead, with the vote that leads have", "SATISFIED", [[vote(erin, "Code-Review+1")]]],
    ["not by somebody of neither, who may not give that vote", "UNSATISFIED", [[vote(alice, "Code-Review+2")]]],
    ["by a week in which nobody objected", "SATISFIED", [[], { days: 8 }]],
    ["not by six days", "UNSATISFIED", [[], { days: 6 }]],
    ["not while somebody objects, however long", "UNSATISFIED", [[vote(alice, "Code-Review-1")], { days: 30 }]],
  ])("%s", (_, expected, given) => {
    expect(state(...given)).toBe(expected);
  });
});

it("whoever asks for the release has no part in it but as themselves", () => {
  expect(state([vote(carol, "Code-Review+2")])).toBe("UNSATISFIED");
});
