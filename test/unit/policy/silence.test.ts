// Whether nobody's word is a yes, and after how long: of the whole policy, for a change to one path.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import { silenceOf } from "../../../src/core/policy/silence.ts";
import { PRESETS } from "./sample.ts";

const PATH = "deliverables/2026.2/calc.yaml";
const DAY = 86_400_000;
const page = readFileSync(new URL("../../../docs/RELEASE.md", import.meta.url), "utf8");
const RELEASES =
  [...page.matchAll(/```yaml\n(version: 1[\s\S]*?)```/g)].find(([, text]) => text?.includes("quiet:"))?.[1] ?? "";

function silence(text: string) {
  const policy = loadPolicy(text, PRESETS);
  if (!policy.ok) throw new Error(JSON.stringify(policy.problem));
  return silenceOf(policy.value, PATH);
}
const also = (requirement: string): string =>
  RELEASES.replace("submitRequirements:\n", `submitRequirements:\n  ${requirement}\n`);

it("the policy of the page takes a week of it for a yes", () => {
  expect(silence(RELEASES)).toEqual({ kind: "agrees", ms: 7 * DAY, requirement: "Release" });
});

it.each<[string, string, object]>([
  [
    "another requirement needs a vote",
    'Second: { submittableIf: "label:Code-Review=MAX,count>=2" }',
    { kind: "vote", requirement: "Second" },
  ],
  [
    "a vote that only other paths need does not matter",
    `Code: { applicableIf: 'path:"^src/.*"', submittableIf: "label:Code-Review=MAX" }`,
    { kind: "agrees", ms: 7 * DAY },
  ],
  [
    "a requirement that also has to wait, and longer, is the one that counts",
    'Slow: { submittableIf: "quiet:>14d" }',
    { kind: "agrees", ms: 14 * DAY, requirement: "Slow" },
  ],
  [
    "waiting for a vote is no yes",
    'Both: { submittableIf: "label:Code-Review=MAX AND quiet:>=1d" }',
    { kind: "vote", requirement: "Both" },
  ],
])("%s", (_, requirement, expected) => {
  expect(silence(also(requirement))).toMatchObject(expected);
});

it("two cores are not replaced by waiting", () => {
  const cores = "version: 1\nextends: preset:openstack\nmode: enforce\ngroups:\n  core: { teams: [acme/core] }\n";
  expect(silence(cores)).toEqual({ kind: "unasked" });
});
