// A corner of a scratch repository for one probe: branches under a prefix of their own, a local clone, and everything removed at the end.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "octokit";

export interface LiveTarget {
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
  /** `https://api.github.com`, or `…/api/v3` of an Enterprise or of the local forge. */
  readonly api: string;
  /** An installation token of an App on the repository, for what personal tokens cannot show. */
  readonly appToken?: string;
}

export interface Pushed {
  readonly ok: boolean;
  /** What git and the server said. */
  readonly said: string;
}

export interface Scratch {
  readonly target: LiveTarget;
  readonly octokit: Octokit;
  readonly where: { readonly owner: string; readonly repo: string };
  /** `plustwo-live/<run>/<name>`: a branch of this probe. */
  branch(name: string): string;
  /** A commit in the local clone, not pushed. Each has a file of its own unless `files` says which. */
  commit(
    subject: string,
    options: { parents: readonly string[]; files?: Readonly<Record<string, string>> },
  ): Promise<string>;
  /** Refspecs `sha:ref`, one push. Pushed refs are deleted at the end. */
  push(refspecs: readonly string[], options?: { flags?: readonly string[]; token?: string }): Promise<Pushed>;
  git(args: readonly string[]): Promise<string>;
  openPull(head: string, base: string, title: string): Promise<number>;
  /** The tip of the repository's default branch. */
  readonly trunk: { readonly branch: string; readonly sha: string };
  /** Asks again until `done` or until the time is over; the last answer either way. */
  poll<T>(ask: () => Promise<T>, done: (answer: T) => boolean): Promise<T>;
  /** Runs at the end, newest first, also after a failure. */
  atEnd(undo: () => Promise<unknown>): void;
}

/** Plain API clients ask politely; against the local forge there is nobody to be polite to. */
export function client(target: LiveTarget, token: string = target.token): Octokit {
  const local = /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(target.api);
  return new Octokit({
    auth: token,
    baseUrl: target.api,
    userAgent: "plustwo-verify-live",
    retry: { enabled: false },
    throttle: local
      ? { enabled: false }
      : { onRateLimit: () => true, onSecondaryRateLimit: () => true, fallbackSecondaryRateRetryAfter: 60 },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}

/** Makes the corner, runs `probe` in it, and removes every ref, pull request and file, whatever happened. */
export async function inScratch<T>(
  target: LiveTarget,
  run: string,
  probe: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const octokit = client(target);
  const where = { owner: target.owner, repo: target.repo };
  const { data: repository } = await octokit.rest.repos.get(where);
  const dir = await mkdtemp(join(tmpdir(), "plustwo-live-"));
  const undo: (() => Promise<unknown>)[] = [];
  const url = repository.clone_url;
  const git = (args: readonly string[], token = target.token): Promise<string> => runGit(dir, args, { token, url });
  const pushed = new Set<string>();
  const pulls: number[] = [];
  try {
    await git(["init", "-q", "--initial-branch=scratch", "--template=", "."]);
    await git(["fetch", "-q", url, `refs/heads/${repository.default_branch}`]);
    const trunk = { branch: repository.default_branch, sha: (await git(["rev-parse", "FETCH_HEAD"])).trim() };
    const scratch: Scratch = {
      target,
      octokit,
      where,
      trunk,
      branch: (name) => `plustwo-live/${run}/${name}`,
      git,
      atEnd: (step) => undo.push(step),
      async commit(subject, { parents, files }) {
        const base = parents[0] ?? trunk.sha;
        await git(["read-tree", parents.length > 1 ? await mergedTree(git, parents) : base]);
        for (const [path, text] of Object.entries(
          files ?? (parents.length > 1 ? {} : { [`live/${run}-${slug(subject)}.txt`]: subject }),
        )) {
          const blob = (
            await runGit(dir, ["hash-object", "-w", "--stdin"], { token: target.token, url, input: text })
          ).trim();
          await git(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`]);
        }
        const tree = (await git(["write-tree"])).trim();
        return (await git(["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-m", subject])).trim();
      },
      async push(refspecs, { flags = [], token = target.token } = {}) {
        for (const spec of refspecs) pushed.add(spec.slice(spec.lastIndexOf(":") + 1));
        try {
          return { ok: true, said: await git(["push", "--porcelain", ...flags, url, ...refspecs], token) };
        } catch (error) {
          return { ok: false, said: error instanceof Error ? error.message : String(error) };
        }
      },
      async openPull(head, base, title) {
        const { data } = await octokit.rest.pulls.create({
          ...where,
          head,
          base,
          title,
          body: "A probe; closed by itself.",
        });
        pulls.push(data.number);
        return data.number;
      },
      poll: (ask, done) => poll(ask, done, target),
    };
    return await probe(scratch);
  } finally {
    for (const step of undo.reverse()) await quietly(step());
    for (const number of pulls)
      await quietly(octokit.rest.pulls.update({ ...where, pull_number: number, state: "closed" }));
    for (const ref of pushed) await quietly(git(["push", "-q", url, `:${ref}`]));
    await rm(dir, { recursive: true, force: true });
  }
}

async function mergedTree(git: Scratch["git"], parents: readonly string[]): Promise<string> {
  return (await git(["merge-tree", "--write-tree", ...parents])).split("\n")[0] ?? "";
}

async function poll<T>(ask: () => Promise<T>, done: (answer: T) => boolean, target: LiveTarget): Promise<T> {
  const local = /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(target.api);
  const end = Date.now() + (local ? 10_000 : 120_000);
  for (;;) {
    const answer = await ask();
    if (done(answer) || Date.now() > end) return answer;
    await new Promise((next) => setTimeout(next, local ? 20 : 3000));
  }
}

/** Cleaning up goes on when one thing is already gone. */
async function quietly(step: Promise<unknown>): Promise<void> {
  await step.catch(() => undefined);
}

interface GitCall {
  readonly token: string;
  readonly url: string;
  readonly input?: string;
}

/** The token travels in the environment: neither arguments nor addresses show it. */
function runGit(cwd: string, args: readonly string[], { token, url, input }: GitCall): Promise<string> {
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  const env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: cwd,
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_NOSYSTEM: "1",
    ...(process.env["GIT_SSL_CAINFO"] === undefined ? {} : { GIT_SSL_CAINFO: process.env["GIT_SSL_CAINFO"] }),
    GIT_AUTHOR_NAME: "plustwo probe",
    GIT_AUTHOR_EMAIL: "probe@example.com",
    GIT_COMMITTER_NAME: "plustwo probe",
    GIT_COMMITTER_EMAIL: "probe@example.com",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
  return new Promise((resolve, reject) => {
    const child = execFile("git", [...args], { cwd, env, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`git ${args[0] ?? ""} ended with ${String(error.code)}: ${stdout}${stderr}`.trim()));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}

function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}
