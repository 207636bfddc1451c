/** What commits did to files, as `git log --raw` tells it: for a merge what it changed against all its parents. One process. */
import { parseSha, type Sha } from "../core/ids.ts";
import { byCodePoint } from "../core/release/notes/scan-refs.ts";
import type { NoteChange, NoteChanges } from "../core/release/notes/shapes.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { GitProblem } from "./problem.ts";
import type { GitProcess } from "./process.ts";
import { isTreePath } from "./slots.ts";

export interface LogOf {
  readonly commits: readonly Sha[];
  /** Then its files alone. `up` leads to the top of the work tree. */
  readonly folder?: { readonly path: string; readonly up: string };
}

export async function readNoteLog(
  git: GitProcess,
  { commits, folder }: LogOf,
): Promise<Result<ReadonlyMap<Sha, NoteChanges>, GitProblem>> {
  if (folder !== undefined && (!isTreePath(folder.path) || folder.path.includes("\n")))
    return fail({ kind: "unsafe-name", what: "path", text: folder.path });
  if (commits.length === 0) return ok(new Map());
  const logged = await git.run("log", {
    lean: true,
    options: [
      "--raw",
      "--diff-merges=combined",
      "-z",
      "--no-abbrev",
      "--no-renames",
      "--format=%x01%H",
      "--full-history",
      "--no-walk=unsorted",
      "--stdin",
    ],
    stdin: [...commits, ...(folder === undefined ? [] : ["--", folder.up + folder.path])].join("\n") + "\n",
  });
  return logged.ok ? ok(parseLog(logged.value.stdout.toString("utf8"))) : logged;
}

const RAW = /^\n?(:+)([\d ]+?) ((?:[0-9a-f]{40,64} )+)([A-Z]+)\d*$/;

/** Commits begin with a byte 1 and their SHA; each change is two texts: what happened, and to which path. */
function parseLog(text: string): ReadonlyMap<Sha, NoteChanges> {
  const log = new Map<Sha, NoteChanges>();
  const parts = text.split("\0");
  let sha: Sha | undefined;
  let plain: NoteChange[] = [];
  let paths: (readonly (NoteChange | undefined)[])[] = [];
  let parents = 1;
  const close = (): void => {
    if (sha !== undefined && paths.length > 0)
      log.set(sha, { kind: "merge", paths, hasFolder: Array.from({ length: parents }, () => true) });
    else if (sha !== undefined && plain.length > 0)
      log.set(sha, { kind: "plain", changes: plain.toSorted((a, b) => byPath(a.path, b.path)) });
    [plain, paths] = [[], []];
  };
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? "";
    if (part.startsWith("\u0001")) {
      close();
      sha = parseSha(part.slice(1).trim());
      continue;
    }
    const [, colons, modes = "", blobs = "", letters = ""] = RAW.exec(part) ?? [];
    if (colons === undefined) continue;
    at += 1;
    const path = parts[at] ?? "";
    const shas = blobs.trim().split(" ");
    const now = parseSha(shas.at(-1) ?? "");
    const kinds = modes.trim().split(" ");
    const columns = [...letters].map((letter, parent): readonly NoteChange[] => {
      const old = parseSha(shas[parent] ?? "");
      if (now === undefined || old === undefined) return [];
      // A file that becomes a link, or the other way round, is another file.
      const turned = letter === "T" || kindOf(kinds[parent]) !== kindOf(kinds.at(-1));
      if (letter === "D") return [{ type: "delete", path, blob: old }];
      if (letter === "A") return [{ type: "add", path, blob: now }];
      if (!turned) return [{ type: "modify", path, blob: now }];
      return [
        { type: "delete", path, blob: old },
        { type: "add", path, blob: now },
      ];
    });
    parents = columns.length;
    if (colons.length === 1) plain.push(...columns.flat());
    else paths.push(columns.map((column) => column.at(-1)));
  }
  close();
  return log;
}

function kindOf(mode: string | undefined): string {
  return (mode ?? "").slice(0, 3);
}

/** Part by part, as a tree is read; a folder is in the place of its bare name. */
function byPath(one: string, other: string): number {
  if (one === other) return 0;
  const [a, b] = [one.split("/"), other.split("/")];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? a.length - b.length : byCodePoint(a[at] ?? "", b[at] ?? "");
}
