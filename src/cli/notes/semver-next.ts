/** `plustwo notes semver-next`: the version that the notes since the last one ask for, and why. */
import type { NotesConfig } from "../../core/release/notes/config.ts";
import { liveBranches } from "../../core/release/notes/live-branches.ts";
import { nextVersion, type NoNextVersion } from "../../core/release/notes/next-version.ts";
import { renoNextVersion } from "../../core/release/notes/reno-version.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { unreadWaiting } from "../../core/release/notes/waiting.ts";
import { gatherNotes } from "../../git/notes-history.ts";
import { EXIT } from "../problems.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { openBook, type Book, type Query } from "./book.ts";
import { ofGather } from "./notebook.ts";
import { openNotes, type NotesPlace, type PlaceOptions } from "./place.ts";
import { readVersions } from "./report.ts";
import { showFindings } from "./show-findings.ts";

export interface NextOptions extends PlaceOptions {
  readonly query: Query;
  readonly json: boolean;
}

export async function semverNext(
  terminal: Terminal,
  say: Say,
  options: NextOptions,
): Promise<Result<number, CliProblem>> {
  const place = await openNotes(terminal, say, options);
  if (!place.ok) return place;
  const book = await openBook(place.value, options.query, say);
  if (!book.ok) return book;
  return options.query.mode === "reno"
    ? asReno(say, book.value, options)
    : withReasons(say, place.value, book.value, options);
}

async function asReno(say: Say, book: Book, { json }: NextOptions): Promise<Result<number, CliProblem>> {
  const read = await readVersions(book, "reno");
  if (!read.ok) return read;
  const next = renoNextVersion(read.value.versions, book.config);
  if (!next.ok)
    return fail({
      message: `Cannot say the next version as reno does: ${next.problem}`,
      hint: "leave --compat out",
      exit: EXIT.refused,
    });
  if (json) say.json({ version: 1, mode: "reno", next: next.value, base: null, impact: null, reasons: [] });
  else say.result(next.value);
  return ok(EXIT.ok);
}

async function withReasons(
  say: Say,
  place: NotesPlace,
  book: Book,
  { json }: NextOptions,
): Promise<Result<number, CliProblem>> {
  const { repository } = place;
  if (repository === undefined || book.current === undefined)
    return fail({
      message: `Cannot say the next version in ${place.top}: without history nobody knows the last one`,
      hint: "run it in the repository",
      exit: EXIT.noRepository,
    });
  const [read, branches] = await Promise.all([
    readVersions(book, "complete"),
    say.during("Looking at the branches", branchesOf(place, book.config)),
  ]);
  if (!read.ok) return read;
  if (!branches.ok) return branches;
  const unread = unreadWaiting(book.versions, read.value.findings);
  showFindings(
    say,
    read.value.findings.filter(({ severity }) => severity === "error"),
    "stderr",
  );
  if (unread.length > 0)
    return fail({
      message: `Cannot say the next version: ${counted(unread.length, "note")} cannot be read, and may ask for more than the others`,
      hint: "mend what is named above; `plustwo notes lint` looks again",
      exit: EXIT.refused,
    });
  const facts = {
    versions: read.value.versions,
    current: book.current,
    tags: [...book.dates.keys()],
    ...branches.value,
  };
  const next = nextVersion(facts, book.config);
  if (!next.ok) return fail(describe(next.problem));
  const { version, base, impact, reasons } = next.value;
  if (json) say.json({ version: 1, mode: "complete", next: version, base: base ?? null, impact, reasons });
  else {
    say.result(version);
    for (const reason of reasons) say.note(`  ${reason}`);
  }
  return ok(EXIT.ok);
}

async function branchesOf({ repository, branch }: NotesPlace, config: NotesConfig) {
  if (repository === undefined) throw new Error("it was looked at before");
  const asked = config.branch === undefined || config.branch === "" ? {} : { branch: config.branch };
  const input = await gatherNotes(repository, config, asked);
  return input.ok ? ok(liveBranches(input.value, config, asked.branch ?? branch)) : fail(ofGather(input.problem));
}

function describe(problem: NoNextVersion): CliProblem {
  switch (problem.kind) {
    case "nothing-new":
      return {
        message: `There is nothing to release: ${problem.current} is the newest commit, and no note waits`,
        hint: "merge a change first",
        exit: EXIT.refused,
      };
    case "no-version":
      return {
        message: `Cannot say what follows "${problem.current}": the tag is no version of three numbers`,
        hint: "see `release_tag_re` in the configuration, and docs/NOTES.md",
        exit: EXIT.refused,
      };
    case "range-taken":
      return {
        message: `Cannot release ${problem.version} here: it is in the range of ${problem.by} (${problem.because.join("; ")})`,
        hint: "a stable branch takes fixes alone: release the rest from the default branch, or decide the number by hand",
        exit: EXIT.refused,
      };
  }
}
