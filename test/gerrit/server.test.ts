// The ground everything else in this folder stands on: a Gerrit that answers over http and over ssh.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../support/shell.ts";
import { environment } from "./live/jars.ts";
import { changesOf, liveGerrit, makePerson, makeProject, rest, type Person } from "./live/people.ts";

const gerrit = liveGerrit();
let folder = "";
let judy: Person;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plustwo-live-"));
  judy = await makePerson(gerrit, "judy", join(folder, "judy"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it("a person signs in with a password over http and with a key over ssh", async () => {
  const self = await fetch(`${gerrit.url}/a/accounts/self`, {
    headers: { authorization: `Basic ${Buffer.from(`judy:${judy.password}`).toString("base64")}` },
  });
  expect(JSON.parse((await self.text()).slice(4))).toMatchObject({ username: "judy", email: "judy@example.org" });
  const options = ["-i", judy.key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
  const ssh = await run("ssh", ["-p", String(gerrit.sshPort), ...options, "judy@127.0.0.1", "gerrit", "version"], {
    cwd: folder,
    env: environment(),
  });
  expect(ssh.stdout).toContain("gerrit version");
});

it("a project has a branch and no changes, and its changes can be verified", async () => {
  await makeProject(gerrit, "ground/floor");
  expect(await changesOf(gerrit, "ground/floor")).toEqual([]);
  expect(await rest(gerrit, "GET", "/projects/All-Projects/labels/Verified")).toMatchObject({ name: "Verified" });
});
