// `git review -s` makes a plain clone one that sends to Gerrit: remote, hook, and a look at the server.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openYard, type Seat, type Yard } from "./seat.ts";

let yard: Yard;

beforeAll(async () => {
  yard = await openYard("setup");
});

afterAll(() => yard.close());

describe.each(["http", "ssh"] as const)("over %s", (transport) => {
  let carol: Seat;

  beforeAll(async () => {
    carol = await yard.seat("carol", transport);
  });

  it("a clone that knows Gerrit only by .gitreview gets the remote and our hook, and can send", async () => {
    await carol.git("remote", "rename", "gerrit", "origin");
    await carol.git("config", "--remove-section", "gitreview");
    await carol.git("config", "gitreview.username", carol.name);
    const { gerrit, project } = yard;
    const port = transport === "ssh" ? gerrit.sshPort : new URL(gerrit.url).port;
    const file = `[gerrit]\nhost=127.0.0.1\nport=${port}\nproject=${project}\ndefaultbranch=main\nscheme=${transport}\n`;
    await carol.git("switch", "-q", "-c", "topic");
    await carol.commits("Add .gitreview", { ".gitreview": file });
    const early = await carol.review();
    expect(early.code).toBe(1);
    expect(early.err).toContain('this clone has no remote "gerrit"');
    expect(early.err).toContain("Hint: run `git review -s` once");
    const done = await carol.review("-s");
    expect(done.code, done.err).toBe(0);
    expect(done.out).toContain("commit-msg installed as .git/hooks/commit-msg");
    expect(await carol.git("remote", "get-url", "gerrit")).toBe(
      `${transport}://${carol.name}@127.0.0.1:${port}/${project}`,
    );
    expect(await carol.git("rev-parse", "gerrit/main")).toBe(await carol.git("rev-parse", "origin/main"));
    expect(readFileSync(join(carol.dir, ".git/hooks/commit-msg"), "utf8")).toContain("plustwo");
    await carol.git("commit", "-q", "--amend", "--no-edit");
    expect(await carol.git("log", "-1", "--format=%B")).toMatch(/^Change-Id: I[0-9a-f]{40}$/m);
    const sent = await carol.review();
    expect(sent.out).toContain(`Add .gitreview  new`);
  });

  it("again, nothing is done twice", async () => {
    const config = await carol.git("config", "--list");
    const again = await carol.review("-s");
    expect(again.out).toContain("commit-msg is in place");
    expect(await carol.git("config", "--list")).toBe(config);
  });

  it("--remote-hook keeps a hook that is there, and with -u takes the server's own", async () => {
    const file = join(carol.dir, ".git/hooks/commit-msg");
    expect((await carol.review("-s", "--remote-hook")).out).toContain("is there already and was kept");
    expect((await carol.review("-s", "--remote-hook", "-u")).out).toContain("the server's commit-msg installed");
    expect(readFileSync(file, "utf8")).toContain("From Gerrit Code Review");
    expect(statSync(file).mode & 0o111).not.toBe(0);
    await carol.git("switch", "-q", "-c", "by-the-server");
    await carol.commits("By the server's hook", { [`hook-${transport}`]: "1\n" });
    expect(await carol.git("log", "-1", "--format=%B")).toMatch(/^Change-Id: I[0-9a-f]{40}$/m);
    const sent = await carol.review();
    expect(sent).toMatchObject({ code: 0, err: "" });
  });

  it("an address that does not answer adds no remote", async () => {
    const lost = await yard.seat("lost", transport);
    await lost.git("remote", "remove", "gerrit");
    await lost.git("config", "gitreview.port", "1");
    const failed = await lost.review("-s");
    expect(failed.code).toBe(40);
    expect(failed.err).toMatch(/^Cannot reach /m);
    expect(await lost.git("remote")).toBe("");
  });
});

it("somebody the server does not know is told so, over http and over ssh", async () => {
  const stranger = await yard.seat("erin", "http");
  stranger.env["NETRC"] = "/dev/null";
  await stranger.git("config", "credential.helper", "!f() { echo username=erin; echo password=wrong; }; f");
  const refused = await stranger.review("-l");
  expect(refused.code).toBe(41);
  expect(refused.err).toContain("does not know you");
  expect(refused.err).toContain("make an HTTP password on your settings page");
  const keyless = await yard.seat("erin", "ssh");
  await keyless.git("config", "gitreview.username", "nobody");
  await keyless.git("remote", "set-url", "gerrit", keyless.url.replace(keyless.name, "nobody"));
  const closed = await keyless.review("-l");
  expect(closed.code).toBe(41);
  expect(closed.err).toContain("add your public ssh key");
});

it("no password of a remote's URL is ever shown", async () => {
  const frank = await yard.seat("frank", "http");
  const { password } = frank.parts.person;
  await frank.git("remote", "set-url", "gerrit", frank.url.replace("://", `://${frank.name}:${password}@`));
  await frank.starts("shown");
  await frank.commits("Shown", { shown: "1\n" });
  const told = [
    await frank.review("-s"),
    await frank.review("-n"),
    await frank.review("-v"),
    await frank.review("-l", "--json"),
  ];
  expect(told.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(JSON.stringify(told)).not.toContain(password);
});

it("with a push URL of its own, origin stays where it is fetched from and takes changes all the same", async () => {
  const grace = await yard.seat("grace", "ssh");
  const mirror = join(grace.parts.home, "mirror.git");
  await grace.gitIn(grace.parts.home, "clone", "-q", "--bare", grace.url, mirror);
  await grace.git("remote", "rename", "gerrit", "origin");
  await grace.git("remote", "set-url", "origin", mirror);
  await grace.git("config", "gitreview.usepushurl", "1");
  const done = await grace.review("-s");
  expect(done.code, done.err).toBe(0);
  expect(await grace.git("remote", "get-url", "--push", "origin")).toBe(grace.url);
  expect(await grace.git("remote", "get-url", "origin")).toBe(mirror);
  await grace.git("switch", "-q", "-c", "pushed");
  await grace.commits("Pushed", { pushed: "1\n" });
  const sent = await grace.review();
  expect(sent.code, sent.err).toBe(0);
  expect((await yard.changes()).at(-1)).toMatchObject({ subject: "Pushed" });
});
