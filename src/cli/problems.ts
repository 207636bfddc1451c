/** From every room's problem to a message, a hint and a documented exit code (see the manual page). */
import { describeStackProblem, describeUploadProblem } from "../core/change/describe.ts";
import { type StackProblem } from "../core/change/stack.ts";
import { type UploadProblem } from "../core/change/upload.ts";
import { type LocateProblem } from "../config/locate-problem.ts";
import { settingDefinition } from "../config/setting-names.ts";
import { describeOrigin, type Origin } from "../config/settings.ts";
import { type NoToken } from "../config/token.ts";
import { type ForgeProblem } from "../forge/forge.ts";
import { describeForgeProblem } from "../forge/problem.ts";
import { describeGitProblem, type GitProblem } from "../git/problem.ts";
import { EXIT } from "./exit.ts";
import { type CliProblem } from "./say.ts";

export { EXIT };

export function ofGit(problem: GitProblem): CliProblem {
  return { ...describeGitProblem(problem), exit: exitOfGit(problem) };
}

export function ofForge(problem: ForgeProblem): CliProblem {
  return describeForgeProblem(problem);
}

export function ofStack(problem: StackProblem, above: string): CliProblem {
  return { ...describeStackProblem(problem, above), exit: EXIT.refused };
}

export function ofUpload(problem: UploadProblem, remote: string): CliProblem {
  return { ...describeUploadProblem(problem, remote), exit: EXIT.refused };
}

export function ofToken({ host, tried }: NoToken): CliProblem {
  return {
    message: `Cannot ask ${host}: no token was found (tried ${tried.join(", ")})`,
    hint: `make a token that may write to the repository, and put it into PLUSTWO_TOKEN or your git credential helper, or run \`gh auth login --hostname ${host}\``,
    exit: EXIT.token,
  };
}

export function ofLocation(problem: LocateProblem): CliProblem {
  switch (problem.kind) {
    case "no-remote":
      return {
        message: "Cannot find out where to send changes: this repository has no remote",
        hint: `add one: \`git remote add origin ${problem.suggested ?? "https://<host>/<owner>/<name>.git"}\``,
        exit: EXIT.refused,
      };
    case "unknown-remote":
      return {
        message: `Cannot use the remote "${problem.remote}" (from ${from(problem.origin)}): this repository has ${problem.known.join(", ") || "no remotes"}`,
        hint: "name one of them with `-r <remote>` or `git config gitreview.remote <remote>`",
        exit: EXIT.refused,
      };
    case "not-a-forge":
      return {
        message: `Cannot send changes to the remote "${problem.remote}": its URL ${problem.url} is not one of a project on a server (host/owner/name)`,
        hint: `set it with \`git remote set-url ${problem.remote} https://<host>/<owner>/<name>.git\``,
        exit: EXIT.refused,
      };
    case "other-host":
      return {
        message: `Cannot decide where your token may go: .gitreview names ${problem.fileHost}, but the remote "${problem.remote}" goes to ${problem.remoteHost}`,
        hint: `if you trust ${problem.fileHost}, run \`git config gitreview.hostname ${problem.fileHost}\`; else \`git config gitreview.hostname ${problem.remoteHost}\``,
        exit: EXIT.refused,
      };
    case "other-project":
      return {
        message: `Cannot send changes to the remote "${problem.remote}": it is ${problem.remoteProject}, but ${problem.from} says ${problem.project}`,
        hint: `add a remote for ${problem.project} and name it: \`git config gitreview.remote <remote>\`. Who may not push there sends through their fork by itself`,
        exit: EXIT.refused,
      };
    case "bad-branch":
      return {
        message: `Cannot use ${JSON.stringify(problem.text)} (from ${from(problem.origin)}) as a target: it is not a branch name`,
        hint: "give the name of a branch of the server, such as `main` or `stable/2026.1`",
        exit: EXIT.malformed,
      };
    case "bad-setting": {
      const [key = problem.name] = settingDefinition(problem.name).git;
      return {
        message: `Cannot use ${problem.name} = ${JSON.stringify(problem.text)} (from ${from(problem.origin)}): expected ${problem.expected}`,
        hint: `correct it there, or override it with \`git config gitreview.${key} <value>\``,
        exit: EXIT.malformed,
      };
    }
    case "no-gerrit":
      return {
        message: `Cannot find the Gerrit server: there is no remote for it, and no setting names its ${problem.missing}`,
        hint: `put ${problem.missing} into the [gerrit] section of .gitreview, or add the remote: \`git remote add gerrit ssh://<user>@<host>:29418/<project>\``,
        exit: EXIT.refused,
      };
    case "plain-http":
      return {
        message: `Cannot send a token to ${problem.host} over plain http: anybody on the way could read it`,
        hint: "use the server's https address, or allow it with `git config gitreview.scheme http`",
        exit: EXIT.refused,
      };
  }
}

/** Who said it, in few words. */
function from(origin: Origin | undefined): string {
  if (origin === undefined || origin.kind === "default") return "the default";
  return origin.kind === "command-line" ? "the command line" : describeOrigin(origin);
}

function exitOfGit(problem: GitProblem): number {
  switch (problem.kind) {
    case "no-repository":
      return EXIT.noRepository;
    case "unsafe-name":
      return EXIT.malformed;
    case "unreachable":
    case "timeout":
      return EXIT.unreachable;
    case "authentication":
    case "no-remote-repository":
      return EXIT.token;
    case "aborted":
      return EXIT.interrupted;
    case "missing-object":
    case "stale":
    case "not-descending":
    case "rejected":
    case "no-git":
    case "failed":
      return EXIT.refused;
  }
}
