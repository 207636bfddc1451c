/** The local branch of an undone submit: back to the commits before they were given Change-Ids or rebased, or left with a reason. */
import { type SubmitRecord, type UndoPlan } from "../../core/change/undo.ts";
import { branchOfRef, type BranchName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type Desk } from "../desk.ts";
import { EXIT, ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";
import { checkedOutElsewhere } from "../work-trees.ts";

export type LocalMove = {
  readonly branch: BranchName;
  readonly from: Sha;
  readonly to: Sha;
} & (
  | { readonly kind: "move"; readonly files: boolean }
  | { readonly kind: "stays"; readonly why: string }
  | { readonly kind: "nothing" }
);

/** Refuses where edits would be in the way: better before anything is taken back than after. */
export async function planLocal(
  desk: Desk,
  { local }: SubmitRecord,
  plan: UndoPlan,
): Promise<Result<LocalMove | undefined, CliProblem>> {
  const branch = local === undefined ? undefined : branchOfRef(local.ref);
  if (local === undefined || branch === undefined) return ok(undefined);
  const at = { branch, from: local.to, to: local.from };
  const refs = await desk.repository.refs(local.ref);
  if (!refs.ok) return fail(ofGit(refs.problem));
  const now = refs.value.find(({ name }) => name === local.ref)?.sha;
  if (now === local.from) return ok({ ...at, kind: "nothing" });
  if (now === undefined) return ok({ ...at, kind: "stays", why: "it was deleted" });
  if (now !== local.to) return ok({ ...at, kind: "stays", why: "you have gone on from there" });
  if (plan.steps.some(({ kind }) => kind === "kept"))
    return ok({ ...at, kind: "stays", why: "not all of the submit is taken back" });
  if (!local.files) return ok({ ...at, kind: "move", files: false });
  const { head } = desk.place;
  const here = head.kind === "branch" && head.branch === branch;
  if (!here) {
    const elsewhere = (await checkedOutElsewhere(desk.place)).has(branch);
    return ok(
      elsewhere
        ? { ...at, kind: "stays", why: "it is checked out in another work tree" }
        : { ...at, kind: "move", files: false },
    );
  }
  const clean = await desk.repository.isClean();
  if (!clean.ok) return fail(ofGit(clean.problem));
  if (clean.value) return ok({ ...at, kind: "move", files: true });
  return fail({
    message: `Cannot undo: ${branch} was rebased by that submit, and there are edits in your work tree that are not committed`,
    hint: "commit or `git stash` them first; nothing was changed",
    exit: EXIT.refused,
  });
}

export async function moveLocal(desk: Desk, record: SubmitRecord, move: LocalMove): Promise<Result<void, CliProblem>> {
  if (move.kind !== "move" || record.local === undefined) return ok(undefined);
  const moved = move.files
    ? await desk.repository.resetKeep(move.to)
    : await desk.repository.updateRef(record.local.ref, { from: move.from, to: move.to }, "git review undo");
  return moved.ok ? ok(undefined) : fail(ofGit(moved.problem));
}
