/**
 * `-m`: what changed between two patch sets of a change, without what changed below them. The older one is put onto the newer
 * one's base in memory, and the trees are compared; no branch is made and no file is touched.
 */
import type { Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type Workshop } from "../desk.ts";
import { EXIT, ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";

/** A patch set as it stands on its base: the commit below a change of one commit, the merge base with the target else. */
export interface Standing {
  readonly n: number;
  readonly head: Sha;
  readonly base: Sha;
}

export interface Compared {
  readonly older: Standing;
  readonly newer: Standing;
  /** `-R`: as they stand, with what changed below them. */
  readonly plain: boolean;
}

export async function compare(workshop: Workshop, compared: Compared): Promise<Result<number, CliProblem>> {
  const { repository, say, terminal } = workshop;
  const { older, newer } = compared;
  const from = await sideOf(workshop, compared);
  if (!from.ok) return from;
  const shown = await repository.patchText({ from: from.value, to: newer.head, colour: say.colour("bold", "") !== "" });
  if (!shown.ok) return fail(ofGit(shown.problem));
  if (shown.value === "") say.note(`Patch sets ${older.n} and ${newer.n} have the same content`);
  else terminal.stdout.write(shown.value);
  return ok(EXIT.ok);
}

async function sideOf(
  { repository, say }: Workshop,
  { older, newer, plain }: Compared,
): Promise<Result<Sha, CliProblem>> {
  if (plain || older.base === newer.base) return ok(older.head);
  const onto = await repository.treeOf(newer.base);
  if (!onto.ok) return fail(ofGit(onto.problem));
  const replayed = await repository.replay({ sha: older.head, parents: [older.base] }, { tree: onto.value });
  if (!replayed.ok) return fail(ofGit(replayed.problem));
  if (replayed.value.kind === "clean") return ok(replayed.value.tree);
  say.note(
    `Patch set ${older.n} conflicts with the base of patch set ${newer.n} in ${replayed.value.files.join(", ")}: they are compared as they stand, with what changed below them`,
  );
  return ok(older.head);
}
