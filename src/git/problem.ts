/**
 * What can go wrong at the git door, as values, and the sentences for people.
 * Every text in here has passed `redact`: no token and no password of a URL is left in it.
 */
import type { RefName, Sha } from "../core/ids.ts";

export interface RefusedRef {
  readonly ref: RefName;
  /** The reason in git's or the server's words. */
  readonly reason: string;
}

export type GitProblem =
  /** No repository here, or git refuses to use the one it found (safe.directory). */
  | { readonly kind: "no-repository"; readonly dir: string; readonly detail: string }
  /** The name, path or address cannot be handed to git: it could be read as an option, a command or another name. */
  | { readonly kind: "unsafe-name"; readonly what: string; readonly text: string }
  | { readonly kind: "missing-object"; readonly what: string; readonly detail: string }
  /** The other side did not answer, or broke off. Trying again may help. */
  | { readonly kind: "unreachable"; readonly remote: string; readonly detail: string }
  /** The other side answered and did not accept who we are. Trying again does not help. */
  | { readonly kind: "authentication"; readonly remote: string; readonly detail: string }
  /** The other side has no such repository, or hides it from us. */
  | { readonly kind: "no-remote-repository"; readonly remote: string; readonly detail: string }
  /** The refs did not have the values we expected: somebody else moved them. Nothing was changed. */
  | { readonly kind: "stale"; readonly refs: readonly RefusedRef[] }
  /** `to` does not descend from `from`, though the caller asked for that (RULINGS 11). Nothing was sent. */
  | { readonly kind: "not-descending"; readonly ref: RefName; readonly from: Sha; readonly to: Sha }
  /** A rule or hook of the other side said no. Nothing was changed. */
  | { readonly kind: "rejected"; readonly refs: readonly RefusedRef[]; readonly remote: readonly string[] }
  | { readonly kind: "timeout"; readonly command: string; readonly afterMs: number }
  | { readonly kind: "aborted"; readonly command: string }
  /** git itself could not be started. */
  | { readonly kind: "no-git"; readonly detail: string }
  | { readonly kind: "failed"; readonly command: string; readonly exitCode: number; readonly detail: string };

export interface ProblemText {
  readonly message: string;
  readonly hint: string;
}

/** One sentence of what was tried and found, one of what to do next. */
export function describeGitProblem(problem: GitProblem): ProblemText {
  switch (problem.kind) {
    case "no-repository":
      return {
        message: `Looked for a git repository at "${problem.dir}" and found none that can be used: ${problem.detail}`,
        hint: "change into a clone of the project, or run `git clone` first",
      };
    case "unsafe-name":
      return {
        message: `Cannot hand ${problem.what} ${JSON.stringify(problem.text)} to git: it is not a plain ${problem.what}`,
        hint: "use letters, digits and the characters . _ - /, and do not begin with a dash",
      };
    case "missing-object":
      return {
        message: `Cannot read ${problem.what}: the repository does not have it (${problem.detail})`,
        hint: "run `git fetch`; if it stays missing, a force push has removed it from the server",
      };
    case "unreachable":
      return {
        message: `Cannot reach ${problem.remote}: ${problem.detail}`,
        hint: "check the network and the remote's URL (`git remote -v`), then run the same command again",
      };
    case "authentication":
      return {
        message: `${problem.remote} did not accept the credentials: ${problem.detail}`,
        hint: "check the token or the ssh key, and that it may write to this repository",
      };
    case "no-remote-repository":
      return {
        message: `${problem.remote} has no such repository, or does not show it to you: ${problem.detail}`,
        hint: "check the spelling of the remote's URL (`git remote -v`) and your access to the repository",
      };
    case "stale":
      return {
        message: `Nothing was changed, because somebody else has moved ${list(problem.refs)}`,
        hint: "fetch, look at what is new there, then run the same command again",
      };
    case "not-descending":
      return {
        message: `Did not move "${problem.ref}": ${short(problem.to)} does not contain ${short(problem.from)}, which is there now`,
        hint: "build the commit on the branch's present tip, then try again",
      };
    case "rejected":
      return {
        message: `The server refused ${list(problem.refs)}${problem.remote.length > 0 ? `: ${problem.remote.join(" ")}` : ""}`,
        hint: "nothing was changed; the reason above names the rule, and an administrator of the repository can change it",
      };
    case "timeout":
      return {
        message: `\`${problem.command}\` did not finish within ${Math.round(problem.afterMs / 1000)} s and was stopped`,
        hint: "check the network and the load of the machine, then run the same command again",
      };
    case "aborted":
      return {
        message: `\`${problem.command}\` was stopped on request`,
        hint: "run the same command again to continue",
      };
    case "no-git":
      return {
        message: `Cannot start git: ${problem.detail}`,
        hint: "install git 2.38 or newer and put it on the PATH",
      };
    case "failed":
      return {
        message: `\`${problem.command}\` failed with exit code ${problem.exitCode}: ${problem.detail}`,
        hint: "run that command by hand in the repository to see more",
      };
  }
}

/** Takes secrets and the passwords of URLs out of a text. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@]*@/gi, "$1***@");
  for (const secret of secrets) if (secret.length > 0) clean = clean.replaceAll(secret, "***");
  return clean.replaceAll(/(authorization:\s*)(?:basic|bearer|token)\s+\S+/gi, "$1***");
}

const UNREACHABLE =
  /could not resolve|couldn't connect|could not connect|failed to connect|connection (?:refused|reset|timed out|closed)|operation timed out|network is unreachable|no route to host|early eof|unexpected disconnect|hung up unexpectedly|requested url returned error: (?:5\d\d|429)|rpc failed|ssl|tls|certificate|empty reply from server/i;
const AUTHENTICATION =
  /authentication failed|could not read (?:username|password)|terminal prompts disabled|permission denied|invalid (?:username|credentials)|returned error: 40[13]|host key verification failed|permission to \S+ denied|write access to repository not granted/i;
const NO_REPOSITORY =
  /repository not found|repository '[^']*' not found|does not appear to be a git repository|returned error: 404/i;

/** Sorts git's complaint about a remote; `undefined` when it is none of the known kinds. */
export function remoteProblem(remote: string, stderr: string): GitProblem | undefined {
  const detail = lastLines(stderr);
  if (AUTHENTICATION.test(stderr)) return { kind: "authentication", remote, detail };
  if (NO_REPOSITORY.test(stderr)) return { kind: "no-remote-repository", remote, detail };
  if (UNREACHABLE.test(stderr)) return { kind: "unreachable", remote, detail };
  return undefined;
}

/** The lines that say something, without progress noise; at most 600 characters. */
export function lastLines(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== "" && !/^(?:To |From |hint: )/.test(line));
  const text = lines.slice(-6).join("; ");
  return text === "" ? "no message" : text.slice(0, 600);
}

function list(refs: readonly RefusedRef[]): string {
  return refs.map(({ ref, reason }) => `"${ref}" (${reason})`).join(", ");
}

function short(sha: Sha): string {
  return sha.slice(0, 7);
}
