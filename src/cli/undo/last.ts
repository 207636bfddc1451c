/** The last submit that a clone's journal has for a project: what `git review undo` takes back, and what `git review status` offers. */
import { type SubmitRecord } from "../../core/change/undo.ts";
import { type Desk } from "../desk.ts";
import { parseRecord } from "./record.ts";

export interface LastSubmit {
  readonly record: SubmitRecord;
  /** In the journal. */
  readonly index: number;
}

export function lastSubmit({ location, project }: Desk, journal: readonly unknown[]): LastSubmit | undefined {
  for (let index = journal.length - 1; index >= 0; index -= 1) {
    const record = parseRecord(journal[index]);
    const here = record?.host === location.host && record.project === `${project.owner}/${project.name}`;
    if (record !== undefined && here) return { record, index };
  }
  return undefined;
}
