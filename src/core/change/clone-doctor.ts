/** What is wrong with a clone that `git review` works in, judged from gathered facts: each finding is a sentence with its mend. */
import { describeChangeIdProblem, changeIdOf } from "../commit-message/change-id.ts";
import { subjectOf } from "../commit-message/message.ts";
import { changeIdOfCommit, lacksChangeId, type StackCommit } from "./stack.ts";

export interface CloneFinding {
  /** Stable, for scripts. */
  readonly id: string;
  /** wrong: `git review` does not work, or works past the review. warning: it works, and something is lost. */
  readonly severity: "wrong" | "warning";
  /** A sentence without a stop. */
  readonly found: string;
  /** What to do, without a stop. */
  readonly mend: string;
}

/** What was tried and found, and what to do next; `kind` says which of the two sorts of trouble with a server it is. */
export interface Trouble {
  readonly message: string;
  readonly hint: string;
}

export interface HookFacts {
  readonly name: "commit-msg" | "pre-push";
  readonly file: string;
  readonly state: "none" | "ours" | "old" | "not-executable" | "foreign-with-ids" | "foreign" | "unreadable";
  /** A hook of somebody else runs before ours. */
  readonly chained: boolean;
  /** `core.hooksPath`, where it is set. */
  readonly hooksPath?: string;
}

export interface RemoteFacts {
  readonly name: string;
  /** As written in the configuration. */
  readonly url: string;
  /** Where git goes. */
  readonly goesTo: string;
  readonly pushesTo: string;
  /** `host/owner/name`, as far as the address can be read. */
  readonly projects: { readonly url?: string; readonly goesTo?: string; readonly pushesTo?: string };
  readonly pushUrls: number;
  /** Of `remote.<name>.push`. */
  readonly pushRefspecs: readonly string[];
}

export interface CloneFacts {
  /** As `git version` says; absent = it does not say. */
  readonly gitVersion?: string;
  readonly kind: "github" | "gerrit";
  /** Why it cannot be said where changes go. */
  readonly nowhere?: Trouble;
  /** No token, or one that the server refuses; or a server that does not answer. */
  readonly server?: Trouble & { readonly id: "token" | "unreachable" | "server" };
  readonly permission?: string;
  readonly remote?: RemoteFacts;
  readonly hooks: readonly HookFacts[];
  /** Above the target as it was fetched last; absent = the target was never fetched. */
  readonly stack?: readonly StackCommit[];
  readonly target?: string;
  /** Lines of `.gitreview` that say nothing, counted from 1. */
  readonly oddLines: readonly { readonly line: number; readonly text: string }[];
  /** Settings that nothing reads, with where they stand. */
  readonly unknownSettings: readonly { readonly key: string; readonly from: string }[];
  readonly journal: "none" | "good" | "broken";
  readonly shallow: boolean;
}

/** git's first with a `merge-tree` that writes trees. */
const OLDEST_GIT = [2, 38] as const;

export function cloneFindings(facts: CloneFacts): readonly CloneFinding[] {
  return [
    ...gitFindings(facts),
    ...placeFindings(facts),
    ...(facts.remote === undefined ? [] : remoteFindings(facts.remote)),
    ...facts.hooks.flatMap((hook) => hookFindings(hook)),
    ...stackFindings(facts),
    ...fileFindings(facts),
  ];
}

function gitFindings({ gitVersion }: CloneFacts): readonly CloneFinding[] {
  const [, major = "", minor = ""] = /(\d+)\.(\d+)/.exec(gitVersion ?? "") ?? [];
  const mend = `install git ${OLDEST_GIT.join(".")} or newer and put it on the PATH`;
  if (major === "") return [wrong("git-unknown", "git does not say which version it is", mend)];
  const old = Number(major) < OLDEST_GIT[0] || (Number(major) === OLDEST_GIT[0] && Number(minor) < OLDEST_GIT[1]);
  return old ? [wrong("git-old", `git is ${major}.${minor}, which cannot merge in memory`, mend)] : [];
}

function placeFindings({ nowhere, server, permission }: CloneFacts): readonly CloneFinding[] {
  const found: CloneFinding[] = [];
  if (nowhere !== undefined) found.push(wrong("nowhere", nowhere.message, nowhere.hint));
  if (server !== undefined) found.push(wrong(server.id, server.message, server.hint));
  if (permission === "none")
    found.push(wrong("no-right", "your token may not read the project", "ask an admin of it for the right to read"));
  return found;
}

function remoteFindings({ name, url, projects, pushUrls, pushRefspecs }: RemoteFacts): readonly CloneFinding[] {
  const found: CloneFinding[] = [];
  if (projects.url !== undefined && projects.goesTo !== projects.url)
    found.push(
      warning(
        "instead-of",
        `the remote "${name}" says ${projects.url}, and insteadOf sends it to ${projects.goesTo ?? "no project"}`,
        "see `git config --show-origin --get-regexp 'url\\..*insteadof'`, and take away what you do not want",
      ),
    );
  if (url !== "" && projects.pushesTo !== projects.goesTo)
    found.push(
      warning(
        "push-elsewhere",
        `the remote "${name}" fetches from ${projects.goesTo ?? "no project"} and pushes to ${projects.pushesTo ?? "no project"}`,
        `\`git config --unset-all remote.${name}.pushurl\`, or pushInsteadOf, unless you want it so`,
      ),
    );
  if (pushUrls > 1)
    found.push(
      warning(
        "push-urls",
        `the remote "${name}" has ${pushUrls} push URLs: a plain push goes to all of them, git review to the first`,
        `keep one: \`git config --get-all remote.${name}.pushurl\` shows them`,
      ),
    );
  const past = pushRefspecs.filter((spec) => !spec.includes(":refs/for/"));
  if (past.length > 0)
    found.push(
      wrong(
        "push-past-review",
        `a plain push to "${name}" goes past the review: remote.${name}.push is ${past.join(", ")}`,
        `\`git config --unset-all remote.${name}.push\`, then send with \`git review\``,
      ),
    );
  return found;
}

function hookFindings({ name, file, state, hooksPath }: HookFacts): readonly CloneFinding[] {
  const where = hooksPath === undefined ? file : `${file} (core.hooksPath is ${hooksPath})`;
  const setup = "run `git review setup`";
  switch (state) {
    case "ours":
    case "foreign-with-ids":
      return [];
    case "none":
      return [warning("hook-missing", `there is no ${name} hook: ${where}`, setup)];
    case "old":
      return [warning("hook-old", `the ${name} hook is of another version of git review: ${where}`, setup)];
    case "not-executable":
      return [wrong("hook-not-executable", `git does not run the ${name} hook, it is not executable: ${where}`, setup)];
    case "unreadable":
      return [warning("hook-unreadable", `the ${name} hook cannot be read: ${where}`, "check the rights on that file")];
    case "foreign":
      return [warning("hook-foreign", `the ${name} hook is of another tool and does not do the work: ${where}`, setup)];
  }
}

function stackFindings({ stack, target, nowhere }: CloneFacts): readonly CloneFinding[] {
  if (stack === undefined) {
    if (nowhere !== undefined || target === undefined) return [];
    return [warning("not-fetched", `${target} was never fetched, so your commits are not known`, "run `git fetch`")];
  }
  const found: CloneFinding[] = [];
  const byId = new Map<string, StackCommit[]>();
  for (const commit of stack) {
    const id = changeIdOfCommit(commit);
    if (id !== undefined) byId.set(id, [...(byId.get(id) ?? []), commit]);
    else if (lacksChangeId(commit))
      found.push(
        warning("no-change-id", `${named(commit)} has no Change-Id`, "`git review` gives it one when it sends it"),
      );
    else {
      const read = changeIdOf(commit.message);
      if (read.ok) continue;
      const { message, hint } = describeChangeIdProblem(named(commit), read.problem);
      found.push(wrong("bad-change-id", message, hint));
    }
  }
  for (const [id, commits] of byId)
    if (commits.length > 1)
      found.push(
        wrong(
          "same-change-id",
          `${commits.map((commit) => named(commit)).join(" and ")} have the same Change-Id ${id}`,
          "squash them into one commit, or delete the line from one with `git rebase -i`",
        ),
      );
  return found;
}

function fileFindings({ oddLines, unknownSettings, journal, shallow }: CloneFacts): readonly CloneFinding[] {
  return [
    ...oddLines.map(({ line, text }) =>
      wrong(
        "gitreview-line",
        `.gitreview:${line} is neither a section nor a setting in one: ${JSON.stringify(text)}`,
        "write `key=value` below a line [github] or [gerrit]",
      ),
    ),
    ...unknownSettings.map(({ key, from }) =>
      warning("unknown-setting", `nothing reads "${key}" (${from})`, "correct its spelling, or take it away"),
    ),
    ...(journal === "broken"
      ? [
          warning(
            "journal-broken",
            "the journal of submits (plustwo/journal.json in the git directory) cannot be read, so nothing can be undone",
            "delete that file; the next submit begins it again",
          ),
        ]
      : []),
    ...(shallow
      ? [warning("shallow", "the clone is shallow, so merge bases may be missing", "`git fetch --unshallow`")]
      : []),
  ];
}

function named({ sha, message }: StackCommit): string {
  return `${sha.slice(0, 7)} "${subjectOf(message)}"`;
}

function wrong(id: string, found: string, mend: string): CloneFinding {
  return { id, severity: "wrong", found, mend };
}

function warning(id: string, found: string, mend: string): CloneFinding {
  return { id, severity: "warning", found, mend };
}
