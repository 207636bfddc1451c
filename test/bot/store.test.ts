// What the service remembers, on the embedded database: one start for the file, one schema for each test.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  describeDatabaseProblem,
  openDatabase,
  openStore,
  type Database,
  type Store,
} from "../../bot/store/database.ts";
import { drainDeliveries, openDeliveries, storeDelivery } from "../../bot/store/deliveries.ts";
import { beginEffect, endEffect, openEffects } from "../../bot/store/effects.ts";
import { giveLease, renewLease, takeLease } from "../../bot/store/leases.ts";
import { patchSetsOf, recordPatchSet } from "../../bot/store/patch-sets.ts";
import { markPublished, publishedDigests } from "../../bot/store/published.ts";
import {
  buildsOf,
  endItem,
  landedOn,
  liftRefusals,
  openItems,
  refusedOn,
  saveBuild,
  saveItem,
} from "../../bot/store/queue.ts";
import { endTick, wake, watched } from "../../bot/store/repositories.ts";
import { recordVotes, votesOf } from "../../bot/store/votes.ts";
import { buildId, itemId, jobName, repoId, userId, type BranchName, type Sha } from "../../src/core/ids.ts";
import { instant } from "../../src/core/time.ts";
import type { Build, Item } from "../../src/core/gate/snapshot.ts";
import type { PatchSet, Vote } from "../../src/core/policy/snapshot.ts";
import { copyDatabase, embeddedDatabase } from "../support/embedded.ts";

const main = "main" as BranchName;
const at = instant(1_700_000_000_000);
const later = instant(at + 1000);
const repository = repoId(7_000_000_000);
const sha = (digit: string): Sha => digit.repeat(40) as Sha;
let folder: string;
let database: Database;
let schemas = 0;

beforeAll(async () => {
  // The same tests on a PostgreSQL server: PLUSTWO_TEST_DATABASE_URL=postgresql://… (schemas store_N are made in it).
  const url = process.env["PLUSTWO_TEST_DATABASE_URL"];
  folder = await mkdtemp(join(tmpdir(), "plustwo-store-"));
  if (url === undefined) {
    database = await embeddedDatabase(folder);
    return;
  }
  const opened = await openDatabase({ kind: "postgresql", url });
  if (!opened.ok) throw new Error(describeDatabaseProblem(opened.problem));
  database = opened.value;
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const freshStore = (): Promise<Store> => openStore(database, `store_${(schemas += 1)}`);

const item = (id: string, change: number): Item => ({
  id: itemId(id),
  members: [{ change, head: sha("a") }],
  seal: { at, message: `Merge change ${change}` },
  priority: 0,
  areas: ["*"],
  after: [],
  rebuilt: 0,
});

const build = (id: string, stack: string[]): Build => ({
  id: buildId(id),
  stack: stack.map(itemId),
  onto: sha("0"),
  commits: [sha("c")],
  jobs: [{ job: jobName("unit"), state: "queued", attempt: 1 }],
  askedAt: at,
  state: { kind: "open" },
});

const delivery = (id: string, ...repositories: string[]) => ({
  id,
  event: "push",
  repositories,
  sha256: "0".repeat(64),
  payload: "{}",
});

it("opens the same schema twice without harm and refuses a name that is no word", async () => {
  await openStore(database, "twice");
  const store = await openStore(database, "twice");
  expect(await watched(store)).toEqual([]);
  await expect(openStore(database, 'x"; drop')).rejects.toThrow("lower-case word");
});

it("keeps a delivery of the same id once", async () => {
  const store = await freshStore();
  expect(await storeDelivery(store, delivery("one", "acme/api"), at)).toBe(true);
  expect(await storeDelivery(store, delivery("one", "acme/api"), later)).toBe(false);
  expect(await openDeliveries(store)).toBe(1);
});

it("turns deliveries into one wake each repository and forgets their payloads", async () => {
  const store = await freshStore();
  await storeDelivery(store, delivery("one", "Acme/api"), at);
  await storeDelivery(store, delivery("two", "acme/API", "acme/web"), at);
  expect(await drainDeliveries(store, later)).toBe(2);
  expect(await openDeliveries(store)).toBe(0);
  expect((await watched(store)).map((row) => [row.fullName, row.wakeAt])).toEqual([
    ["acme/api", later],
    ["acme/web", later],
  ]);
  const rows = await store.db.selectFrom("delivery").select("payload").execute();
  expect(rows).toEqual([{ payload: null }, { payload: null }]);
});

it("a wake that comes during a tick is not cleared by its end", async () => {
  const store = await freshStore();
  await wake(store, "acme/api", at);
  const seen = (await watched(store))[0]!;
  await wake(store, "acme/api", later);
  await endTick(store, {
    fullName: seen.fullName,
    seen: seen.wakeSeq,
    wakeAt: undefined,
    failures: 0,
    problem: undefined,
  });
  const after = (await watched(store))[0]!;
  expect(after.wakeAt).toBe(at);
  await endTick(store, {
    fullName: after.fullName,
    seen: after.wakeSeq,
    wakeAt: undefined,
    failures: 0,
    problem: undefined,
  });
  expect((await watched(store))[0]!.wakeAt).toBeUndefined();
});

it("a lease has one holder; after it ran out the next holder's fence is higher and the first cannot renew", async () => {
  const store = await freshStore();
  const first = await takeLease(store, { name: "acme/api", holder: "one", ms: 500 }, at);
  expect(first?.fence).toBe(1);
  expect(await takeLease(store, { name: "acme/api", holder: "two", ms: 500 }, at)).toBeUndefined();
  const second = await takeLease(store, { name: "acme/api", holder: "two", ms: 500 }, later);
  expect(second?.fence).toBe(2);
  expect(await renewLease(store, first!, instant(later + 500))).toBe(false);
  expect(await renewLease(store, second!, instant(later + 500))).toBe(true);
  await giveLease(store, second!, later);
  expect((await takeLease(store, { name: "acme/api", holder: "one", ms: 500 }, later))?.fence).toBe(3);
});

it("the first record of a patch set stands", async () => {
  const store = await freshStore();
  const first: PatchSet = {
    n: 1,
    sha: sha("a"),
    parent: sha("0"),
    tree: sha("1"),
    kind: "REWORK",
    authors: [],
    committers: [],
    coauthors: [],
    at,
  };
  await recordPatchSet(store, repository, { change: 3, target: main, patchSet: first, source: "seen" }, at);
  await recordPatchSet(
    store,
    repository,
    { change: 3, target: main, patchSet: { ...first, sha: sha("b") }, source: "seen" },
    later,
  );
  expect(await patchSetsOf(store, repository, 3)).toEqual([{ change: 3, target: "main", patchSet: first }]);
  expect(await patchSetsOf(store, repository, 4)).toEqual([]);
});

it("a vote is one row by review and label, and its state moves on", async () => {
  const store = await freshStore();
  const veto: Vote = {
    user: { id: userId(1), login: "alice", type: "User" },
    label: "Code-Review",
    value: -2,
    patchSet: 1,
    sha: sha("a"),
    at,
    source: { kind: "review", id: "R1" },
    state: "current",
  };
  await recordVotes(store, { repository, change: 3 }, [veto, { ...veto, label: "Workflow", value: -1 }], at);
  await recordVotes(store, { repository, change: 3 }, [{ ...veto, state: "dismissed" }], later);
  expect((await votesOf(store, repository, 3)).map((vote) => [vote.label, vote.value, vote.state])).toEqual([
    ["Code-Review", -2, "dismissed"],
    ["Workflow", -1, "current"],
  ]);
});

it("items keep their order; an ended one tells what landed or which head was refused, until a recheck", async () => {
  const store = await freshStore();
  await saveItem(store, repository, { target: main, item: item("i1", 1) }, at);
  await saveItem(store, repository, { target: main, item: item("i2", 2) }, at);
  await saveItem(store, repository, { target: main, item: item("i1", 1) }, later);
  expect((await openItems(store, repository)).map(({ item: { id } }) => id)).toEqual(["i1", "i2"]);
  await endItem(store, { repository, item: itemId("i1") }, { because: "landed", why: "", landed: sha("c") }, later);
  await endItem(store, { repository, item: itemId("i2") }, { because: "own-fault", why: "unit failed" }, later);
  expect(await openItems(store, repository)).toEqual([]);
  expect(await landedOn(store, repository, main)).toEqual([{ item: "i1", change: 1, sha: sha("c") }]);
  expect(await refusedOn(store, repository, main)).toEqual([
    { change: 2, head: sha("a"), because: "own-fault", why: "unit failed" },
  ]);
  await liftRefusals(store, repository, 2, later);
  expect(await refusedOn(store, repository, main)).toEqual([]);
  await saveItem(store, repository, { target: main, item: item("i2", 2) }, later);
  expect((await openItems(store, repository)).map(({ item: { id } }) => id)).toEqual(["i2"]);
});

it("a build is given with the items that are still in the queue, as it was last saved", async () => {
  const store = await freshStore();
  await saveBuild(store, repository, { target: main, build: build("b1", ["i1"]) });
  await saveBuild(store, repository, { target: main, build: { ...build("b1", ["i1"]), state: { kind: "passed" } } });
  await saveBuild(store, repository, { target: main, build: build("b2", ["gone"]) });
  const found = await buildsOf(store, repository, [itemId("i1")]);
  expect(found.map(({ build: { id, state } }) => [id, state.kind])).toEqual([["b1", "passed"]]);
});

it("an effect that was begun and never ended is found again", async () => {
  const store = await freshStore();
  await beginEffect(store, { repository, key: "land b1", action: "{}", fence: 1 }, at);
  await beginEffect(store, { repository, key: "build b2", action: "{}", fence: 1 }, at);
  await endEffect(store, { repository, key: "build b2" }, { state: "done" }, later);
  expect((await openEffects(store, repository)).map(({ key }) => key)).toEqual(["land b1"]);
});

it("a slot holds the digest last written", async () => {
  const store = await freshStore();
  await markPublished(store, { repository, slot: "check 3", digest: "one" }, at);
  await markPublished(store, { repository, slot: "check 3", digest: "two" }, later);
  expect(await publishedDigests(store, repository)).toEqual({ "check 3": "two" });
});

it("a second opener of the same directory is turned away with a sentence, and let in when the first is gone", async () => {
  const directory = await mkdtemp(join(tmpdir(), "plustwo-store-"));
  try {
    await copyDatabase(directory);
    const first = await openDatabase({ kind: "directory", path: directory });
    if (!first.ok) throw new Error(describeDatabaseProblem(first.problem));
    const store = await openStore(first.value);
    await wake(store, "acme/api", at);
    const second = await openDatabase({ kind: "directory", path: directory });
    expect(second.ok ? "" : describeDatabaseProblem(second.problem)).toContain("another plustwo process is using it");
    await first.value.close();
    const third = await openDatabase({ kind: "directory", path: directory });
    if (!third.ok) throw new Error(describeDatabaseProblem(third.problem));
    expect((await watched(await openStore(third.value))).map((row) => row.fullName)).toEqual(["acme/api"]);
    await third.value.close();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
