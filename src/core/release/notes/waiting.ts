/** What was found wrong with notes that wait for a release: of one that cannot be read nobody knows what it asks for. */
import type { NotesFinding } from "./finding.ts";
import { isUnreleased } from "./report.ts";

interface Listed {
  readonly version: string;
  readonly notes: readonly { readonly path: string }[];
}

/** Of notes in no tag yet, not one word of which can be read. `versions`: newest first. */
export function unreadWaiting(versions: readonly Listed[], findings: readonly NotesFinding[]): readonly NotesFinding[] {
  const released = versions.findIndex(({ version }) => !isUnreleased(version));
  const waiting = released < 0 ? versions : versions.slice(0, released);
  const paths = new Set(waiting.flatMap(({ notes }) => notes.map(({ path }) => path)));
  return findings.filter(({ rule, path }) => rule === "note.yaml" && paths.has(path));
}
