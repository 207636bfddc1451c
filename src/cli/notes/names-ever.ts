/** Every name that a note has, or had, in the history of the branches: a UID that was used once is not free. */
import type { NotesConfig } from "../../core/release/notes/config.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { gatherNotes } from "../../git/notes-history.ts";
import type { Repository } from "../../git/repository.ts";
import type { CliProblem } from "../say.ts";
import { ofGather } from "./notebook.ts";

export async function namesEver(
  repository: Repository,
  config: NotesConfig,
): Promise<Result<ReadonlySet<string>, CliProblem>> {
  const input = await gatherNotes(repository, config, {});
  if (!input.ok) return fail(ofGather(input.problem));
  const changes = [...input.value.changes.values()].flatMap((one) =>
    one.kind === "plain" ? one.changes : one.paths.flat().flatMap((change) => change ?? []),
  );
  return ok(new Set(changes.map(({ path }) => path)));
}
