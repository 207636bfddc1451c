import { App, Octokit } from "octokit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probes, runProbes } from "../../demo/live/probes.ts";
import { type LiveTarget } from "../../demo/live/scratch.ts";
import { type LocalForge, startForge } from "../../local-forge/server.ts";

let forge: LocalForge;
let target: LiveTarget;

beforeAll(async () => {
  forge = await startForge({ flaky: 0 });
  const carol = (await control("users", { login: "carol" })) as { token: string };
  await control("repos", { owner: "carol", name: "scratch", files: { "README.md": "A scratch repository\n" } });
  const app = (await control("apps", {
    slug: "gatekeeper",
    repositories: ["carol/scratch"],
    permissions: { contents: "write", workflows: "write", actions: "read", metadata: "read" },
  })) as { id: number; privateKey: string; installationId: number };
  const quiet = { throttle: { enabled: false }, retry: { enabled: false } };
  const signer = new App({
    appId: app.id,
    privateKey: app.privateKey,
    Octokit: Octokit.defaults({ baseUrl: forge.api, ...quiet }),
  });
  const installed = await signer.getInstallationOctokit(app.installationId);
  const { token } = (await installed.auth({ type: "installation" })) as { token: string };
  target = { token: carol.token, owner: "carol", repo: "scratch", api: forge.api, appToken: token };
});
afterAll(async () => {
  await forge.close();
});

async function control(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${forge.control}/${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${forge.adminToken}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const said: unknown = await answer.json();
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(said)}`);
  return said;
}

describe("the local forge answers the probes of the real GitHub as the product assumes", () => {
  it.each(probes.map((probe) => [probe.id, probe] as const))("%s", async (_id, probe) => {
    for await (const { finding } of runProbes(target, [probe])) {
      expect(`${finding.kind}: ${finding.kind === "skipped" ? finding.why : finding.found}`).toMatch(/^holds: /);
    }
  });

  it("and is clean afterwards: no open pull request, no branch, no ruleset of a probe", async () => {
    const repo = forge.world.repository("carol", "scratch");
    expect([...(repo?.pulls.values() ?? [])].filter((pull) => pull.state === "open")).toEqual([]);
    expect([...(repo?.refs.keys() ?? [])].filter((ref) => /live|refs\/changes/.test(ref))).toEqual([]);
    expect(repo?.rulesets).toEqual([]);
  });
});
