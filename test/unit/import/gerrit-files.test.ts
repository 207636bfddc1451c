// Whole files as projects have them: OpenStack's, the one Gerrit starts with, and one of old with functions and flags.
import { describe, expect, it } from "vitest";
import { constructs, fileOf, gerrit, read, toldOf } from "./gerrit-imports.ts";

describe("OpenStack's project below OpenStack's All-Projects", () => {
  const imported = gerrit(fileOf("openstack-all-projects.config"), fileOf("openstack-project.config"));
  const policy = read(imported);

  it("has the labels and what is asked of them", () => {
    expect(policy.mode).toBe("observe");
    expect(Object.keys(policy.labels)).toEqual(["Code-Review", "Verified", "Workflow", "Review-Priority"]);
    expect(
      Object.fromEntries(Object.entries(policy.submitRequirements).map(([name, own]) => [name, own["submittableIf"]])),
    ).toEqual({
      "Code-Review": "label:Code-Review=MAX AND -label:Code-Review=MIN",
      Verified: "label:Verified=MAX AND -label:Verified=MIN",
      Workflow: "label:Workflow=MAX AND -label:Workflow=MIN",
      "Review-Priority": "-label:Review-Priority=MIN",
    });
  });

  it("has on stable branches the rights of those who care for them, and no others", () => {
    expect(policy.access.find(({ branch }) => branch === "stable/*")).toEqual({
      branch: "stable/*",
      exclusive: ["label-Code-Review", "label-Workflow"],
      "label-Code-Review": { "Project-Bootstrappers": "-2..+2", "stable-maint": "-2..+2", anyone: "-1..+1" },
      "label-Workflow": { owner: "-1..0", "Project-Bootstrappers": "-1..+1", "stable-maint": "-1..+1" },
    });
  });

  it("leaves out what GitHub's own settings say, and nothing about votes", () => {
    expect(new Set(constructs(imported, "left-out").map((construct) => construct.replace(/ = .*/, "")))).toEqual(
      new Set([
        "capability: administrateServer",
        "capability: priority",
        "capability: streamEvents",
        'access "refs/*": read',
        'access "refs/*": pushMerge',
        'access "refs/for/refs/*": push',
        'access "refs/meta/config": exclusiveGroupPermissions',
        'access "refs/meta/config": read',
        'access "refs/tags/*": createSignedTag',
      ]),
    );
  });

  it("tells each remark with its file", () => {
    expect(imported.remarks.find(({ construct }) => construct.includes("Branch Freeze"))).toMatchObject({
      file: "openstack-project.config",
      fate: "kept",
    });
  });

  it("without All-Projects says that labels and what is asked are a guess", () => {
    const alone = gerrit(fileOf("openstack-project.config"));
    expect(toldOf(alone, "label Code-Review")[0]).toMatch(
      /^left-out: rights are given on it and it is defined nowhere/,
    );
    expect(toldOf(alone, "inheritFrom")[0]).toMatch(/^left-out: .*name the parents' files first/);
  });
});

describe("the file Gerrit starts with", () => {
  const imported = gerrit(fileOf("default-all-projects.config"));

  it("is carried over, and asks for tests beside", () => {
    expect(read(imported).submitRequirements).toEqual({
      "No-Unresolved-Comments": {
        description: "Changes that have unresolved comments are not submittable.",
        applicableIf: "has:unresolved",
        submittableIf: "-has:unresolved",
        canOverrideInChildProjects: true,
      },
      "Code-Review": {
        description: "At least one maximum vote for label 'Code-Review' is required",
        submittableIf: "label:Code-Review=MAX,user=non_uploader AND -label:Code-Review=MIN",
        canOverrideInChildProjects: true,
      },
      Tests: {
        description: "Every check passes on exactly the commit that lands",
        submittableIf: "check:ALL=success",
      },
    });
    expect(toldOf(imported, "tests")[0]).toMatch(
      /^changed: the file asks for no test result; here nothing lands untested/,
    );
  });

  it("leaves no right to vote out", () => {
    expect(constructs(imported, "left-out").filter((construct) => construct.includes("label"))).toEqual([]);
  });
});

describe("a file of old", () => {
  const imported = gerrit(fileOf("old.config"));
  const policy = read(imported);

  it("has its flags as copy conditions and its functions as requirements", () => {
    expect(policy.labels["Code-Review"]?.["copyCondition"]).toBe(
      "changekind:NO_CHANGE OR is:MIN OR changekind:TRIVIAL_REBASE",
    );
    expect(policy.labels["Legal"]).toMatchObject({
      copyCondition: "changekind:NO_CHANGE OR is:ANY",
      branch: ["release-*"],
    });
    expect(policy.submitRequirements).toMatchObject({
      "Code-Review": { submittableIf: "label:Code-Review=MAX,user=non_uploader AND -label:Code-Review=MIN" },
      Verified: { submittableIf: "label:Verified=MAX AND -label:Verified=MIN" },
      "Code-Style": { submittableIf: "-label:Code-Style=MIN" },
      Legal: { submittableIf: "label:Legal=MAX", applicableIf: 'branch:"^release-.*"' },
    });
  });

  it("has what its services vote on from checks", () => {
    expect(policy.labels["Code-Style"]).toHaveProperty("computed");
    expect(policy.labels["Verified"]).toHaveProperty("computed");
    expect(policy.labels["Legal"]).not.toHaveProperty("computed");
  });

  it("has both branches of its expression, and lands by rebase", () => {
    expect(policy.access.map(({ branch }) => branch)).toEqual(["*", "release-*", "hotfix-*"]);
    expect(policy.pipelines).toEqual({ gate: { strategy: "rebase" } });
  });
});

describe("a child's file", () => {
  const parent = (more: string, text = "") => ({
    name: "All-Projects.config",
    text: `[capability]\n[label "Own"]\n  function = NoBlock\n${more}  value = 0 -\n  value = 1 parent\n[submit-requirement "Own"]\n  submittableIf = label:Own=MAX\n${text}`,
  });
  const child = (text: string) => ({ name: "project.config", text });

  it("replaces a label whole, where the parent lets it", () => {
    const own = child('[label "own"]\n  function = NoBlock\n  value = 0 -\n  value = 2 child\n');
    expect(read(gerrit(parent(""), own)).labels["own"]?.["values"]).toMatchObject({ "2": "child" });
    const locked = gerrit(parent("  canOverride = false\n"), own);
    expect(read(locked).labels["Own"]?.["values"]).toEqual({ "0": "-", "1": "parent" });
    expect(toldOf(locked, "label own")).toEqual([
      "kept: as in Gerrit it counts for nothing: All-Projects.config does not let it be replaced",
    ]);
  });

  it("takes a label away by one that has no value but 0", () => {
    const gone = gerrit(parent(""), child('[label "Own"]\n  value = 0 -\n'));
    expect(read(gone).labels).toEqual({});
    expect(read(gone).submitRequirements["Own"]).toEqual({ submittableIf: "is:false" });
  });

  it("replaces a requirement only where the parent says so, and only by one that asks for something", () => {
    const own = child('[submit-requirement "OWN"]\n  submittableIf = is:true\n');
    expect(read(gerrit(parent(""), own)).submitRequirements).toMatchObject({ Own: { submittableIf: "label:Own=MAX" } });
    const free = parent("", "  canOverrideInChildProjects = true\n");
    expect(read(gerrit(free, own)).submitRequirements).toMatchObject({ OWN: { submittableIf: "is:true" } });
    const empty = child('[submit-requirement "Own"]\n  description = nothing\n');
    expect(read(gerrit(free, empty)).submitRequirements).toMatchObject({ Own: { submittableIf: "label:Own=MAX" } });
  });

  it("keeps the parent's rights on a ref out by exclusiveGroupPermissions", () => {
    const rights = '[access "refs/heads/*"]\n  label-Own = 0..+1 group Everywhere\n';
    const own = child(
      '[access "refs/heads/*"]\n  exclusiveGroupPermissions = label-Own\n  label-Own = 0..+1 group Here\n',
    );
    expect(read(gerrit(parent("", rights), own)).access).toEqual([
      { branch: "*", exclusive: ["label-Own"], "label-Own": { Here: "0..+1" } },
    ]);
  });
});
