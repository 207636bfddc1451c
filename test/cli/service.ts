// What a service would have said of a change, planted by an App of its own through the real adapter: for the verbs that read it.
import { createGitHubForge } from "../../src/forge/github/github-forge.ts";
import { formatRecord, type ChangeRecord } from "../../src/core/gate/record.ts";
import { parseBranchName, parseSha, userId, type BranchName, type Sha } from "../../src/core/ids.ts";
import { formatPublished, type PublishedVerdict } from "../../src/core/policy/published.ts";
import type { ChangeKind } from "../../src/core/policy/snapshot.ts";
import { instant } from "../../src/core/time.ts";
import type { Bench } from "./seat.ts";

export interface Said extends Partial<PublishedVerdict> {
  /** Kinds of its patch sets, the first stands at 0; the last is of the head. */
  readonly kinds?: readonly ChangeKind[];
  /** Heads of the patch sets before. */
  readonly earlier?: readonly string[];
  /** Who voted Code-Review+1, and on which patch set. */
  readonly voted?: { readonly by: string; readonly patchSet: number };
}

export interface Service {
  says(number: number, said: Said): Promise<void>;
}

type Requirement = PublishedVerdict["requirements"][number];

export const needs = (who: readonly string[], action: string, more: Partial<Requirement> = {}): Requirement => ({
  ...{ name: "Code-Review", noun: "core approval", status: "UNSATISFIED", blocked: false },
  ...{ unmet: [], counted: [], notCounted: [] },
  ways: [{ who: [...who], anyOf: true, action }],
  ...more,
});

/** An App that may write checks on acme/api. */
export async function openService(bench: Bench): Promise<Service> {
  const permissions = { metadata: "read", contents: "write", pull_requests: "write", checks: "write" };
  const made = await bench.control("POST", "/apps", { slug: "plustwo", permissions, repositories: ["acme/api"] });
  const forge = createGitHubForge({
    baseUrl: bench.forge.api,
    auth: { app: { appId: Number(made["id"]), privateKey: String(made["privateKey"]) } },
    userAgent: "test",
  });
  return {
    async says(number, { kinds = ["REWORK"], earlier = [], voted, ...more }) {
      const pull = (await bench.pulls()).find((one) => one.number === number);
      const head = parseSha(pull?.head.sha ?? "") as Sha;
      const patchSet = kinds.length;
      const verdict: PublishedVerdict = {
        ...{ version: 1, change: number, patchSet, target: "main", head, title: "Waiting: 1 more core approval" },
        ...{ verdict: "pending", submittable: false, mode: "enforce", next: [], requirements: [], checks: [] },
        ...{ problems: [], certificate: "sha256:0", ...more },
      };
      const heads = [...earlier, head];
      const record: ChangeRecord = {
        ...{ change: number, target: parseBranchName("main") as BranchName, below: [], cut: false },
        patchSets: kinds.map((kind, index) => {
          const sha = parseSha(heads[index] ?? "") ?? head;
          return { n: index + 1, sha, parent: head, tree: head, kind, authors: [], committers: [], coauthors: [] };
        }),
        votes:
          voted === undefined
            ? []
            : [
                {
                  user: { id: userId(1), login: voted.by, type: "User" },
                  ...{ label: "Code-Review", value: 1, patchSet: voted.patchSet, sha: head, at: instant(0) },
                  ...{ source: { kind: "review", id: "1" }, state: "current" },
                },
              ],
      };
      const written = await forge.publishCheck(
        { owner: "acme", name: "api" },
        {
          ...{ name: "plustwo", head, externalId: `${number}/${patchSet}`, verdict: verdict.verdict },
          ...{ title: verdict.title, summary: formatPublished(verdict), text: formatRecord(record) },
        },
      );
      if (!written.ok) throw new Error(JSON.stringify(written.problem));
    },
  };
}
