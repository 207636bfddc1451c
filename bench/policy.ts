/**
 * How many changes a second a policy is asked about, explanation included: preset:openstack, from 5 to 500 votes and from 10 to 3 000
 * files, ready and waiting. Beside each figure its floor: what it takes to write the snapshot as JSON and read it back. Fails where
 * 50 votes and 300 files are below 1 000 a second of processor time, or the time grows faster than what is asked about.
 */
import { readFileSync } from "node:fs";
import { parseBranchName, parseSha, userId, type Sha } from "../src/core/ids.ts";
import { evaluate } from "../src/core/policy/evaluate.ts";
import { explain } from "../src/core/policy/explain.ts";
import { loadPolicy } from "../src/core/policy/load.ts";
import type { Person, PolicySnapshot, Vote } from "../src/core/policy/snapshot.ts";
import { instant } from "../src/core/time.ts";

const GOAL = 1_000;
const NOW = instant(Date.UTC(2026, 8, 1, 12));
const TEXT = "version: 1\nextends: preset:openstack\nmode: enforce\ngroups: { core: { teams: [acme/core] } }\n";

const openstack = readFileSync("policies/openstack.yaml", "utf8");
const loaded = loadPolicy(TEXT, { openstack });
if (!loaded.ok) throw new Error(loaded.problem.map(({ message }) => message).join("; "));
const policy = loaded.value;

const count = (n: number) => Array.from({ length: n }, (_, at) => at);
const person = (n: number): Person => ({ id: userId(n + 1), login: `person-${n}`, type: "User" });
const cores = count(20).map((n) => person(n));
const owner = person(9_999);
const sha = (n: number): Sha => parseSha(n.toString(16).padStart(40, "0")) ?? never("a sha");
const main = parseBranchName("main") ?? never("a branch");

function never(what: string): never {
  throw new Error(`This is not ${what}`);
}

/** Votes on 5 patch sets by cores and others; approved twice where it is ready. */
function snapshot(votes: number, files: number, ready: boolean): PolicySnapshot {
  const patchSets = count(5).map((n) => ({
    n: n + 1,
    sha: sha(100 + n),
    parent: sha(50),
    tree: sha(200 + n),
    kind: n === 3 ? ("TRIVIAL_REBASE" as const) : ("REWORK" as const),
    pusher: owner,
    authors: [{ name: owner.login, email: `${owner.login}@example.org`, user: owner }],
    committers: [{ name: owner.login, email: `${owner.login}@example.org`, user: owner }],
    coauthors: [],
    at: instant(NOW - 3_600_000 + n * 60_000),
  }));
  const head = sha(104);
  const vote = (n: number, by: Person, choice: Pick<Vote, "label" | "value" | "patchSet">): Vote => ({
    user: by,
    ...choice,
    sha: sha(99 + choice.patchSet),
    at: instant(NOW - 600_000 + n),
    source: { kind: "review", id: String(n + 1) },
    permitted: { min: -2, max: 2 },
    state: "current",
  });
  const cast = count(votes - 3).map((n) =>
    vote(n, person(20 + (n % 200)), { label: "Code-Review", value: n % 3 === 0 ? -1 : 1, patchSet: 1 + (n % 5) }),
  );
  const [first = owner, second = owner] = cores;
  const deciding = [
    vote(votes, first, { label: "Code-Review", value: 2, patchSet: 5 }),
    vote(votes + 1, second, { label: "Code-Review", value: ready ? 2 : 1, patchSet: 5 }),
    vote(votes + 2, first, { label: "Workflow", value: 1, patchSet: 5 }),
  ];
  return {
    version: 1,
    policy: TEXT,
    change: {
      number: 7,
      owner,
      branch: main,
      base: sha(50),
      head,
      headBranch: main,
      draft: false,
      title: "Add a parser",
      body: "",
      hashtags: [],
      openedAt: instant(NOW - 7_200_000),
      below: [],
      foreignCommits: [],
      commits: [{ sha: head, message: "Add a parser", parents: 1 }],
      reviewers: [],
      patchSets,
      files: count(files).map((n) => ({
        path: `src/part-${n % 40}/file-${n}.ts`,
        mode: "100644",
        additions: 3,
        deletions: 1,
        status: "modified" as const,
      })),
    },
    votes: [...cast, ...deciding],
    checks: ["style", "unit", "integration"].map((name) => ({
      kind: "job" as const,
      name,
      app: { id: 15368, slug: "github-actions" },
      workflow: ".github/workflows/ci.yml",
      event: "pull_request",
      headBranch: main,
      sha: head,
      status: "completed" as const,
      conclusion: "success",
      at: instant(NOW - 60_000),
      attempt: 1,
    })),
    groups: { core: cores, "ci-core": cores, "release-managers": cores },
    freezes: [],
    overrides: [],
    facts: { unresolved: 0, bidi: [], owners: [] },
    incomplete: [],
    now: NOW,
  };
}

/** Milliseconds of this process's own time for one run; the best of five rounds, so that what else the machine does is left out. */
function each(run: () => void): number {
  const round = (times: number) => {
    const from = process.cpuUsage().user;
    for (let n = 0; n < times; n += 1) run();
    return (process.cpuUsage().user - from) / 1_000 / times;
  };
  const warm = round(30);
  const times = Math.max(5, Math.ceil(120 / Math.max(warm, 0.01)));
  return Math.min(...count(5).map(() => round(times)));
}

let missed = 0;
const took = new Map<string, number>();
console.log("votes  files            evaluated/s   explained/s   snapshots as JSON/s");
for (const ready of [true, false])
  for (const votes of [5, 50, 500])
    for (const files of [10, 300, 3_000]) {
      const facts = snapshot(votes, files, ready);
      const verdict = evaluate(policy, facts, NOW);
      if (verdict.submittable !== ready) throw new Error(`It should ${ready ? "" : "not "}be ready`);
      const evaluated = each(() => evaluate(policy, facts, NOW));
      const explained = each(() => explain({ verdict: evaluate(policy, facts, NOW), snapshot: facts, now: NOW }));
      const floor = each(() => JSON.parse(JSON.stringify(facts)));
      took.set(`${ready} ${votes} ${files}`, explained);
      const slow = votes === 50 && files === 300 && 1_000 / explained < GOAL;
      if (slow) missed += 1;
      const figures = [evaluated, explained, floor].map((ms) => Math.round(1_000 / ms).toLocaleString("en"));
      const [a = "", b = "", c = ""] = figures;
      const note = slow ? `   below the goal of ${GOAL.toLocaleString("en")}` : "";
      console.log(
        `${String(votes).padStart(5)}  ${String(files).padStart(5)}  ${ready ? "ready  " : "waiting"}  ${a.padStart(12)}  ${b.padStart(12)}  ${c.padStart(20)}${note}`,
      );
    }
for (const ready of [true, false]) {
  const at = (votes: number, files: number) => took.get(`${ready} ${votes} ${files}`) ?? NaN;
  // Ten times the votes and ten times the files at most take ten times as long, with a fifth for the collector.
  const growth = at(500, 3_000) / at(50, 300);
  console.log(`${ready ? "ready" : "waiting"}: ten times the votes and files take ${growth.toFixed(1)} times as long`);
  if (!(growth < 12)) missed += 1;
}
process.exitCode = missed === 0 ? 0 : 1;
