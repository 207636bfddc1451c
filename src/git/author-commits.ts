/** Which commits somebody wrote, by the email in them as it is: no mailmap, which is a file that a change can write. */
import { parseSha, type Sha } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { oid } from "./slots.ts";

export interface AuthorCommits {
  readonly newest: Sha;
  /** Of those looked at; the same where there is one. */
  readonly oldest: Sha;
}

/** `emails` in lower case. Of the newest `max` commits reachable from `tip`; whoever wrote none of them is not in the answer. One process. */
export async function readAuthorCommits(
  git: GitProcess,
  tip: Sha,
  { emails, max }: { readonly emails: readonly string[]; readonly max: number },
): Promise<Result<ReadonlyMap<string, AuthorCommits>, GitProblem>> {
  const listed = await git.run("rev-list", {
    options: ["--format=%ae"],
    valued: [{ option: "--max-count", value: { slot: String(Math.trunc(max)) } }],
    slots: [oid(tip)],
    via: "text",
  });
  if (!listed.ok) return listed;
  const wanted = new Set(emails);
  const found = new Map<string, AuthorCommits>();
  let commit: Sha | undefined;
  // Two lines for each: `commit <sha>`, and the email, in which there is no end of line.
  for (const [index, line] of listed.value.stdout.toString("utf8").split("\n").entries()) {
    if (index % 2 === 0) {
      commit = parseSha(line.replace(/^commit /, ""));
      continue;
    }
    const email = line.toLowerCase();
    if (commit === undefined || !wanted.has(email)) continue;
    found.set(email, { newest: found.get(email)?.newest ?? commit, oldest: commit });
  }
  return ok(found);
}
