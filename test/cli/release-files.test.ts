// `plustwo release` on a tree of release files with a clone beside it: written, checked, refused, and nothing half-written.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runRelease } from "../../src/cli/release/main.ts";
import { published, strangeTo } from "../support/published.ts";

let folder: string;
let clone: string;
const FILE = "deliverables/hibiscus/nova.yaml";
const git = (dir: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-C", dir, "-c", "user.name=x", "-c", "user.email=x@example.org", ...args], {
    encoding: "utf8",
  }).trim();

async function release(...args: readonly string[]) {
  let [out, err] = ["", ""];
  const code = await runRelease(["release", ...args], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: process.env,
    cwd: folder,
  });
  return { code, out, err };
}

const write = (path: string, text: string): void => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const read = (): string => readFileSync(join(folder, FILE), "utf8");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plustwo-release-"));
  clone = join(folder, "repos/openstack/nova");
  mkdirSync(clone, { recursive: true });
  git(clone, "init", "-q", "-b", "master");
  writeFileSync(join(clone, ".gitreview"), "[gerrit]\n");
  git(clone, "add", ".");
  git(clone, "commit", "-q", "-m", "First");
  const first = git(clone, "rev-parse", "HEAD");
  git(clone, "tag", "-a", "1.0.0", "-m", "1.0.0");
  mkdirSync(join(clone, "releasenotes/notes"), { recursive: true });
  writeFileSync(
    join(clone, "releasenotes/notes/drop-old-0123456789abcdef.yaml"),
    "upgrade:\n  - The old way is gone.\n",
  );
  git(clone, "add", ".");
  git(clone, "commit", "-q", "-m", "Second");
  write(
    "data/series_status.yaml",
    "---\n- name: hibiscus\n  release-id: 2026.2\n  status: development\n- name: gazpacho\n  release-id: 2026.1\n  status: maintained\n",
  );
  const nova =
    "---\nteam: nova\ntype: service\nrelease-model: cycle-with-rc\nrepository-settings:\n  openstack/nova: {}\n";
  const listed = `releases:\n  - version: 1.0.0.0rc1\n    projects:\n      - repo: openstack/nova\n        hash: ${first}\n  - version: 1.0.0\n    projects:\n      - repo: openstack/nova\n        hash: ${first}\nbranches:\n  - name: stable/2026.1\n    location: 1.0.0\n`;
  write(FILE, `${nova}# what was released\n`);
  write("deliverables/gazpacho/nova.yaml", nova + listed);
  git(folder, "init", "-q", "-b", "master");
  git(folder, "add", "data", "deliverables");
  git(folder, "commit", "-q", "-m", "Files");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a candidate is cut, its final is on the same commit, and the file has nothing but new lines", async () => {
  const cut = await release("cut", "2026.2", "nova", "--repos", "repos");
  expect(cut).toMatchObject({ code: 0 });
  const head = git(clone, "rev-parse", "HEAD");
  expect(cut.out).toBe(
    `Added 2.0.0.0rc1 to ${FILE}\n  openstack/nova at ${head} (master)\n  branch stable/2026.2 at 2.0.0.0rc1\n`,
  );
  expect(await release("final", "hibiscus", "nova")).toMatchObject({ code: 0 });
  expect(read()).toContain("# what was released\nreleases:\n  - version: 2.0.0.0rc1\n");
  expect(read().match(new RegExp(`hash: ${head}`, "g"))).toHaveLength(2);
  expect(readdirSync(join(folder, "deliverables/hibiscus"))).toEqual(["nova.yaml"]);
});

it("what breaks a rule is refused with its place, and the file is as it was", async () => {
  const before = read();
  const early = await release("cut", "hibiscus", "nova", "--repos", "repos");
  expect(early.err).toContain(`has no branch stable/2026.2, which ${FILE} lists`);
  git(clone, "branch", "stable/2026.2");
  const another = await release("cut", "hibiscus", "nova", "--repos", "repos");
  expect([early.code, another.code]).toEqual([1, 1]);
  expect(another.err).toContain("error bad-order");
  expect((await release("new", "hibiscus", "nova", "eol", "--repos", "repos", "--sha", "abc")).code).toBe(2);
  expect((await release("new", "gaspacho", "nova", "bugfix")).code).toBe(3);
  expect(read()).toBe(before);
});

it("a change that adds two releases is told apart from a tree that has them", async () => {
  const whole = await release("validate", FILE, "--json");
  expect([whole.code, strangeTo("release-validate", whole.out)]).toEqual([0, []]);
  const changed = await release("validate", FILE, "--base", "HEAD", "--json");
  const { findings } = published<{ findings: readonly { rule: string }[] }>("release-validate", changed.out);
  expect(changed.code).toBe(1);
  expect(findings.map(({ rule }) => rule)).toContain("new-release.several");
});

it("notes decide a proposal, and the reason is told", async () => {
  git(folder, "checkout", "-q", "--", FILE);
  const proposed = await release("propose", "hibiscus", "nova", "--repos", "repos", "--dry-run", "--force");
  expect(proposed).toMatchObject({ code: 0 });
  expect(proposed.out).toContain("Would add 2.0.0");
  expect(proposed.out).toContain("`upgrade` in openstack/nova/releasenotes/notes/drop-old");
  expect(git(folder, "status", "--porcelain", "deliverables")).toBe("");
  const told = await release("propose", "hibiscus", "nova", "--repos", "repos", "--dry-run", "--force", "--json");
  expect(published("release-edit", told.out)).toMatchObject({ path: FILE, release: "2.0.0.0rc1", written: false });
});

it("what has no tag is missing, what has no release is listed, and both end with 1", async () => {
  const missing = await release("missing", "gazpacho", "--repos", "repos");
  expect(missing).toMatchObject({ code: 1, out: "nova  openstack/nova  1.0.0.0rc1  no tag\n" });
  const told = await release("missing", "gazpacho", "--repos", "repos", "--json");
  expect(published("release-missing", told.out)).toMatchObject({ missing: [{ version: "1.0.0.0rc1", why: "no tag" }] });
  const waiting = await release("list-unreleased", "gazpacho", "--repos", "repos", "--json");
  expect(published("release-list-unreleased", waiting.out)).toMatchObject({
    unreleased: [{ repository: "openstack/nova", last: "1.0.0", commits: 1 }],
  });
});

it("a tag that stands elsewhere is found in the clone, and a release that was rewritten in the history", async () => {
  const path = "deliverables/gazpacho/nova.yaml";
  const text = readFileSync(join(folder, path), "utf8");
  const head = git(clone, "rev-parse", "HEAD");
  const first = git(clone, "rev-parse", "HEAD~1");
  write(path, text.replaceAll(first, head));
  const cloned = await release("validate", path, "--repos", "repos");
  expect(cloned.code).toBe(1);
  expect(cloned.out).toContain(
    `${path}:15:15: error git.tag-moved: tag 1.0.0 of openstack/nova stands at ${first.slice(0, 10)}`,
  );
  git(folder, "commit", "-q", "-m", "Moved", "--", path);
  const bare = join(folder, "bare.git");
  cpSync(join(folder, ".git"), bare, { recursive: true });
  git(bare, "config", "core.bare", "true");
  const history = await release("validate", "--all", bare, "--history", "--json");
  const { findings, versions } = published<{ versions: number; findings: readonly { rule: string }[] }>(
    "release-validate",
    history.out,
  );
  expect(versions).toBe(3);
  expect(findings.map(({ rule }) => rule)).toEqual(["release.changed", "release.changed"]);
});
