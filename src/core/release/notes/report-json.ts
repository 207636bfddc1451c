/** A report as JSON for other programs. Schema: docs/schemas/notes-report.schema.json. */
import type { Report, Told } from "./report.ts";
import type { ScanMode, Unassigned } from "./shapes.ts";

export function reportJson(
  { title, branch, versions }: Report,
  { mode, unassigned }: { readonly mode: ScanMode; readonly unassigned: readonly Unassigned[] },
): object {
  const told = ({ path, commit, text }: Told) => ({ path, commit: commit ?? null, text });
  return {
    ...{ version: 1, mode, title, branch: branch ?? null },
    versions: versions.map(({ version, title: heading, date, preludes, sections }) => ({
      ...{ version, title: heading, date: date ?? null },
      preludes: preludes.map(told),
      sections: sections.map(({ section, items }) => ({ ...section, items: items.map(told) })),
    })),
    unassigned: unassigned.map(({ path, uid, kind, loss, why }) => ({ path, uid, kind, loss, why })),
  };
}
