/** A tree with some files written anew, made without a work tree and without an index: one level of folders after the other. */
import { parseSha, type Sha } from "../core/ids.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { isTreePath, oid } from "./slots.ts";
import { writeObject } from "./write.ts";

export interface WrittenFile {
  /** From the root. */
  readonly path: string;
  readonly content: string;
}

interface Entry {
  /** As git writes it: `100644`, `40000`. */
  readonly mode: string;
  readonly name: string;
  readonly sha: Sha;
}

/** `at`: a commit or a tree. What stands at a path is replaced and keeps its mode; folders are made. Two processes a folder, one a file. */
export async function treeWith(
  git: GitProcess,
  at: Sha,
  files: readonly WrittenFile[],
): Promise<Result<Sha, GitProblem>> {
  const wrong = files.find(({ path }) => !isTreePath(path));
  if (wrong !== undefined) return fail({ kind: "unsafe-name", what: "path", text: wrong.path });
  return folderWith(git, at, files);
}

async function folderWith(
  git: GitProcess,
  at: Sha | undefined,
  files: readonly WrittenFile[],
): Promise<Result<Sha, GitProblem>> {
  const listed = at === undefined ? ok([]) : await entriesOf(git, at);
  if (!listed.ok) return listed;
  const entries = new Map(listed.value.map((entry) => [entry.name, entry]));
  const below = new Map<string, WrittenFile[]>();
  for (const { path, content } of files) {
    const slash = path.indexOf("/");
    if (slash >= 0) {
      const name = path.slice(0, slash);
      below.set(name, [...(below.get(name) ?? []), { path: path.slice(slash + 1), content }]);
      continue;
    }
    const blob = await writeObject(git, "blob", content);
    if (!blob.ok) return blob;
    const before = entries.get(path)?.mode;
    entries.set(path, { mode: before === "100755" ? before : "100644", name: path, sha: blob.value });
  }
  for (const [name, inside] of below) {
    const before = entries.get(name);
    const tree = await folderWith(git, before?.mode === "40000" ? before.sha : undefined, inside);
    if (!tree.ok) return tree;
    entries.set(name, { mode: "40000", name, sha: tree.value });
  }
  return writeObject(git, "tree", bytesOf([...entries.values()]));
}

async function entriesOf(git: GitProcess, at: Sha): Promise<Result<readonly Entry[], GitProblem>> {
  const listed = await git.run("ls-tree", { options: ["-z", "--full-tree"], slots: [oid(at)] });
  if (!listed.ok) return listed;
  // Names are bytes: what is no UTF-8 would be written back as something else.
  const text = listed.value.stdout.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(listed.value.stdout))
    return fail({ kind: "failed", command: "git ls-tree", exitCode: 0, detail: "a file's name is no UTF-8" });
  return ok(
    text.split("\0").flatMap((line): readonly Entry[] => {
      const [, mode, object, name] = /^0*(\d+) \w+ ([0-9a-f]{40,64})\t(.+)$/s.exec(line) ?? [];
      const sha = parseSha(object ?? "");
      return mode === undefined || name === undefined || sha === undefined ? [] : [{ mode, name, sha }];
    }),
  );
}

/** In git's order: by bytes, a folder as if its name ended with a slash. */
function bytesOf(entries: readonly Entry[]): Uint8Array {
  const keyed = entries.map((entry) => ({
    entry,
    key: Buffer.from(`${entry.name}${entry.mode === "40000" ? "/" : ""}`),
  }));
  const sorted = keyed.toSorted((one, other) => Buffer.compare(one.key, other.key));
  return Buffer.concat(
    sorted.flatMap(({ entry }) => [Buffer.from(`${entry.mode} ${entry.name}\0`), Buffer.from(entry.sha, "hex")]),
  );
}
