/** The notebook on real git: what is gathered, what is remembered, and what is said where there is no history to read. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readNotebook, readNoteTexts } from "../../../src/cli/notes/notebook.ts";
import { defaultNotesConfig, type NotesConfig } from "../../../src/core/release/notes/config.ts";
import type { ScanMode } from "../../../src/core/release/notes/shapes.ts";
import { openRepository } from "../../../src/git/repository.ts";
import { inTemporaryFolder, sandbox, temporaryFolder, testEnvironment, type Sandbox } from "./sandbox.ts";

const FOLDER = "releasenotes/notes";
const A = `${FOLDER}/a-0000000000000001.yaml`;
const B = `${FOLDER}/b-0000000000000002.yaml`;
const C = `${FOLDER}/c-0000000000000003.yaml`;

interface Read {
  readonly lines: readonly string[];
  /** git processes it took. */
  readonly processes: number;
}

async function read(
  { dir }: Pick<Sandbox, "dir">,
  { mode = "complete", branch, config = {} }: { mode?: ScanMode; branch?: string; config?: Partial<NotesConfig> } = {},
): Promise<Read> {
  const repository = openRepository(dir, { env: testEnvironment });
  const options = branch === undefined ? { mode } : { mode, branch };
  const notebook = await readNotebook(repository, { ...defaultNotesConfig(), ...config }, options);
  const processes = repository.processes();
  if (!notebook.ok) return { lines: [notebook.problem.message, notebook.problem.hint], processes };
  const texts = await readNoteTexts(
    repository,
    notebook.value.versions.flatMap(({ notes }) => notes),
  );
  if (!texts.ok) throw new Error(texts.problem.message);
  const lines = notebook.value.versions.map(({ version, notes }) => {
    const told = notes.map(
      ({ path }) =>
        `${path.slice(FOLDER.length + 1, FOLDER.length + 2)}=${String(Buffer.from(texts.value.get(path) ?? []))}`,
    );
    return `${version}: ${told.join(" ")}`;
  });
  return { lines, processes };
}

function begun(): Sandbox {
  const repository = inTemporaryFolder();
  repository.git("checkout", "-q", "-B", "master");
  repository.commit("begin", { [A]: "one" });
  repository.git("tag", "-a", "-m", "1.0.0", "1.0.0");
  repository.commit("more", { [B]: "two" });
  return repository;
}

describe("release notes of a repository", () => {
  it("have their versions, and texts from commits and from the work tree", async () => {
    const repository = begun();
    writeFileSync(join(repository.dir, A), "edited");
    writeFileSync(join(repository.dir, C), "staged");
    repository.git("add", C);
    expect((await read(repository)).lines).toEqual(["*working-copy*: c=staged", "1.0.0-1: b=two", "1.0.0: a=edited"]);
  });

  it("are found by plain tags and tags of tags, and from a folder below", async () => {
    const repository = begun();
    repository.git("tag", "2.0.0");
    const below = { dir: join(repository.dir, "releasenotes") };
    expect((await read(below)).lines).toEqual(["2.0.0: b=two", "1.0.0: a=one"]);
    repository.git("tag", "-d", "2.0.0");
    repository.git("tag", "-a", "-m", "a tag of a tag", "3.0.0", "1.0.0");
    expect((await read(below)).lines).toEqual(["3.0.0-1: b=two", "3.0.0: a=one"]);
  });

  it("are remembered, until the history, a tag, an edit or the configuration changes; what cannot be read is forgotten", async () => {
    const repository = begun();
    const first = await read(repository);
    const second = await read(repository);
    expect(second.lines).toEqual(first.lines);
    expect(second.processes).toBeLessThan(first.processes);
    const folder = join(repository.dir, ".git/plustwo/notes");
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"mode":"complete","versions":[');
    expect(await read(repository)).toEqual(first);
    repository.git("tag", "2.0.0");
    expect((await read(repository)).lines).toEqual(["2.0.0: b=two", "1.0.0: a=one"]);
    expect((await read(repository, { config: { ignoreNotes: ["0000000000000001"] } })).lines).toEqual(["2.0.0: b=two"]);
    repository.git("rm", "-q", B);
    expect((await read(repository)).lines).toEqual(["1.0.0: a=one"]);
  });

  it("of a branch are those of its tip, without the work tree; a branch that is gone is known by its closing tag", async () => {
    const repository = begun();
    repository.git("tag", "-a", "-m", "closed", "old-eol", "1.0.0");
    repository.commit("later", { [C]: "three" });
    expect((await read(repository, { branch: "stable/old" })).lines).toEqual(["1.0.0: a=one"]);
  });

  it("a note that a merge brings in itself is found", async () => {
    const repository = begun();
    repository.git("checkout", "-q", "-b", "side", "HEAD~1");
    repository.commit("side", { "side.txt": "x" });
    repository.git("checkout", "-q", "master");
    repository.git("merge", "-q", "--no-ff", "--no-commit", "side");
    repository.commit("merge", { [C]: "evil" });
    expect((await read(repository)).lines).toEqual(["1.0.0-2: b=two c=evil", "1.0.0: a=one"]);
  });

  it("of a clone that is cut off, of nothing, of an unknown branch are a sentence", async () => {
    const repository = begun();
    const cut = sandbox(temporaryFolder());
    cut.git("clone", "-q", "--depth", "1", `file://${repository.dir}`, "clone");
    expect((await read({ dir: join(cut.dir, "clone") })).lines[0]).toMatch(/this clone's history is cut off/);
    const empty = inTemporaryFolder();
    empty.git("init", "-q", "-b", "master");
    expect((await read(empty)).lines[0]).toMatch(/nothing is committed yet/);
    expect((await read(repository, { branch: "stable/nowhere" })).lines).toEqual([
      'Cannot read the notes of "stable/nowhere": there is no such branch, tag, or tag of a closed branch',
      "branches here: master",
    ]);
    const nowhere = temporaryFolder();
    expect((await read({ dir: nowhere })).lines[0]).toMatch(/found none that can be used/);
  });
});
