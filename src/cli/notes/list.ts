/** `plustwo notes list`: which note belongs to which version. Exit 1 where a note belongs to none, in mode complete. */
import { listText } from "../../core/release/notes/list-text.ts";
import { ok, type Result } from "../../core/result.ts";
import { uidOf } from "../../core/release/notes/uid.ts";
import { EXIT } from "../problems.ts";
import { plain, type CliProblem, type Say, type Terminal } from "../say.ts";
import { openBook, type Query } from "./book.ts";
import { openNotes, type PlaceOptions } from "./place.ts";
import { losses, showNone, showUnassigned } from "./show-unassigned.ts";

export interface ListOptions extends PlaceOptions {
  readonly query: Query;
  readonly json: boolean;
}

export async function listNotes(
  terminal: Terminal,
  say: Say,
  options: ListOptions,
): Promise<Result<number, CliProblem>> {
  const place = await openNotes(terminal, say, options);
  if (!place.ok) return place;
  const { query, json } = options;
  const book = await openBook(place.value, query, say);
  if (!book.ok) return book;
  const { versions, unassigned, current } = book.value;
  if (json)
    say.json({
      ...{ version: 1, mode: query.mode, current: current ?? null },
      versions: versions.map(({ version, notes }) => ({
        version,
        notes: notes.map(({ path, commit }) => ({ path, uid: uidOf(path), commit: commit ?? null })),
      })),
      unassigned: unassigned.map(({ path, uid, kind, loss, why }) => ({ path, uid, kind, loss, why })),
    });
  else {
    const text = listText(versions, query.mode === "reno" ? "python" : "plain");
    if (versions.length > 0) say.result(terminal.stdout.isTTY === true ? plainTabs(text) : text);
  }
  showNone(say, book.value, query);
  showUnassigned(say, unassigned, query.mode);
  return ok(query.mode === "complete" && losses(unassigned).length > 0 ? EXIT.refused : EXIT.ok);
}

/** A terminal is shown no steering characters of file names; the tabs are ours. */
function plainTabs(text: string): string {
  return text.split("\t").map(plain).join("\t");
}
