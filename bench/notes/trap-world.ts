/** A repository with every corner in which a scanner of release notes can go another way than reno. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Branches to compare one by one. */
export const TRAP_BRANCHES = ["stable/1.0", "stable/zed", "origin/stable/far", "stable/old", "twice"];

export function makeTrapWorld(dir: string): void {
  let clock = 1_700_000_000;
  mkdirSync(dir, { recursive: true });
  const git = (...args: string[]): void => {
    clock += 60;
    const date = `${clock} +0000`;
    const who = {
      GIT_AUTHOR_NAME: "A",
      GIT_AUTHOR_EMAIL: "a@example.org",
      GIT_COMMITTER_NAME: "A",
      GIT_COMMITTER_EMAIL: "a@example.org",
    };
    const env = { ...process.env, ...who, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    execFileSync("git", args, { cwd: dir, env, stdio: ["ignore", "ignore", "pipe"] });
  };
  let drawn = 0;
  const uid = (): string => (drawn += 1).toString(16).padStart(16, "0");
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  const write = (name: string, text = `fixes:\n  - ${name}\n`): string => {
    const path = `releasenotes/notes/${name}.yaml`;
    put(path, text);
    git("add", path);
    return path;
  };
  const commit = (subject: string): void => git("commit", "-q", "--allow-empty", "-m", subject);
  const note = (slug: string): string => {
    const path = write(`${slug}-${uid()}`);
    commit(slug);
    return path;
  };
  const tag = (...names: string[]): void => names.forEach((name) => git("tag", "-a", "-m", name, name));
  git("init", "-q", "-b", "master");
  put("releasenotes/config.yaml", "ignore_notes:\n  - ignored-by-name-00000000000000f1.yaml\n  - 00000000000000f2\n");
  git("add", ".");
  commit("begin");
  note("before-any-tag");
  tag("0.1.0");
  note("in-a-plain-tag");
  git("tag", "0.2.0");
  git("tag", "not-a-version");
  const edited = note("edited-later");
  const renamed = note("renamed-later");
  const gone = note("deleted-later");
  write("0000000000000aaa-uid-in-front");
  write("ignored-by-name-00000000000000f1");
  write("ignored-by-uid-00000000000000f2");
  put("releasenotes/notes/README", "no note");
  put("releasenotes/notes/sub/below-00000000000000b1.yaml", "other: below\n");
  git("add", ".");
  commit("several");
  tag("1.0.0.0b1");
  note("after-a-beta");
  tag("1.0.0.0rc1", "1.0.0");
  git("branch", "stable/1.0");
  put(edited, "fixes:\n  - edited\n");
  git("add", ".");
  commit("edit");
  git("mv", renamed, renamed.replace("renamed-later", "renamed-now"));
  commit("rename");
  git("rm", "-q", gone);
  commit("delete");
  const back = note("deleted-and-back");
  git("rm", "-q", back);
  commit("delete to bring back");
  put(back, "fixes:\n  - back\n");
  git("add", ".");
  commit("bring back");
  // Four shapes of merges: side before, after, around a tag, and of a side that has a tag itself.
  for (const [shape, tags] of [
    ["early", []],
    ["late", ["1.1.0"]],
    ["around", ["1.2.0"]],
    ["tagged", ["1.3.0"]],
  ] as const) {
    git("checkout", "-q", "-b", `side-${shape}`);
    note(`side-${shape}`);
    if (shape === "tagged") tag("1.2.9");
    git("checkout", "-q", "master");
    note(`main-${shape}`);
    if (shape !== "early") tag(...tags);
    note(`after-${shape}`);
    git("merge", "-q", "--no-ff", "-m", `merge ${shape}`, `side-${shape}`);
  }
  tag("2.0.0.0rc1");
  git("checkout", "-q", "-b", "stable/zed");
  note("on-zed");
  note("more-on-zed");
  tag("2.0.0");
  git("checkout", "-q", "master");
  note("after-zed");
  git("merge", "-q", "-s", "ours", "-m", "null merge", "2.0.0");
  note("after-a-null-merge");
  tag("2.1.0.0rc1");
  git("checkout", "-q", "-b", "far");
  note("on-far");
  git("update-ref", "refs/remotes/origin/stable/far", "HEAD");
  git("checkout", "-q", "-b", "closing", "1.2.0");
  note("on-a-closed-branch");
  tag("old-eol");
  git("tag", "other-eom");
  git("checkout", "-q", "-b", "twice", "1.1.0");
  write("one-00000000000000c1");
  write("two-00000000000000c1");
  commit("two files of one UID");
  git("checkout", "-q", "master");
  git("branch", "-q", "-D", "far", "closing");
  note("in-the-making");
  put(edited, "fixes:\n  - edited again, not staged\n");
  write(`staged-${uid()}`);
}

export function removeTrapWorld(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}
