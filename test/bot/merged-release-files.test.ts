// Which changes brought a release file to the default branch, whatever way they landed: read from a real repository.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createGitMemory } from "../../bot/git-memory.ts";
import { mergedReleaseFiles } from "../../bot/merged-release-files.ts";
import { openStore, type Database, type Store } from "../../bot/store/database.ts";
import { recordPatchSet } from "../../bot/store/patch-sets.ts";
import type { KnownPull } from "../../bot/store/pulls.ts";
import { endItem, saveItem } from "../../bot/store/queue.ts";
import { itemId, repoId, type BranchName, type Sha } from "../../src/core/ids.ts";
import { instant } from "../../src/core/time.ts";
import { openRepository } from "../../src/git/repository.ts";
import { sandbox, temporaryFolder, testEnvironment, type Sandbox } from "../unit/git/sandbox.ts";
import { embeddedDatabase } from "../support/embedded.ts";

const main = "main" as BranchName;
const id = repoId(1);
const FILE = "deliverables/2026.2/calc.yaml";
const DAY = 86_400_000;

let folder: string;
let database: Database;
let store: Store;
let repo: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plustwo-merged-"));
  database = await embeddedDatabase(folder);
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

let schemas = 0;
async function begins(): Promise<Sha> {
  store = await openStore(database, `merged_${(schemas += 1)}`);
  repo = sandbox(temporaryFolder());
  return repo.commit("Begin", { "a.txt": "a\n" });
}

interface Asked {
  readonly since?: Sha;
  /** The head of each merged pull request, by its number. */
  readonly pulls?: Readonly<Record<number, Sha>>;
  readonly daysLater?: number;
}

/** Each change that brought the file, as `change: before → after`. */
async function brought({ since, pulls = {}, daysLater = 0 }: Asked): Promise<readonly string[]> {
  const git = openRepository(repo.dir, { env: testEnvironment });
  const known = Object.entries(pulls).map(([change, head]): KnownPull => {
    const headBranch = `topic-${change}` as BranchName;
    return { change: Number(change), state: "merged", head, headBranch, local: true, base: main };
  });
  const last = Number(repo.git("log", "-1", "--format=%ct")) * 1000;
  const found = await mergedReleaseFiles(
    { store, clock: { now: () => instant(last + daysLater * DAY) } },
    { facts: { id, defaultBranch: main }, pulls: known, mirror: { git, known: createGitMemory().of(id, git) } },
    { at: repo.head(), folder: "deliverables", ...(since === undefined ? {} : { since }) },
  );
  if (!found.ok) throw new Error(JSON.stringify(found.problem));
  return found.value.flatMap((file) =>
    file.brought.map(({ change, before, after }) => `${change ?? "?"}: ${before?.trim() ?? "-"} → ${after.trim()}`),
  );
}

it("each change that landed is told by itself, fast forward, merged, or squashed by the gate", async () => {
  const since = await begins();
  const first = repo.commit("One", { [FILE]: "1\n" });
  repo.git("switch", "-qc", "topic");
  const second = repo.commit("Two", { [FILE]: "2\n" });
  repo.git("switch", "-q", "main");
  repo.commit("Between", { "b.txt": "b\n" });
  repo.git("merge", "-q", "--no-ff", "-m", "Merge two", "topic");
  const squash = repo.commit("Three (#3)", { [FILE]: "3\n" });
  const member = { change: 3, head: second };
  const item = { id: itemId("i3"), members: [member], priority: 0, areas: ["*"], after: [], rebuilt: 0 };
  const now = instant(1);
  await saveItem(store, id, { target: main, item: { ...item, seal: { at: now, message: "" } } }, now);
  await endItem(store, { repository: id, item: item.id }, { because: "landed", why: "", landed: squash }, now);
  repo.commit("By hand", { [FILE]: "4\n" });
  expect(await brought({ since, pulls: { 1: first, 2: second } })).toEqual([
    "1: - → 1",
    "2: 1 → 2",
    "3: 2 → 3",
    "?: 3 → 4",
  ]);
  expect(await brought({ since: squash })).toEqual(["?: 3 → 4"]);
});

it("the commits of one change are one, and the file that it edits twice is what the last of them says", async () => {
  const since = await begins();
  repo.commit("Wrong", { [FILE]: "wrong\n" });
  const tree = repo.sha("HEAD^{tree}");
  const head = repo.commit("Right", { [FILE]: "right\n" });
  const patchSet = { n: 1, sha: head, parent: since, tree, kind: "REWORK", authors: [], committers: [] } as const;
  const recorded = { change: 5, target: main, patchSet: { ...patchSet, coauthors: [] }, source: "seen" } as const;
  await recordPatchSet(store, id, recorded, instant(1));
  expect(await brought({ since, pulls: { 5: head } })).toEqual(["5: - → right"]);
});

it("a default branch that was pushed back or made anew asks for what it has that was not settled; without a mark, the last thirty days", async () => {
  const since = await begins();
  const first = repo.commit("One", { [FILE]: "1\n" });
  const settled = repo.commit("Two", { [FILE]: "2\n" });
  repo.git("reset", "-q", "--hard", first);
  expect(await brought({ since: settled })).toEqual([]);
  const other = repo.commit("Other two", { [FILE]: "other\n" });
  expect(await brought({ since: settled, pulls: { 7: other } })).toEqual(["7: 1 → other"]);
  expect(await brought({ since: "d".repeat(40) as Sha })).toEqual(["?: - → 1", "?: 1 → other"]);
  expect(await brought({})).toEqual(["?: - → 1", "?: 1 → other"]);
  expect(await brought({ daysLater: 31 })).toEqual([]);
  repo.commit("Gone", { [FILE]: null });
  expect(await brought({ since })).toEqual([]);
});

it("a file that is renamed is a new one", async () => {
  const since = await begins();
  repo.commit("One", { [FILE]: "1\n" });
  repo.commit("Rename", { [FILE]: null, "deliverables/2026.2/sum.yaml": "1\n", "deliverables/README.yaml": "no\n" });
  expect(await brought({ since })).toEqual(["?: - → 1"]);
});
