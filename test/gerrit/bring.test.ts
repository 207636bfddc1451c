// What `git review` brings here from a live Gerrit: lists, downloads, cherry-picks, comparisons, over http and over ssh.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { published } from "../support/published.ts";
import { lands, openYard, type Seat, type Yard } from "./seat.ts";
import { type ServerChange } from "./live/people.ts";

let yard: Yard;
let author: Seat;
let change: ServerChange;

beforeAll(async () => {
  yard = await openYard("bring", ["main", "stable"]);
  author = await yard.seat("carol", "ssh");
  await author.starts("parser");
  await author.commits("Add parser", { parser: "one\ntwo\nthree\n" });
  await author.review("-t", "grammar");
  await author.amends({ parser: "one\n2\nthree\n" });
  await author.review();
  await lands(yard, { unrelated: "1\n" });
  await author.git("fetch", "-q");
  await author.git("rebase", "-q", "gerrit/main");
  await author.amends({ parser: "one\n2\n3\n" });
  await author.review();
  const [first] = await yard.changes();
  if (first === undefined) throw new Error("There is no change");
  change = first;
}, 120_000);

afterAll(() => yard.close());

const commitOf = (patchSet: number): string =>
  Object.entries(change.revisions).find(([, { _number }]) => _number === patchSet)?.[0] ?? "";

describe.each(["http", "ssh"] as const)("over %s", (transport) => {
  let dave: Seat;

  beforeAll(async () => {
    dave = await yard.seat("dave", transport);
  });

  it("-l lists the open changes, -ll their topics, and with a branch those of that branch alone", async () => {
    const short = await dave.review("-l");
    // Columns are as wide as what others have sent meanwhile.
    const narrow = (text: string): string => text.replaceAll(/ +/g, " ");
    expect(narrow(short.out)).toContain(`${change._number} main ${author.name} Add parser\n`);
    const long = narrow((await dave.review("-ll")).out);
    expect(long).toContain(`${change._number} main grammar ${author.name} Add parser\n`);
    expect((await dave.review("-l", "stable")).out).toBe("No open changes\n");
    const { changes } = published<{ changes: readonly unknown[] }>(
      "gerrit-list",
      (await dave.review("-l", "--json")).out,
    );
    expect(changes).toContainEqual(
      expect.objectContaining({ number: change._number, changeId: change.change_id, topic: "grammar" }),
    );
  });

  it("-d makes the branch, which follows the target, and comes back to it", async () => {
    const branch = `review/carol_${author.name.split("-")[1]}/grammar`;
    const first = await dave.review("-d", String(change._number));
    expect(first.out).toBe(`${change._number},3  Add parser  is on the new branch ${branch}\n`);
    expect(await dave.git("rev-parse", "HEAD")).toBe(change.current_revision);
    expect(await dave.git("rev-parse", "--abbrev-ref", "@{upstream}")).toBe("gerrit/main");
    expect((await dave.review("-d", String(change._number))).out).toContain("was already on the branch");
    await dave.git(
      "fetch",
      "-q",
      "gerrit",
      Object.values(change.revisions).find((one) => one._number === 1)?.ref ?? "",
    );
    await dave.git("reset", "-q", "--hard", commitOf(1));
    expect((await dave.review("-d", String(change._number))).out).toContain("is on the branch");
    expect(await dave.git("rev-parse", "HEAD")).toBe(change.current_revision);
  });

  it("every way to name a change brings it, or a patch set of it", async () => {
    const { url } = yard.gerrit;
    const n = change._number;
    const page = `${url}/c/${yard.project}/+/${n}`;
    const newest = [String(n), change.change_id, `${url}/${n}`, `${url}/${n}/`, `${url}/#/c/${n}`, page, `${page}/`];
    for (const name of newest) {
      await dave.git("switch", "-q", "--detach", "gerrit/main");
      expect(await dave.review("-d", name), name).toMatchObject({ code: 0 });
      expect(await dave.git("rev-parse", "HEAD"), name).toBe(commitOf(3));
    }
    for (const name of [`${n},2`, `${change.change_id},2`, `${url}/${n}/2`, `${url}/#/c/${n}/2`, `${page}/2`]) {
      await dave.git("switch", "-q", "--detach", "gerrit/main");
      expect((await dave.review("-d", name)).out, name).toContain("grammar-patch2");
      expect(await dave.git("rev-parse", "HEAD"), name).toBe(commitOf(2));
    }
  });

  it("a branch in the way, with a commit that the server never had, is left alone", async () => {
    await dave.git("switch", "-q", "--detach", "gerrit/main");
    await dave.git("switch", "-q", `review/carol_${author.name.split("-")[1]}/grammar`);
    const own = await dave.commits("My own words", { own: "1\n" });
    const refused = await dave.review("-d", `${change._number}`);
    expect(refused.code).toBe(65);
    expect(await dave.git("rev-parse", "HEAD")).toBe(own);
    await dave.git("reset", "-q", "--hard", "HEAD^");
  });

  it("what is downloaded, amended and sent is the next patch set of the same change, whoever made it", async () => {
    await author.starts(`shared-${transport}`);
    await author.commits(`Shared (${transport})`, { [`shared-${transport}`]: "1\n" });
    await author.review();
    const [shared] = (await yard.changes()).slice(-1);
    await dave.review("-d", String(shared?._number));
    await dave.amends({ [`shared-${transport}`]: "2\n" });
    expect((await dave.review()).out).toContain("new patch set");
    const [after] = (await yard.changes()).slice(-1);
    expect([after?._number, Object.keys(after?.revisions ?? {}).length]).toEqual([shared?._number, 2]);
  });

  it("-x commits it here, -X also says from where, -N only changes the files", async () => {
    await dave.git("fetch", "-q");
    for (const [letter, subject, origin] of [
      ["-x", "Add parser", false],
      ["-X", "Add parser", true],
    ] as const) {
      await dave.git("switch", "-q", "--detach", "gerrit/stable");
      expect(await dave.review(letter, String(change._number)), letter).toMatchObject({ code: 0 });
      expect(await dave.git("log", "-1", "--format=%s"), letter).toBe(subject);
      const message = await dave.git("log", "-1", "--format=%B");
      expect(message.includes(`(cherry picked from commit ${commitOf(3)})`), letter).toBe(origin);
    }
    await dave.git("switch", "-q", "--detach", "gerrit/stable");
    const before = await dave.git("rev-parse", "HEAD");
    expect(await dave.review("-N", `${change._number},1`)).toMatchObject({ code: 0 });
    expect(await dave.git("rev-parse", "HEAD")).toBe(before);
    expect(dave.reads("parser")).toBe("one\ntwo\nthree\n");
    await dave.git("reset", "-q", "--hard");
  });

  it("a cherry-pick that conflicts is left to be resolved, with code 69", async () => {
    await dave.git("switch", "-q", "--detach", "gerrit/stable");
    await dave.commits("Other parser", { parser: "other\n" });
    const stuck = await dave.review("-x", String(change._number));
    expect(stuck.code).toBe(69);
    expect(stuck.err).toContain("git cherry-pick --abort");
    await dave.git("cherry-pick", "--abort");
  });

  it("-m shows what changed between patch sets and nothing of the rebase; -R shows that too", async () => {
    const state = await dave.state();
    const shown = await dave.review("-m", `${change._number},2-3`);
    expect(shown.code).toBe(0);
    expect(shown.out).toContain("-three\n+3\n");
    expect(shown.out).not.toContain("unrelated");
    expect((await dave.review("-m", `${change._number},2`)).out).toBe(shown.out);
    expect((await dave.review("-m", `${change._number},2-3`, "-R")).out).toContain("unrelated");
    expect(await dave.state()).toBe(state);
  });

  it("a private change comes to the one who may see it, and to nobody else", async () => {
    await author.starts(`secret-${transport}`);
    await author.commits(`Secret (${transport})`, { [`secret-${transport}`]: "1\n" });
    const sent = await author.review("-p", "--reviewers", dave.name, "--json");
    const { changes } = JSON.parse(sent.out) as { changes: readonly { number: number }[] };
    const secret = String(changes[0]?.number);
    expect(await dave.review("-d", secret)).toMatchObject({ code: 0 });
    expect((await dave.review("-l")).out).toContain(`Secret (${transport}) (private)`);
    const mallory = await yard.seat("mallory", transport);
    const refused = await mallory.review("-d", secret);
    expect(refused.code).toBe(36);
    expect(refused.err).toContain("127.0.0.1");
  });

  it("what is not there, and what is no change, is said", async () => {
    expect(await dave.review("-d", "999999")).toMatchObject({ code: 36 });
    const few = await dave.review("-d", `${change._number},9`);
    expect(few.code).toBe(38);
    expect(few.err).toContain("it has 1, 2, 3");
    expect(await dave.review("-d", "parser")).toMatchObject({ code: 3 });
    expect(await dave.review("-m", String(change._number))).toMatchObject({ code: 39 });
    expect((await dave.review("-d", "https://review.example.org/7")).err).toContain("this clone sends to 127.0.0.1");
  });
});
