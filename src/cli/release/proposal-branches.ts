/** One branch with one commit for each team, made beside the work tree. A branch that is there is never moved. */
import { parseRefName, type Sha } from "../../core/ids.ts";
import type { SeriesFacts } from "../../core/release/deliverable/series.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { committerHere } from "../../git/linked-worktree.ts";
import type { Repository } from "../../git/repository.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import type { CliProblem } from "../say.ts";
import type { Proposal } from "./auto-propose.ts";

export interface Branch {
  readonly team: string;
  /** `release/hibiscus/h-rc1/nova`. */
  readonly name: string;
  /** `same`: it was there, and proposes the same; `other`: it was there with something else. */
  readonly state: "made" | "same" | "other";
  readonly commit?: Sha;
}

export async function commitProposals(
  repository: Repository,
  base: Sha,
  { series, proposals }: { readonly series: SeriesFacts; readonly proposals: readonly Proposal[] },
): Promise<Result<readonly Branch[], CliProblem>> {
  const branches: Branch[] = [];
  for (const team of [...new Set(proposals.map((one) => one.team))].toSorted()) {
    const its = proposals.filter((one) => one.team === team);
    const made = await commitOne(repository, base, { series, team, proposals: its });
    if (!made.ok) return made;
    branches.push(made.value);
  }
  return ok(branches);
}

interface OfTeam {
  readonly series: SeriesFacts;
  readonly team: string;
  readonly proposals: readonly Proposal[];
}

async function commitOne(
  repository: Repository,
  base: Sha,
  { series, team, proposals }: OfTeam,
): Promise<Result<Branch, CliProblem>> {
  const events = [...new Set(proposals.map(({ due }) => due.event.id))];
  const name = ["release", series.name, events.join("-"), team.replaceAll(/[^A-Za-z0-9.-]+/g, "-")].join("/");
  const ref = parseRefName(`refs/heads/${name}`);
  if (ref === undefined)
    return fail({
      message: `Cannot make a branch for ${team}: "${name}" is no name for one`,
      hint: "rename the team, or propose its releases with `release propose`",
      exit: EXIT.refused,
    });
  const there = await repository.peel([ref]);
  if (!there.ok) return fail(ofGit(there.problem));
  const [tip] = there.value;
  if (tip !== undefined) return compared(repository, tip, { team, name, proposals });
  const asked = await committerHere(repository);
  if (!asked.ok) return fail(ofGit(asked.problem));
  const author = asked.value;
  if (author === undefined)
    return fail({
      message: "Cannot commit: git does not know your name and address",
      hint: "run `git config --global user.name …` and `user.email …`",
      exit: EXIT.refused,
    });
  const files = proposals.map(({ path, text }) => ({ path, content: text }));
  const tree = await repository.treeWith(base, files);
  if (!tree.ok) return fail(ofGit(tree.problem));
  const message = messageOf({ series, team, proposals });
  const people = { author, committer: author };
  const commit = await repository.commitTree({ tree: tree.value, parents: [base], ...people, message });
  if (!commit.ok) return fail(ofGit(commit.problem));
  const moved = await repository.updateRef(ref, { from: undefined, to: commit.value }, "plustwo release auto-propose");
  if (!moved.ok) return fail(ofGit(moved.problem));
  return ok({ team, name, state: "made", commit: commit.value });
}

async function compared(
  repository: Repository,
  tip: Sha,
  { team, name, proposals }: Omit<OfTeam, "series"> & { readonly name: string },
): Promise<Result<Branch, CliProblem>> {
  const read = await repository.blobs(proposals.map(({ path }) => ({ at: tip, path })));
  if (!read.ok) return fail(ofGit(read.problem));
  const same = proposals.every(({ text }, index) => Buffer.from(read.value[index] ?? []).toString("utf8") === text);
  return ok({ team, name, state: same ? "same" : "other", commit: tip });
}

function messageOf({ series, team, proposals }: OfTeam): string {
  const events = [...new Set(proposals.map(({ due }) => `${due.event.what} (${due.event.id})`))];
  const lines = proposals.flatMap(({ deliverable, planned, reasons }) => [
    `* ${deliverable} ${planned.version}`,
    ...reasons.map((reason) => `  ${reason}`),
  ]);
  return `Release ${team} for ${events.map((one) => one.replace(/ \(.*/, "")).join(" and ")} of ${series.name}\n\nThe schedule asks for it: ${events.join(", ")}.\n\n${lines.join("\n")}\n`;
}
