/** T8: a change that edits the policy is judged by the target's, and its check says what it would be under the one it brings. */
import { describe, expect, it } from "vitest";
import { explain } from "../../../src/core/policy/explain.ts";
import { evaluateOrClose } from "../../../src/core/policy/evaluate.ts";
import { loadPolicy } from "../../../src/core/policy/load.ts";
import type { PolicyLayer } from "../../../src/core/policy/snapshot.ts";
import { alice, approved, bob, NOW, POLICY_TEXT, PRESETS, sha, snapshot, vote } from "./sample.ts";

const layer = (from: PolicyLayer["from"], path: string, text: string): PolicyLayer => ({
  from,
  path,
  sha: sha(77),
  text,
});
const layers = (text: string | undefined): readonly PolicyLayer[] =>
  text === undefined
    ? []
    : [
        ...Object.entries(PRESETS).flatMap(([name, preset]) =>
          text.includes(`preset:${name}`) ? [layer("preset", `preset:${name}`, preset)] : [],
        ),
        layer("repo", ".github/plustwo.yml", text),
      ];

/** Its check, while the policy of `sample.ts` is in force. */
function told(brings: readonly PolicyLayer[] | undefined, base = snapshot()) {
  const of = {
    ...base,
    policy: layers(POLICY_TEXT),
    change: { ...base.change, ...(brings === undefined ? {} : { brings }) },
  };
  const verdict = evaluateOrClose(loadPolicy(of.policy, {}), of, NOW);
  const { title, summary } = explain({ verdict, snapshot: of, now: NOW });
  const line = summary.split("\n\n").find((part) => part.startsWith("**It edits the policy,**"));
  return { title, line, certificate: verdict.certificate, submittable: verdict.submittable };
}

/** A complete policy of one's own, under which one approval by anybody is enough. */
const LAX = `version: 1
mode: enforce
groups: { core: { teams: [acme/core] } }
checks: { unit: {} }
labels: { Code-Review: { values: { -1: no, 0: none, 1: yes, 2: go } } }
access: [{ branch: "*", label-Code-Review: { core: -1..+2 } }]
submitRequirements:
  Code-Review: { description: One approves, noun: approval, submittableIf: "label:Code-Review=MAX AND -label:Code-Review=MIN" }
  Tested: { description: unit passes, noun: tests, submittableIf: "check:unit=success" }
`;
const one = snapshot({ votes: [vote(alice, "Code-Review+2")] });

describe("T8: a change that edits the policy", () => {
  it("is judged under the target's, and would let itself in under its own: both are said, and the verdict rests on the first alone", () => {
    const { title, line, certificate, submittable } = told(layers(LAX), one);
    expect(submittable).toBe(false);
    expect(title).toBe("Waiting: 1 more core approval · go-ahead");
    expect(line).toMatchInlineSnapshot(
      `"**It edits the policy,** and is judged under that of \`main\` (\`.github/plustwo.yml@0000000\`), not under the one it brings. Under that one it would be “Ready: to the gate” (it no longer asks for Workflow, Verified, CI-Config, Freeze and Contributors; it also asks for Tested)."`,
    );
    expect(certificate).toBe(told(undefined, one).certificate);
  });

  it.each<[string, string | undefined, string]>([
    ["asks for the same", `${POLICY_TEXT}# as before\n`, "Under that one it would be “Ready: to the gate”."],
    [
      "only observes",
      POLICY_TEXT.replace("enforce", "observe"),
      "“Would be ready: everything needed is there” (its mode is observe in place of enforce).",
    ],
    [
      "asks for more",
      `${POLICY_TEXT}submitRequirements: { Size: { description: Small, noun: smaller change, submittableIf: "size:<1" } }\n`,
      "(it also asks for Size).",
    ],
    [
      "names a team that nobody asked for",
      POLICY_TEXT.replace("acme/core", "acme/friends"),
      "the members of the group core are not known",
    ],
    [
      "names its people",
      POLICY_TEXT.replace("{ teams: [acme/core] }", "{ users: [{ login: mallory, id: 66 }] }"),
      "Under that one it would be “Waiting: 2 core approvals",
    ],
    [
      "is broken",
      POLICY_TEXT.replace("mode:", "mood:"),
      "The one it brings is broken, and would close the gate for every change: Cannot use the policy .github/plustwo.yml:3:1:",
    ],
    ["is a file of 5 MB", "x".repeat(5_000_000), "it has more than 256 KiB"],
    ["is gone", undefined, "It takes the policy file away"],
  ])("says so where the one it brings %s", (_, text, expected) => {
    const { line, submittable } = told(layers(text), approved());
    expect(submittable).toBe(true);
    expect(line).toContain(
      "and is judged under that of `main` (`.github/plustwo.yml@0000000`), not under the one it brings.",
    );
    expect(line).toContain(expected);
  });

  it("a change that leaves the policy alone says nothing of it", () => {
    expect(told(undefined, approved({ votes: [vote(bob, "Code-Review+2")] })).line).toBeUndefined();
  });
});
