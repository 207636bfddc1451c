/** The command line of `plustwo notes`: reno's commands and options, and what reno has not. */
import { Option, type Command } from "@commander-js/extra-typings";
import { given, runCommandLine, type Run } from "../command-line.ts";
import { folded } from "../help.ts";
import { speaker, type Terminal } from "../say.ts";
import type { Query } from "./book.ts";

/** `args` begin with `notes`. Answers the exit code. */
export function runNotes(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommandLine(args, terminal, { add: (root, run) => addNotes(root, terminal, run), more: EXIT_CODES });
}

export function addNotes(root: Command, terminal: Terminal, run: Run): void {
  const notes = root
    .command("notes")
    .helpCommand(false)
    .description("Release notes: files beside the code, as reno has them, and reports that lose none of them.");
  addNew(notes, terminal, run);
  addList(notes, terminal, run);
  addReport(notes, terminal, run);
  addLint(notes, terminal, run);
  addNext(notes, terminal, run);
  addCache(notes, terminal, run);
  addImport(notes, terminal, run);
  for (const command of notes.commands) command.addHelpText("after", `\n${folded(EXIT_CODES, terminal.stdout)}`);
}

const FOLDER = "the repository; else the one around the current folder";
const NOTES_FOLDER = "the folder above the notes (default: releasenotes)";

function addNew(notes: Command, terminal: Terminal, run: Run): void {
  notes
    .command("new")
    .description("Makes a note, with a section for each kind of news, under a name that nobody else draws.")
    .argument("<slug>", "a few words, such as fix-login")
    .argument("[folder]", FOLDER)
    .option("--edit", "open it in VISUAL or EDITOR")
    .option("--from-template <file>", "begin it as this file; else as `template` in the configuration")
    .option("-d, --rel-notes-dir <folder>", NOTES_FOLDER)
    .action(async (slug, folder, { edit, fromTemplate, relNotesDir }) => {
      const { newNote } = await import("./new.ts");
      const at = { ...given("folder", folder), ...given("notesFolder", relNotesDir) };
      const named = given("fromTemplate", fromTemplate);
      return run(newNote(terminal, speaker(terminal), { slug, edit: edit === true, ...named, ...at }));
    });
}

function addList(notes: Command, terminal: Terminal, run: Run): void {
  withQuery(
    notes
      .command("list")
      .description("Prints which note belongs to which version. Exit 1: a note belongs to none, each with its reason."),
  )
    .option("--json", "print JSON (docs/schemas/notes-list.schema.json)")
    .action(async (folder, { json, relNotesDir, ...query }) => {
      const { listNotes } = await import("./list.ts");
      const at = { ...given("folder", folder), ...given("notesFolder", relNotesDir) };
      return run(listNotes(terminal, speaker(terminal), { query: queryFrom(query), json: json === true, ...at }));
    });
}

function addReport(notes: Command, terminal: Terminal, run: Run): void {
  withQuery(
    notes
      .command("report")
      .description("Prints all notes as one text, newest version first. Exit 1: something a note says is not in it."),
  )
    .option("-o, --output <file>", "write it there; else print it")
    .option("--title <text>", "the heading above all", "Release Notes")
    .option("--show-source", "a comment before each text names its note; so it is anyway")
    .option("--no-show-source", "no such comments")
    .addOption(new Option("--format <name>", "the text's form").choices(["rst", "markdown", "json"]).default("rst"))
    .option("--json", "the same as --format json (docs/schemas/notes-report.schema.json)")
    .action(async (folder, { json, relNotesDir, output, title, showSource, format, ...query }) => {
      const { FORMATS, reportNotes } = await import("./report.ts");
      const at = { ...given("folder", folder), ...given("notesFolder", relNotesDir), ...given("output", output) };
      const form = json === true ? "json" : (FORMATS.find((one) => one === format) ?? "rst");
      const shown = { title, showSource: showSource !== false, format: form };
      return run(reportNotes(terminal, speaker(terminal), { query: queryFrom(query), ...shown, ...at }));
    });
}

function addLint(notes: Command, terminal: Terminal, run: Run): void {
  notes
    .command("lint")
    .description("Says what is wrong with notes, by file and line. Exit 1: there are errors.")
    .argument("[folder]", FOLDER)
    .option(
      "--diff <commit>",
      "look only at notes that are new or edited since HEAD left this commit, such as origin/main",
    )
    .option("--strict", "warnings count as errors")
    .option("--json", "print JSON (docs/schemas/notes-lint.schema.json)")
    .option("-d, --rel-notes-dir <folder>", NOTES_FOLDER)
    .action(async (folder, { diff, strict, json, relNotesDir }) => {
      const { lintTree } = await import("./lint.ts");
      const at = { ...given("folder", folder), ...given("notesFolder", relNotesDir), ...given("diff", diff) };
      return run(lintTree(terminal, speaker(terminal), { strict: strict === true, json: json === true, ...at }));
    });
}

function addNext(notes: Command, terminal: Terminal, run: Run): void {
  notes
    .command("semver-next")
    .description("Prints the version that the notes since the last one ask for, and the reasons on standard error.")
    .argument("[folder]", FOLDER)
    .option("--branch <name>", "the branch; else what is checked out")
    .addOption(compat())
    .option("--json", "print JSON (docs/schemas/notes-next.schema.json)")
    .option("-d, --rel-notes-dir <folder>", NOTES_FOLDER)
    .action(async (folder, { branch, compat: like, json, relNotesDir }) => {
      const { semverNext } = await import("./semver-next.ts");
      const at = { ...given("folder", folder), ...given("notesFolder", relNotesDir) };
      const query = queryFrom({ version: [], ...given("branch", branch), ...given("compat", like), ignoreCache: true });
      return run(semverNext(terminal, speaker(terminal), { query, json: json === true, ...at }));
    });
}

function addCache(notes: Command, terminal: Terminal, run: Run): void {
  withQuery(
    notes
      .command("cache")
      .description("Writes reno.cache: versions and notes of all series, for archives that have no history."),
  )
    .option("-o, --output <file>", "write it there, `-` prints it; else among the notes")
    .action(async (folder, { relNotesDir, output, ...query }) => {
      const { cacheNotes } = await import("./cache.ts");
      const at = { ...given("folder", folder), ...given("notesFolder", relNotesDir), ...given("output", output) };
      return run(cacheNotes(terminal, speaker(terminal), { query: queryFrom(query), ...at }));
    });
}

function addImport(notes: Command, terminal: Terminal, run: Run): void {
  notes
    .command("import")
    .description("Writes notes from the fragments of towncrier or Changesets. All or nothing; twice is once.")
    .argument("[fragments]", "their folder; else .changeset, newsfragments or changelog.d")
    .addOption(
      new Option("--from <tool>", "whose they are; else the folder tells").choices(["towncrier", "changesets"]),
    )
    .option("--section <type=section>", "where a type or bump belongs; may be given several times", collect, NONE)
    .option("--remove", "remove the fragments that notes were made from; else they stay")
    .option("--dry-run", "say what would be written, and write nothing")
    .option("--json", "print JSON (docs/schemas/notes-import.schema.json)")
    .option("-d, --rel-notes-dir <folder>", NOTES_FOLDER)
    .action(async (fragments, { from, section, remove, dryRun, json, relNotesDir }) => {
      const { importNotes, TOOLS } = await import("./import.ts");
      const tool = TOOLS.find((one) => one === from);
      const flags = { remove: remove === true, dryRun: dryRun === true, json: json === true };
      const named = { ...given("fragments", fragments), ...given("notesFolder", relNotesDir) };
      const asked = { sections: section, ...flags, ...named, ...(tool === undefined ? {} : { from: tool }) };
      return run(importNotes(terminal, speaker(terminal), asked));
    });
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const NONE: readonly string[] = [];

function compat() {
  return new Option("--compat <tool>", "answer byte for byte as that tool does, its losses included").choices(["reno"]);
}

function withQuery(command: Command) {
  return command
    .argument("[folder]", FOLDER)
    .option("--version <version>", "only this version; may be given several times", collect, NONE)
    .option("--branch <name>", "the branch; else what is checked out, with the work tree")
    .option("--collapse-pre-releases", "notes of pre-releases stand under their final release")
    .option("--no-collapse-pre-releases", "each pre-release by itself")
    .option("--earliest-version <version>", "nothing before this version")
    .option("--stop-at-branch-base", "nothing before the last series began")
    .option("--no-stop-at-branch-base", "the whole history")
    .option("--ignore-cache", "do not read reno.cache, where --compat=reno would")
    .addOption(compat())
    .option("-d, --rel-notes-dir <folder>", NOTES_FOLDER);
}

interface Asked {
  readonly version: readonly string[];
  readonly branch?: string | undefined;
  readonly earliestVersion?: string | undefined;
  readonly collapsePreReleases?: boolean | undefined;
  readonly stopAtBranchBase?: boolean | undefined;
  readonly ignoreCache?: boolean | undefined;
  readonly compat?: string | undefined;
}

function queryFrom({ version, branch, earliestVersion, collapsePreReleases, stopAtBranchBase, ...rest }: Asked): Query {
  return {
    mode: rest.compat === "reno" ? "reno" : "complete",
    versions: version,
    ...given("branch", branch),
    ...given("earliestVersion", earliestVersion),
    ...(collapsePreReleases === undefined ? {} : { collapsePreReleases }),
    ...(stopAtBranchBase === undefined ? {} : { stopAtBranchBase }),
    ignoreCache: rest.ignoreCache === true,
  };
}

const EXIT_CODES = `Exit codes: 0 done · 1 a note is lost, or lint found errors · 2 usage · 3 a file or value that cannot be read · 70 no repository
More: docs/NOTES.md, man plustwo`;
