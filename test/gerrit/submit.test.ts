// `git review` sends to a live Gerrit what git-review sends, over http and over ssh.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { mustRun } from "../support/shell.ts";
import { published } from "../support/published.ts";
import { act, lands, openYard, type Seat, type Yard } from "./seat.ts";

interface Upload {
  readonly changes: readonly { readonly action: string; readonly number: number; readonly changeId: string }[];
}

let yard: Yard;

beforeAll(async () => {
  yard = await openYard("submit", ["main", "stable", "locked"]);
});

afterAll(() => yard.close());

async function newest() {
  const changes = await yard.changes();
  const change = changes.at(-1);
  if (change === undefined) throw new Error("There is no change");
  return change;
}

describe.each(["http", "ssh"] as const)("over %s", (transport) => {
  let carol: Seat;

  beforeAll(async () => {
    carol = await yard.seat("carol", transport);
  });

  it("a commit becomes a change, and an amended one its next patch set", async () => {
    await carol.starts(`parser-${transport}`);
    await carol.commits(`Add parser (${transport})`, { [`parser-${transport}`]: "1\n" });
    const first = await carol.review();
    expect(first.code, first.err).toBe(0);
    const change = await newest();
    expect(change).toMatchObject({ subject: `Add parser (${transport})`, status: "NEW", branch: "main" });
    expect(change.current_revision).toBe(await carol.git("rev-parse", "HEAD"));
    expect(first.out).toContain(
      `${change._number}  Add parser (${transport})  new  ${yard.gerrit.url}/c/${yard.project}/+/${change._number}`,
    );
    await carol.amends({ [`parser-${transport}`]: "2\n" });
    const second = await carol.review();
    expect(second.out).toContain("new patch set");
    const updated = await newest();
    expect(updated._number).toBe(change._number);
    expect(Object.values(updated.revisions).map(({ _number }) => _number)).toHaveLength(2);
  });

  it("sent again without a change it is nothing new, and that is no failure", async () => {
    const again = await carol.review("-t", "late");
    expect(again).toMatchObject({ code: 0 });
    expect(again.out).toBe(
      "Nothing new: the server has all of this already; topic=late would count only with a new patch set, so amend first\n",
    );
  });

  it("a stack of three goes up in one push; after an amend of its top the others are unchanged", async () => {
    await carol.starts(`stack-${transport}`);
    for (const n of [1, 2, 3]) await carol.commits(`Step ${n} (${transport})`, { [`step-${transport}-${n}`]: "1\n" });
    const { changes } = published<Upload>("gerrit-upload", (await carol.review("--json")).out);
    expect(changes.map(({ action }) => action)).toEqual(["new", "new", "new"]);
    await carol.amends({ [`step-${transport}-3`]: "2\n" });
    const planned = published<Upload>("gerrit-upload", (await carol.review("-n", "--json")).out);
    expect(planned.changes.map(({ changeId }) => changeId)).toEqual(changes.map(({ changeId }) => changeId));
    const again = published<Upload>("gerrit-upload", (await carol.review("--json")).out);
    expect(again.changes.map(({ action, changeId }) => [action, changeId])).toEqual([
      ["unchanged", changes[0]?.changeId],
      ["unchanged", changes[1]?.changeId],
      ["updated", changes[2]?.changeId],
    ]);
  });

  it("topic, hashtags, reviewers, cc, work in progress, private, notify and a message reach the change", async () => {
    const dave = await yard.seat("dave", transport);
    await carol.starts(`all-${transport}`);
    await carol.commits(`Everything (${transport})`, { [`all-${transport}`]: "1\n" });
    const sent = await carol.review(
      ...["-t", `topic-${transport}`, "--hashtags", "one", "two", "--reviewers", dave.name],
      ...["--cc", "admin", "-w", "-p", "--notify", "NONE", "--message", "100% of it_all, ~done: ünïcode"],
    );
    expect(sent.code, sent.err).toBe(0);
    expect(sent.out).toContain("new, work in progress, private");
    const change = await newest();
    expect([...(change.hashtags ?? [])].sort()).toEqual(["one", "two"]);
    expect(change).toMatchObject({
      topic: `topic-${transport}`,
      work_in_progress: true,
      is_private: true,
    });
    expect(change.reviewers["REVIEWER"]?.map(({ username }) => username)).toContain(dave.name);
    expect(change.reviewers["CC"]?.map(({ username }) => username)).toContain("admin");
    expect(change.revisions[change.current_revision]?.description).toBe("100% of it_all, ~done: ünïcode");
    await carol.amends({ [`all-${transport}`]: "2\n" });
    expect(await carol.review("-W", "-P")).toMatchObject({ code: 0 });
    const ready = await newest();
    expect([ready.work_in_progress, ready.is_private]).toEqual([undefined, undefined]);
  });

  it("a branch on the command line is the target, and the same Change-Id there is another change", async () => {
    await carol.git("fetch", "-q", "gerrit");
    await carol.git("switch", "-q", "--no-track", "-c", `port-${transport}`, "gerrit/stable");
    await carol.commits(`Port (${transport})`, { [`port-${transport}`]: "1\n" });
    expect(await carol.review("stable")).toMatchObject({ code: 0 });
    const [stable] = (await yard.changes()).slice(-1);
    expect(stable).toMatchObject({ branch: "stable", subject: `Port (${transport})` });
    const port = await carol.git("rev-parse", "HEAD");
    await carol.starts(`ported-${transport}`);
    await carol.git("cherry-pick", port);
    // Within one second, on the same parent, it would be the very same commit, which Gerrit takes for one branch alone.
    await carol.git("commit", "-q", "--amend", "--no-edit", "--date=2001-01-01T00:00:00Z");
    expect(await carol.review()).toMatchObject({ code: 0 });
    // Gerrit's index may know of it a moment later.
    await vi.waitFor(async () => {
      const both = (await yard.changes()).filter(({ change_id }) => change_id === stable?.change_id);
      expect(both.map(({ branch }) => branch).sort()).toEqual(["main", "stable"]);
    }, 10_000);
  });

  it("a commit without a Change-Id is given one in memory, and the files stay as they are", async () => {
    await carol.starts(`given-${transport}`);
    const before = await carol.commits(`Given (${transport})`, { [`given-${transport}`]: "1\n" });
    carol.writes({ [`given-${transport}`]: "edited, not committed\n" });
    const sent = await carol.review();
    expect(sent.err).toMatch(
      /^Gave [0-9a-f]{7} "Given \(\w+\)" a Change-Id: it is [0-9a-f]{7} now, your files are untouched$/m,
    );
    expect(await carol.git("rev-parse", "HEAD^{tree}")).toBe(await carol.git("rev-parse", `${before}^{tree}`));
    expect(await carol.git("log", "-1", "--format=%B")).toMatch(/^Change-Id: I[0-9a-f]{40}$/m);
    expect(carol.reads(`given-${transport}`)).toBe("edited, not committed\n");
    await carol.git("checkout", "-q", "--", ".");
  });

  it("a dry run shows the push and changes nothing here or there", async () => {
    await carol.starts(`dry-${transport}`);
    await carol.commits(`Dry (${transport})`, { [`dry-${transport}`]: "1\n" });
    const [here, there] = [await carol.state(), (await yard.changes()).length];
    const said = await carol.review("-n", "-t", "dry", "--no-thin");
    expect(said.code).toBe(0);
    expect(said.out).toContain("git push --no-follow-tags --no-thin gerrit HEAD:refs/for/main%topic=dry\n");
    expect(await carol.state()).toBe(here);
    expect(await yard.changes()).toHaveLength(there);
  });

  it("a dry run after a fetch asks nobody; with -u it asks the server where the target is now", async () => {
    await carol.git("remote", "set-url", "gerrit", "http://127.0.0.1:1/gone");
    expect(await carol.review("-n")).toMatchObject({ code: 0 });
    expect(await carol.review("-n", "-u")).toMatchObject({ code: 40 });
    await carol.git("remote", "set-url", "gerrit", carol.url);
    const before = await carol.git("rev-parse", "gerrit/main");
    await lands(yard, { [`moved-${transport}`]: "1\n" });
    const { targetTip } = published<{ targetTip: string }>(
      "gerrit-upload",
      (await carol.review("-n", "-u", "--json")).out,
    );
    expect(targetTip).not.toBe(before);
    expect(await carol.git("rev-parse", "gerrit/main")).toBe(before);
  });

  it("a merge and what it merges go up as they are, each a change; one without a Change-Id is not rewritten", async () => {
    await carol.starts(`side-${transport}`);
    const id = (n: number): string =>
      `I${createHash("sha1").update(`${n} ${transport} ${yard.project}`).digest("hex")}`;
    await carol.commits(`Side (${transport})\n\nChange-Id: ${id(1)}`, { [`side-${transport}`]: "1\n" });
    await lands(yard, { [`aside-${transport}`]: "1\n" });
    await carol.starts(`merge-${transport}`);
    await carol.git("merge", "-q", "--no-ff", "-m", `Merge the side (${transport})`, `side-${transport}`);
    const refused = await carol.review();
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`"Merge the side (${transport})" has no Change-Id`);
    await carol.git("commit", "-q", "--amend", "-m", `Merge the side (${transport})\n\nChange-Id: ${id(2)}`);
    const { changes } = published<Upload>("gerrit-upload", (await carol.review("--json")).out);
    expect(changes.map(({ action, changeId }) => [action, changeId])).toEqual([
      ["new", id(1)],
      ["new", id(2)],
    ]);
  });

  it("an id that Jujutsu keeps in a header is the change's, and the commit here stays as it is", async () => {
    await carol.starts(`jj-${transport}`);
    await carol.commits(`From jj (${transport})`, { [`jj-${transport}`]: "1\n" });
    const letters = [
      ...createHash("sha1")
        .update(transport + yard.project)
        .digest("hex")
        .slice(0, 32),
    ];
    const header = letters.map((digit) => String.fromCharCode(122 - Number.parseInt(digit, 16))).join("");
    const raw = (await carol.git("cat-file", "commit", "HEAD")).replace("\n\n", `\nchange-id ${header}\n\n`);
    const written = await mustRun("git", ["hash-object", "-t", "commit", "-w", "--stdin"], {
      cwd: carol.dir,
      env: carol.env,
      input: `${raw}\n`,
    });
    await carol.git("reset", "-q", "--hard", written.stdout.trim());
    expect(await carol.review()).toMatchObject({ code: 0, err: "" });
    expect(await carol.git("rev-parse", "HEAD")).toBe(written.stdout.trim());
    expect((await newest()).change_id).toBe(`I${letters.join("")}6a6a6964`);
    expect((await carol.review()).out).toContain("Nothing new");
  });

  it("commits that conflict with the target are not sent, the work tree is not touched, and -R sends them", async () => {
    const file = `clash-${transport}`;
    await carol.starts(`clash-${transport}`);
    await carol.commits(`Clash (${transport})`, { [file]: "mine\n" });
    await lands(yard, { [file]: "theirs\n" });
    const index = await carol.git("ls-files", "--stage");
    const refused = await carol.review();
    expect(refused.code).toBe(69);
    expect(refused.err).toContain(`it conflicts with gerrit/main in ${file}`);
    expect(await carol.git("ls-files", "--stage")).toBe(index);
    expect(await carol.git("status", "--porcelain")).toBe("");
    expect(await carol.review("-R")).toMatchObject({ code: 0 });
    await act(yard, (await newest())._number, "abandon");
  });

  it("-F puts the commits onto the target first, with the files", async () => {
    await carol.starts(`forced-${transport}`);
    await carol.commits(`Forced (${transport})`, { [`forced-${transport}`]: "1\n" });
    await lands(yard, { [`landed-${transport}`]: "1\n" });
    const sent = await carol.review("-F");
    expect(sent.code, sent.err).toBe(0);
    expect(await carol.git("rev-parse", "HEAD^")).toBe(await carol.git("rev-parse", "gerrit/main"));
    expect(carol.reads(`landed-${transport}`)).toBe("1\n");
    expect((await newest()).current_revision).toBe(await carol.git("rev-parse", "HEAD"));
  });

  it("-i makes a new change of the newest commit, and -f goes back to the target without the topic branch", async () => {
    const [before] = (await yard.changes()).slice(-1);
    expect(await carol.review("-i", "-f")).toMatchObject({ code: 0 });
    const after = await newest();
    expect(after.change_id).not.toBe(before?.change_id);
    expect(await carol.git("branch", "--show-current")).toBe("main");
    expect(await carol.git("branch", "--list", `forced-${transport}`)).toBe("");
  });
});

describe("what the server refuses is a sentence with what to do next", () => {
  let erin: Seat;

  beforeAll(async () => {
    erin = await yard.seat("erin", "ssh");
  });

  it("a closed change", async () => {
    await erin.starts("closed");
    await erin.commits("Closed", { closed: "1\n" });
    await erin.review();
    const { _number } = await newest();
    await act(yard, _number, "abandon");
    await erin.amends({ closed: "2\n" });
    const refused = await erin.review();
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`/+/${_number} is closed, and a closed change takes no new patch set`);
    expect(refused.err).toContain("`git review -i`");
  });

  it("a branch that nobody may send to", async () => {
    await erin.starts("locked");
    await erin.commits("Locked", { locked: "1\n" });
    const refused = await erin.review("locked");
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/you may not: .*prohibited by Gerrit/);
  });

  it("somebody unknown as reviewer", async () => {
    await erin.starts("unknown");
    await erin.commits("Unknown", { unknown: "1\n" });
    const refused = await erin.review("--reviewers", "nobody-at-all");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("somebody named as reviewer or cc is not known there");
  });

  it("a branch that is not there", async () => {
    const refused = await erin.review("no-such-branch");
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`${yard.project} on 127.0.0.1 has no such branch`);
  });

  it("an email that is not the sender's", async () => {
    await erin.starts("stranger");
    await erin.git("config", "user.email", "stranger@example.net");
    await erin.commits("Stranger", { stranger: "1\n" });
    await erin.git("config", "--unset", "user.email");
    const refused = await erin.review();
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("the commit's email is not yours on the server");
  });

  it("nothing above the target, and two commits with one Change-Id, never reach it", async () => {
    await erin.starts("nothing");
    expect(await erin.review()).toMatchObject({ code: 1 });
    const id = `I${"0123456789".repeat(4)}`;
    await erin.commits(`One\n\nChange-Id: ${id}`, { one: "1\n" });
    await erin.commits(`Two\n\nChange-Id: ${id}`, { two: "1\n" });
    const refused = await erin.review();
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`they have the same Change-Id ${id}`);
  });

  it("a word with a comma or a space in it is refused before anything is asked", async () => {
    expect(await erin.review("--reviewers", "a,b")).toMatchObject({ code: 3 });
    expect(await erin.review("--hashtags", "a b")).toMatchObject({ code: 3 });
    expect(await erin.review("-t", "what?")).toMatchObject({ code: 3 });
  });
});
