/** Notes that no version has, each with its reason. In mode reno a line says how many reno loses. */
import type { ScanMode, Unassigned } from "../../core/release/notes/shapes.ts";
import type { Book, Query } from "./book.ts";
import { counted, oneLine, type Say } from "../say.ts";

export function losses(unassigned: readonly Unassigned[]): readonly Unassigned[] {
  return unassigned.filter(({ loss }) => loss);
}

/** Whoever sees nothing wants to know where it was looked for. */
export function showNone(say: Say, { config, versions, unassigned }: Book, { mode }: Query): void {
  if (mode === "complete" && versions.length === 0 && unassigned.length === 0)
    say.note(`No version has a note in ${oneLine(config.notesPath)}`);
}

export function showUnassigned(say: Say, unassigned: readonly Unassigned[], mode: ScanMode): void {
  const lost = losses(unassigned);
  if (lost.length === 0) return;
  if (mode === "reno") {
    say.note(
      `reno's way leaves out ${counted(lost.length, "note")} of this branch: \`plustwo notes list\` says where they belong`,
    );
    return;
  }
  say.note(`${counted(lost.length, "note")} ${lost.length === 1 ? "belongs" : "belong"} to no version:`);
  for (const { path, why } of lost) say.note(`  ${oneLine(path)} ${oneLine(why)}`);
}
