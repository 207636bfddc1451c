/** The sentences for everything that keeps a stack from being sent: what was tried and found, and what to do next. */
import { describeChangeIdProblem } from "../commit-message/change-id.ts";
import { type Sha } from "../ids.ts";
import { type CommitName, type StackProblem } from "./stack.ts";
import { type RemoteChange, type UploadProblem } from "./upload.ts";

export interface Sentences {
  readonly message: string;
  readonly hint: string;
}

/** `above` is the name of what the stack stands on, such as `origin/main`. */
export function describeStackProblem(problem: StackProblem, above: string): Sentences {
  switch (problem.kind) {
    case "nothing-above-target":
      return {
        message: `Nothing to send: there is no commit above ${above}`,
        hint: "commit your work first, or name another target: `git review <branch>`",
      };
    case "too-many":
      return {
        message: `Cannot send ${problem.count} commits above ${above}: at most ${problem.limit} go up in one stack`,
        hint: `is ${above} the right target? If so, rebase first, or send a lower part from a branch of its own`,
      };
    case "merge-commit":
      return {
        message: `Cannot send ${name(problem.commit)}: it is a merge commit, and a change is one ordinary commit`,
        hint: `\`git rebase ${above}\` puts your commits above the target without a merge`,
      };
    case "unrelated":
      return {
        message: `Cannot send ${name(problem.commit)}: its history has nothing in common with ${above}`,
        hint: `start from the target: \`git switch -c <topic> ${above}\`, then cherry-pick your commits`,
      };
    case "no-subject":
      return {
        message: `Cannot send ${short(problem.commit.sha)}: its commit message is empty, and the subject becomes the title`,
        hint: "give it a message with `git commit --amend`, or `git rebase -i` for a lower one",
      };
    case "fixup":
      return {
        message: `Cannot send ${name(problem.commit)}: its subject says that it is to be folded into another commit`,
        hint: `fold it in with \`git rebase -i --autosquash ${above}\`, then run \`git review\` again`,
      };
    case "change-id": {
      const { message, hint } = describeChangeIdProblem(name(problem.commit), problem.problem);
      return { message: `Cannot send your commits: ${message}`, hint };
    }
    case "same-change-id":
      return {
        message: `Cannot send ${problem.commits.map(name).join(" and ")}: they have the same Change-Id ${problem.id}`,
        hint: `make them one with \`git rebase -i ${above}\` (squash), or delete the Change-Id line of the new one`,
      };
  }
}

/** `remote` is the name of the remote, such as `origin`. */
export function describeUploadProblem(problem: UploadProblem, remote: string): Sentences {
  switch (problem.kind) {
    case "branch-name-too-long":
      return {
        message: `Cannot send to "${problem.target}": the branch for ${problem.change.id} would have too long a name`,
        hint: "use a target branch with a shorter name",
      };
    case "foreign": {
      const who = problem.remote === undefined ? "" : `, a change of ${problem.remote.author.login}`;
      return {
        message: `Cannot update ${pull(problem.remote, problem.branch)}${who}: the server is at ${short(problem.head)}, which this clone has never had`,
        hint: `somebody added a patch set. See it with \`git fetch ${remote} ${fetchable(problem)}\` and \`git log -p -1 FETCH_HEAD\`; \`git reset --keep FETCH_HEAD\` takes it over, then redo your edit on top`,
      };
    }
    case "other-target":
      return {
        message: `Cannot send ${name(nameOf(problem))} to "${problem.target}": #${problem.remote.number} was pointed at "${problem.remote.base}" on the web`,
        hint: `send it there with \`git review ${problem.remote.base}\`, or point ${problem.remote.url} back at "${problem.target}"`,
      };
    case "merged-as-another":
      return {
        message: `Cannot send ${name(nameOf(problem))}: #${problem.remote.number} with the same Change-Id is merged already, as ${short(problem.remote.head)}`,
        hint: `drop the commit with \`git rebase -i\` if it landed; if it is new work, delete its Change-Id line with \`git commit --amend\` and it becomes a new change`,
      };
    case "merged-above-open":
      return {
        message: `Cannot send "${problem.open.subject}": #${problem.remote.number} "${problem.change.subject}" above it is merged already`,
        hint: `fetch and \`git rebase\` onto the target, then run \`git review\` again`,
      };
  }
}

/** A fork's branch is not in the project, its pull request is. */
function fetchable({ remote, branch }: Extract<UploadProblem, { readonly kind: "foreign" }>): string {
  return remote?.fork === undefined ? branch : `refs/pull/${remote.number}/head`;
}

function nameOf(problem: { readonly change: { readonly commit: Sha; readonly subject: string } }): CommitName {
  return { sha: problem.change.commit, subject: problem.change.subject };
}

function pull(remote: RemoteChange | undefined, branch: string): string {
  return remote === undefined ? `the branch "${branch}"` : `#${remote.number} "${remote.title}"`;
}

function name({ sha, subject }: CommitName): string {
  return `${short(sha)} "${subject}"`;
}

function short(sha: Sha): string {
  return sha.slice(0, 7);
}
