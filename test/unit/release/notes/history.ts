/** Small histories for the scanner, told commit by commit; the newest is what is scanned. */
import { parseSha, type Sha } from "../../../../src/core/ids.ts";
import { isSettled } from "../../../../src/core/release/notes/scan-changes.ts";
import type { NoteChange, NoteChanges, ScanInput, WorkChange } from "../../../../src/core/release/notes/shapes.ts";

export interface Told {
  readonly name: string;
  /** Default: the commit told before. */
  readonly parents?: readonly string[];
  readonly tags?: readonly string[];
  /** Text by slug and UID; `null` deletes. Without it a merge has what its first parent has, and what later ones added. */
  readonly notes?: Readonly<Record<string, string | null>>;
  /** The whole tree is the first parent's. */
  readonly ours?: boolean;
}

export const FOLDER = "releasenotes/notes";

export function shaOf(text: string): Sha {
  let hex = "";
  for (let round = 0; hex.length < 40; round += 1) {
    let hash = 2_166_136_261 ^ round;
    for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619);
    hex += (hash >>> 0).toString(16).padStart(8, "0");
  }
  const sha = parseSha(hex.slice(0, 40));
  if (sha === undefined) throw new Error("no SHA");
  return sha;
}

export function history(
  told: readonly Told[],
  options: { readonly branches?: Readonly<Record<string, string>>; readonly work?: readonly WorkChange[] } = {},
): ScanInput {
  const number = new Map(told.map(({ name }, index) => [name, index]));
  const at = (name: string): number => {
    const found = number.get(name);
    if (found === undefined) throw new Error(`no commit ${name}`);
    return found;
  };
  const trees: ReadonlyMap<string, Sha>[] = [];
  const parents: number[][] = [];
  const changes = new Map<number, NoteChanges>();
  const nullMerges = new Set<number>();
  const tags = told.flatMap(({ tags: names = [] }, commit) =>
    names.map((name) => ({ name, commit, at: 1000 + commit })),
  );
  const tagged = new Set(tags.map(({ commit }) => commit));
  for (const [index, one] of told.entries()) {
    const of = one.parents?.map(at) ?? (index === 0 ? [] : [index - 1]);
    parents.push(of);
    const tree = new Map<string, Sha>();
    for (const parent of (one.ours === true ? of.slice(0, 1) : of).toReversed())
      for (const [path, blob] of trees[parent] ?? []) tree.set(path, blob);
    for (const [name, text] of Object.entries(one.notes ?? {})) {
      const path = `${FOLDER}/${name}`;
      if (text === null) tree.delete(path);
      else tree.set(path, shaOf(text));
    }
    trees.push(tree);
    const against = of.map((parent) => difference(trees[parent] ?? new Map(), tree));
    if (of.length < 2) {
      const plain = against[0] ?? difference(new Map(), tree);
      if (plain.length > 0) changes.set(index, { kind: "plain", changes: plain });
      continue;
    }
    const paths = [...new Set(against.flat().map(({ path }) => path))].toSorted();
    const settled = paths.map((path) => against.map((found) => found.find((change) => change.path === path)));
    const hasFolder = of.map((parent) => (trees[parent]?.size ?? 0) > 0);
    if (settled.some(isSettled)) changes.set(index, { kind: "merge", paths: settled.filter(isSettled), hasFolder });
    else if (of.slice(1).some((parent) => tagged.has(parent))) nullMerges.add(index);
  }
  const head = told.length - 1;
  const branches = { master: told[head]?.name ?? "", ...options.branches };
  return {
    graph: { shas: told.map(({ name }) => shaOf(name)), parents, times: told.map((_, index) => 1000 + index) },
    head,
    branch: undefined,
    refs: Object.entries(branches).map(([name, commit]) => ({ name: `refs/heads/${name}`, commit: at(commit) })),
    tags,
    changes,
    nullMerges,
    files: [...(trees[head] ?? [])].map(([path, blob]) => ({ path, blob })),
    work: options.work ?? [],
  };
}

function difference(before: ReadonlyMap<string, Sha>, now: ReadonlyMap<string, Sha>): readonly NoteChange[] {
  const paths = [...new Set([...before.keys(), ...now.keys()])].toSorted();
  return paths.flatMap((path): readonly NoteChange[] => {
    const [old, blob] = [before.get(path), now.get(path)];
    if (blob === undefined) return old === undefined ? [] : [{ type: "delete", path, blob: old }];
    if (old === undefined) return [{ type: "add", path, blob }];
    return old === blob ? [] : [{ type: "modify", path, blob }];
  });
}
