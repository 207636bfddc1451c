// A project with a past: pull requests opened, reviewed, tested and merged with the forge's own buttons, on a clock of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startForge, type LocalForge } from "../../local-forge/server.ts";
import type { Terminal } from "../../src/cli/say.ts";
import type { Told } from "./seat.ts";

export const CI = (jobs: readonly string[]): string =>
  `on: { pull_request: }\njobs:\n${jobs.map((job) => `  ${job}: { runs-on: ubuntu-latest, steps: [{ run: "true" }] }\n`).join("")}`;

type Files = Readonly<Record<string, string | null>>;

export interface Past {
  readonly forge: LocalForge;
  /** Where its people work; gone at the end. */
  readonly folder: string;
  /** A pull request of this person with one commit, its checks done. */
  opens(login: string, title: string, files: Files): Promise<number>;
  /** One more commit, as this person. */
  pushes(login: string, number: number, files: Files): Promise<void>;
  /** The branch anew from here with these files: a force-push. */
  rebases(login: string, number: number, files: Files): Promise<void>;
  /** "Update branch", as this person. */
  updates(login: string, number: number): Promise<void>;
  reviews(login: string, number: number, event?: "APPROVE" | "REQUEST_CHANGES" | "COMMENT"): Promise<number>;
  dismisses(login: string, number: number, review: number): Promise<void>;
  merges(login: string, number: number, method?: "merge" | "squash" | "rebase"): Promise<string>;
  /** What becomes of jobs from now on. */
  jobs(mode: string, job?: string): Promise<void>;
  control(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  rest(login: string, method: string, path: string, body?: unknown): Promise<unknown>;
  env(login: string): Record<string, string | undefined>;
  /** `plustwo …` in this process, outside of any clone. */
  runs(
    command: (args: readonly string[], terminal: Terminal) => Promise<number>,
    login: string,
    args: readonly string[],
    options?: { readonly tty?: boolean },
  ): Promise<Told>;
  /** Lets time pass. */
  waits(minutes: number): void;
  now(): number;
  close(): Promise<void>;
}

/** `acme/api` with jobs style and unit; alice, bob, carol and dave may write, mallory may read. Everybody's clock moves a minute with each deed. */
export async function openPast(start: number): Promise<Past> {
  let time = start;
  const forge = await startForge({ flaky: 0, now: () => time });
  const folder = mkdtempSync(join(tmpdir(), "plustwo-past-"));
  const tokens = new Map<string, string>();
  const control = (method: string, path: string, body?: unknown) =>
    ask(`${forge.control}${path}`, { method, token: forge.adminToken, body }) as Promise<Record<string, unknown>>;
  const rest = (login: string, method: string, path: string, body?: unknown) =>
    ask(`${forge.api}/repos/acme/api${path}`, { method, token: tokens.get(login) ?? "", body });
  const pass = () => void (time += 60_000);
  const settled = async () => {
    await forge.settled();
    pass();
  };
  await control("POST", "/repos", {
    owner: "acme",
    name: "api",
    files: { "README.md": "# api\n", ".github/workflows/ci.yml": CI(["style", "unit"]) },
  });
  for (const login of ["alice", "bob", "carol", "dave", "mallory"]) {
    tokens.set(login, String((await control("POST", "/users", { login, email: `${login}@example.org` }))["token"]));
    await control("POST", "/repos/acme/api/collaborators", {
      login,
      permission: login === "mallory" ? "read" : "write",
    });
  }
  await control("POST", "/jobs", { repo: "acme/api", mode: "pass" });
  pass();
  const commits = (login: string, branch: string, more: object) =>
    control("POST", "/repos/acme/api/commits", { login, branch, ...more });
  const branchOf = async (number: number): Promise<string> =>
    ((await rest("alice", "GET", `/pulls/${number}`)) as { head: { ref: string } }).head.ref;
  const env = (login: string) => ({
    PATH: process.env["PATH"],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    PLUSTWO_GITHUB_URL: forge.api,
    PLUSTWO_TOKEN: tokens.get(login),
  });
  let branches = 0;
  return {
    forge,
    folder,
    control,
    rest,
    async opens(login, title, files) {
      branches += 1;
      const head = `work-${branches}`;
      await commits(login, head, { message: title, files });
      pass();
      const made = await rest(login, "POST", "/pulls", { title, head, base: "main" });
      await settled();
      return (made as { number: number }).number;
    },
    async pushes(login, number, files) {
      await commits(login, await branchOf(number), { message: "More", files });
      await settled();
    },
    async rebases(login, number, files) {
      await commits(login, await branchOf(number), { message: "Rebased", files, onto: "main" });
      await settled();
    },
    async updates(login, number) {
      await rest(login, "PUT", `/pulls/${number}/update-branch`, {});
      await settled();
    },
    async reviews(login, number, event = "APPROVE") {
      const made = await rest(login, "POST", `/pulls/${number}/reviews`, {
        event,
        body: event === "APPROVE" ? "" : "See below",
      });
      pass();
      return (made as { id: number }).id;
    },
    async dismisses(login, number, review) {
      await rest(login, "PUT", `/pulls/${number}/reviews/${review}/dismissals`, { message: "Outdated" });
      pass();
    },
    async merges(login, number, method = "merge") {
      const done = await rest(login, "PUT", `/pulls/${number}/merge`, { merge_method: method });
      await settled();
      return (done as { sha: string }).sha;
    },
    async jobs(mode, job) {
      await control("POST", "/jobs", { repo: "acme/api", mode, ...(job === undefined ? {} : { job }) });
    },
    env,
    async runs(command, login, args, { tty = false } = {}) {
      let out = "";
      let err = "";
      const code = await command(args, {
        stdout: { write: (text) => (out += text), isTTY: tty },
        stderr: { write: (text) => (err += text) },
        env: env(login),
        cwd: folder,
      });
      return { code, out, err };
    },
    waits(minutes) {
      time += minutes * 60_000;
    },
    now: () => time,
    async close() {
      await forge.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ask(
  url: string,
  { method, token, body }: { readonly method: string; readonly token: string; readonly body?: unknown },
): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 300)}`);
  return text === "" ? {} : JSON.parse(text);
}
