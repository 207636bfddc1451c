/**
 * What the page of a release says: the release notes that its commit has and the release before has not, or has otherwise. Of another
 * repository than this one the mirror has nothing: there the page names the file that asked for it.
 */
import type { Sha } from "../src/core/ids.ts";
import { defaultNotesConfig, notesConfigPaths, readNotesConfig } from "../src/core/release/notes/config.ts";
import { markdown } from "../src/core/release/notes/markdown.ts";
import { readNote } from "../src/core/release/notes/note.ts";
import { makeReport } from "../src/core/release/notes/report.ts";
import type { ReleaseOrder } from "../src/core/release/release/order.ts";
import type { Applying } from "./applying.ts";
import type { Mirror } from "./mirror.ts";

/** Markdown; never fails: a page without notes is better than no page. */
export async function releaseNotes(at: Applying, order: ReleaseOrder): Promise<string> {
  const { gathered } = at;
  const asked = `Asked for by \`${order.path}\` in ${gathered.ref.owner}/${gathered.ref.name}.`;
  const own = order.repository.toLowerCase() === `${gathered.ref.owner}/${gathered.ref.name}`.toLowerCase();
  const notes = own ? await notesSince(at, order) : "";
  return notes === "" ? asked : `${notes}\n\n${asked}`;
}

/** Where another file has the release before, its tag says on which commit it is; where that is not known nothing is told. */
async function notesSince({ service, gathered }: Applying, order: ReleaseOrder): Promise<string> {
  const { since } = order;
  if (since === undefined) return notesBetween(gathered.mirror, order);
  if (since.commit !== undefined) return notesBetween(gathered.mirror, order, since.commit);
  const tag = await service.forge.tag(gathered.ref, since.version);
  return tag.ok && tag.value !== undefined ? notesBetween(gathered.mirror, order, tag.value.commit) : "";
}

async function notesBetween({ git }: Mirror, { version, commit }: ReleaseOrder, since?: Sha): Promise<string> {
  const config = await configAt({ git }, commit);
  const [here, there] = await Promise.all([
    git.list(commit, config.notesPath),
    since === undefined ? undefined : git.list(since, config.notesPath),
  ]);
  if (!here.ok || there?.ok === false) return "";
  const before = new Map(there?.value.map(({ path, sha }) => [path, sha]));
  const told = here.value.filter(({ path, sha }) => path.endsWith(".yaml") && before.get(path) !== sha);
  const texts = await git.blobs(told.map(({ path }) => ({ at: commit, path })));
  if (!texts.ok) return "";
  const notes = told.flatMap(({ path }, index) => {
    const bytes = texts.value[index];
    const read = bytes === undefined ? undefined : readNote(path, Buffer.from(bytes).toString("utf8"), config);
    return read?.ok === true ? [{ path, commit, note: read.value.note }] : [];
  });
  if (notes.length === 0) return "";
  const report = makeReport([{ version, date: undefined, notes }], config, { title: "", unknownSections: true });
  // The page has the version as its title already.
  return markdown(report, { showSource: false }).replace(/^# .*\n+/, "");
}

async function configAt({ git }: Pick<Mirror, "git">, commit: Sha) {
  for (const path of notesConfigPaths()) {
    const text = await git.text(commit, path);
    const read = text.ok && text.value !== undefined ? readNotesConfig(path, text.value) : undefined;
    if (read?.ok === true) return read.value.config;
  }
  return defaultNotesConfig();
}
