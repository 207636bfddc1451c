// The policy at the target's tip judges: not the change's own, and a broken one closes the gate.
import { expect } from "vitest";
import { scenario } from "../support/scenario.ts";

scenario("T9: a broken policy on main closes the gate with a sentence; repaired, the change lands", async (t) => {
  const policy = await t.source(".github/plustwo.yml");
  const parser = await t.carol.uploads("Add parser");
  await t.ci.checkPasses(parser);
  await t.changesMain({ ".github/plustwo.yml": policy.replace("mode: enforce", "mood: enforce") });
  await t.coresApprove(parser);
  const check = await t.check(parser);
  expect(check.conclusion).toBe("failure");
  expect(check.words).toMatchInlineSnapshot(`
    "**Next:** whoever may change the policy repairs it on the target branch. Nothing for carol to do.

    Patch set 1 · to \`main\`

    - Cannot use the policy .github/plustwo.yml:4:1: \\\`mood\\\` is not a key of a policy file. allowed: version, extends, mode, dialect, shape, groups, identities, labels, checks, access, submitRequirements, owners, freezes, overrides, identity, pipelines, releases, cycle, notes, forks, explain

    | Needed | State | Who and why |
    | --- | --- | --- |
    | policy | broken | Cannot use the policy .github/plustwo.yml:4:1: \\\`mood\\\` is not a key of a policy file. allowed: version, extends, mode, dialect, shape, groups, identities, labels, checks, access, submitRequirements, owners, freezes, overrides, identity, pipelines, releases, cycle, notes, forks, explain |"
  `);
  expect((await t.pull(parser)).state).toBe("open");
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Change files
      * b Initial commit
    #1 Add parser · carol · Open · review/main/I-a → main · 1 patch set, at c
      alice approves patch set 1: Code-Review: +2
      bob approves patch set 1: Code-Review: +2, Workflow: +1
      github-actions: integration success, style success, unit success
      plustwo: failure · Blocked: the policy is broken"
  `);

  await t.changesMain({ ".github/plustwo.yml": policy });
  await t.ci.passes(parser);
  expect((await t.pull(parser)).merged).toBe(true);
});

scenario("T8: a change cannot bring the policy that judges it", async (t) => {
  const policy = await t.source(".github/plustwo.yml");
  const lax = policy.replace("mode: enforce", "mode: observe").replace("acme", "nobody");
  const change = await t.carol.uploads("Relax the rules", { files: { ".github/plustwo.yml": lax } });
  await t.ci.checkPasses(change);
  const check = await t.check(change);
  expect(check.title).toBe("Waiting: 2 core approvals · go-ahead · vote for the change to CI or policy");
  const line = check.words.split("\n\n").find((part) => part.includes("edits the policy"));
  expect(line?.replace(/@[0-9a-f]{7}/, "@a")).toMatchInlineSnapshot(
    `"**It edits the policy,** and is judged under that of \`main\` (\`.github/plustwo.yml@a\`), not under the one it brings. Under that one it would be “Would wait: facts are missing · 2 core approvals · go-ahead · …” (its mode is observe in place of enforce; the members of the group core are not known)."`,
  );
  expect(await t.picture()).toMatchInlineSnapshot(`
    "acme/calc main
      * a Initial commit
    #1 Relax the rules · carol · Open · review/main/I-a → main · 1 patch set, at b
      github-actions: integration success, style success, unit success
      plustwo: in_progress · Waiting: 2 core approvals · go-ahead · vote for the change to CI or policy"
  `);
});
