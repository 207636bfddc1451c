// What people do on GitHub's web page, and what bots do through its API: everything without a tool of ours.
import { createSign } from "node:crypto";
import { requests, type Requests } from "./requests.ts";
import type { Population, World } from "./world.ts";

type Files = Readonly<Record<string, string | null>>;

export interface WebCommit {
  readonly files?: Files;
  readonly message?: string;
  /** `owner/name` of a fork; else the project itself. */
  readonly repo?: string;
  /** Starts the branch anew there. */
  readonly onto?: string;
  /** A second parent: "Resolve conflicts", with what the person wrote as `files`. */
  readonly merge?: string;
  /** False: git pushed it, so that its committer is whoever wrote it. */
  readonly web?: boolean;
}

export interface OpenOptions {
  readonly base?: string;
  readonly title?: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly maintainer_can_modify?: boolean;
}

export interface PullSeen {
  readonly state: string;
  readonly merged: boolean;
  readonly draft: boolean;
  readonly title: string;
  readonly node_id: string;
  readonly mergeable_state: string;
  readonly head: { readonly sha: string; readonly ref: string; readonly repo: { readonly full_name: string } | null };
  readonly base: { readonly ref: string };
}

export interface Browser {
  /** `/repos/owner/name` as this person. */
  as(login: string): Requests;
  /** Edits files and presses "Commit changes". Answers the commit. */
  commits(login: string, branch: string, commit: WebCommit): Promise<string>;
  /** "Create pull request" from a branch, or `owner:branch`. */
  opens(login: string, head: string, options?: OpenOptions): Promise<number>;
  pull(number: number): Promise<PullSeen>;
  /** Closes, reopens, retitles or retargets. */
  changes(login: string, number: number, change: Readonly<Record<string, unknown>>): Promise<void>;
  marksReady(login: string, number: number): Promise<void>;
  convertsToDraft(login: string, number: number): Promise<void>;
  /** The "Update branch" button. Answers the new head. */
  updatesBranch(login: string, number: number): Promise<string>;
  /** The "Revert" button. Answers the new pull request. */
  reverts(login: string, number: number): Promise<number>;
  /** Answers `owner/name`. */
  forks(login: string): Promise<string>;
  deletesFork(login: string, fork: string): Promise<void>;
  /** "Approve and run", for every run of this commit that waits. Answers how many did. */
  approvesRuns(login: string, sha: string): Promise<number>;
  comments(login: string, number: number, body: string): Promise<void>;
  /** An App that opens pull requests, such as Dependabot. */
  installs(slug: string): Promise<Robot>;
}

export interface Robot {
  /** With `[bot]`. */
  readonly login: string;
  readonly api: Requests;
}

interface Run {
  readonly id: number;
  readonly conclusion: string | null;
}

export function browserOf(world: World, population: Population): Browser {
  const { forge, fullName, control } = world;
  const tokenOf = (login: string): string => population.get(login) ?? "";
  const as = (login: string): Requests => requests(`${forge.api}/repos/${fullName}`, tokenOf(login));
  const graphql = async (login: string, mutation: string): Promise<unknown> => {
    const api = requests(forge.graphql.replace(/\/graphql$/, ""), tokenOf(login));
    const { data, errors } = await api.post<{ data?: unknown; errors?: unknown }>("/graphql", { query: mutation });
    if (errors !== undefined) throw new Error(`${mutation}\nwas answered ${JSON.stringify(errors)}`);
    return data;
  };
  const pull = (number: number): Promise<PullSeen> => world.repository.get<PullSeen>(`/pulls/${number}`);
  const byId = async (login: string, number: number, name: string): Promise<unknown> => {
    const { node_id: id } = await pull(number);
    return graphql(login, `mutation { ${name}(input: {pullRequestId: "${id}"}) { pullRequest { number } } }`);
  };
  return {
    as,
    pull,
    async commits(login, branch, { repo = fullName, web = true, ...commit }) {
      const body = { login, branch, web, files: {}, ...commit };
      return (await control.post<{ sha: string }>(`/repos/${repo}/commits`, body)).sha;
    },
    async opens(login, head, options = {}) {
      const body = { head, base: "main", title: `Change ${head}`, ...options };
      return (await as(login).post<{ number: number }>("/pulls", body)).number;
    },
    async changes(login, number, change) {
      await as(login).patch(`/pulls/${number}`, change);
    },
    async marksReady(login, number) {
      await byId(login, number, "markPullRequestReadyForReview");
    },
    async convertsToDraft(login, number) {
      await byId(login, number, "convertPullRequestToDraft");
    },
    async updatesBranch(login, number) {
      await as(login).put(`/pulls/${number}/update-branch`, {});
      return (await pull(number)).head.sha;
    },
    async reverts(login, number) {
      const { node_id: id } = await pull(number);
      const fields = "revertPullRequest { number }";
      const data = await graphql(
        login,
        `mutation { made: revertPullRequest(input: {pullRequestId: "${id}"}) { ${fields} } }`,
      );
      return (data as { made: { revertPullRequest: { number: number } } }).made.revertPullRequest.number;
    },
    async forks(login) {
      return (await as(login).post<{ full_name: string }>("/forks")).full_name;
    },
    async deletesFork(login, fork) {
      await requests(`${forge.api}/repos/${fork}`, tokenOf(login)).delete("");
    },
    async approvesRuns(login, sha) {
      const { workflow_runs: runs } = await as(login).get<{ workflow_runs: readonly Run[] }>(
        `/actions/runs?head_sha=${sha}&per_page=100`,
      );
      const waiting = runs.filter(({ conclusion }) => conclusion === "action_required");
      for (const { id } of waiting) await as(login).post(`/actions/runs/${id}/approve`);
      return waiting.length;
    },
    async comments(login, number, body) {
      await as(login).post(`/issues/${number}/comments`, { body });
    },
    async installs(slug) {
      const permissions = { contents: "write", pull_requests: "write", issues: "write", workflows: "write" };
      const app = await control.post<App>("/apps", { slug, permissions, repositories: [fullName] });
      const jwt = requests(forge.api, jwtOf(app));
      const path = `/app/installations/${app.installationId}/access_tokens`;
      const { token } = await jwt.post<{ token: string }>(path);
      return { login: `${slug}[bot]`, api: requests(`${forge.api}/repos/${fullName}`, token) };
    },
  };
}

interface App {
  readonly id: number;
  readonly privateKey: string;
  readonly installationId: number;
}

function jwtOf({ id, privateKey }: App): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: now - 30, exp: now + 540, iss: id })}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(privateKey, "base64url")}`;
}
