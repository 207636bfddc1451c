// The project keeps the rules it offers: its own policy, workflow and .gitreview are ones that its own readers accept.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseWorkflow } from "../../local-forge/actions/parse-workflow.ts";
import { parseGitreview } from "../../src/config/gitreview-file.ts";
import { loadPolicy } from "../../src/core/policy/load.ts";
import { projectFiles, root } from "./files.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const presets = Object.fromEntries(
  projectFiles(".yaml", "policies").map((path) => [basename(path, ".yaml"), read(path)]),
);

describe.each([
  ["plustwo itself", ""],
  ["the demo's project", "demo/project/"],
])("%s", (_name, folder) => {
  it("has a policy that the product accepts", () => {
    const text = read(`${folder}.github/plustwo.yml`).replace("{{team}}", "acme/core");
    const policy = loadPolicy(text, presets);
    expect(policy.ok ? [] : policy.problem).toEqual([]);
  });

  it("has the jobs style, unit and integration for pull requests of any base and for gate branches", () => {
    const parsed = parseWorkflow(".github/workflows/ci.yml", read(`${folder}.github/workflows/ci.yml`));
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(parsed.workflow.jobs.map((job) => job.name)).toEqual(["style", "unit", "integration"]);
    expect(parsed.workflow.on.push?.branches).toEqual(["gate/**"]);
    expect(parsed.workflow.on.pullRequest).toEqual({ types: ["opened", "synchronize", "reopened"] });
  });

  it("has a .gitreview with project and branch", () => {
    const file = parseGitreview(read(`${folder}.gitreview`));
    const keys = Object.fromEntries(file.map(({ key, value }) => [key, value]));
    expect(keys).toMatchObject({ project: expect.any(String), defaultbranch: "main", defaultremote: "origin" });
  });
});
