/**
 * Who owns a path by the OWNERS files above it: each directory's owners, those that its imports bring, and those of the directories
 * above up to the root or to `set noparent`. A file's problems count only where the file has a say. Imports that lead in a circle are
 * followed once round; an import that is not there is a problem.
 */
import { describeOwnersProblem, type OwnerList } from "./owner.ts";
import { parseOwnersFile, type Import, type OwnersFile, type PerFile } from "./owners-file.ts";
import { matchesParts } from "./pattern.ts";

export interface OwnersTree {
  /** The owners of the path of these parts; none: nobody owns it. A list is named once. */
  listsOf(parts: readonly string[]): readonly OwnerList[];
  /** Sentences about the files that were asked so far. */
  problems(): readonly string[];
}

/** Import of import of import … */
export const MOST_IMPORTS_DEEP = 10;

/** A directory's file with all that `include` brings. */
interface Directory {
  readonly depth: number;
  readonly noparent: boolean;
  readonly lists: readonly OwnerList[];
  readonly perFile: readonly { readonly rule: PerFile; readonly lists: readonly OwnerList[] }[];
}

export function isOwnersFile(path: string): boolean {
  return path === "OWNERS" || path.endsWith("/OWNERS");
}

/** Everything that a file's lines import, in their order. */
export function importsOf({ imports, perFile }: Pick<OwnersFile, "imports" | "perFile">): readonly Import[] {
  return [...imports, ...perFile.flatMap((one) => one.imports)];
}

export function ownersTree(texts: ReadonlyMap<string, string>): OwnersTree {
  const files = new Map<string, OwnersFile>();
  const directories = new Map<string, Directory | undefined>();
  const chains = new Map<string, readonly Directory[]>();
  const said = new Set<string>();

  function open(path: string): OwnersFile | undefined {
    const known = files.get(path);
    if (known !== undefined) return known;
    const text = texts.get(path);
    if (text === undefined) return undefined;
    const file = parseOwnersFile(path, text);
    files.set(path, file);
    for (const problem of file.problems) said.add(describeOwnersProblem(problem));
    return file;
  }

  /** The files reached from these imports by the edges that are followed; each once, nearest first. */
  function reach(from: string, imports: readonly Import[], follow: (edge: Import) => boolean): readonly OwnersFile[] {
    const reached = new Map<string, OwnersFile>();
    let edges = imports.filter(follow).map((edge) => ({ from, edge }));
    for (let deep = 1; edges.length > 0; deep += 1) {
      const next: typeof edges = [];
      for (const { from: importer, edge } of edges) {
        if (edge.path === from || reached.has(edge.path)) continue;
        const file = open(edge.path);
        const complain = (message: string, hint: string) =>
          said.add(describeOwnersProblem({ path: importer, line: edge.line, message, hint }));
        if (file === undefined)
          complain(`it imports ${edge.path}, which is not there`, "add the file, or remove the line");
        else if (deep > MOST_IMPORTS_DEEP)
          complain(`${edge.path} is imported over more than ${MOST_IMPORTS_DEEP} files`, "import it directly");
        else {
          reached.set(edge.path, file);
          next.push(...file.imports.filter(follow).map((one) => ({ from: file.path, edge: one })));
        }
      }
      edges = next;
    }
    return [...reached.values()];
  }

  const named = (all: readonly OwnersFile[]) => all.flatMap(({ list }) => (list.owners.length === 0 ? [] : [list]));
  const everything = () => true;

  function directory(path: string, depth: number): Directory | undefined {
    if (directories.has(path)) return directories.get(path);
    const file = open(path === "" ? "OWNERS" : `${path}/OWNERS`);
    const made = file === undefined ? undefined : spread(file, depth);
    directories.set(path, made);
    return made;
  }

  function spread(file: OwnersFile, depth: number): Directory {
    const included = [file, ...reach(file.path, file.imports, ({ kind }) => kind === "include")];
    return {
      depth,
      noparent: included.some(({ noparent }) => noparent),
      lists: named([file, ...reach(file.path, file.imports, everything)]),
      perFile: included.flatMap(({ path, perFile }) =>
        perFile.map((rule) => ({
          rule,
          lists: [
            ...(rule.list.owners.length === 0 ? [] : [rule.list]),
            ...named(reach(path, rule.imports, everything)),
            // A file may name its own plain owners for some of its files.
            ...named(
              rule.imports.some((one) => one.path === path) ? [files.get(path)].flatMap((own) => own ?? []) : [],
            ),
          ],
        })),
      ),
    };
  }

  /** The directories that have a say in this one, itself first. */
  function chain(parts: readonly string[]): readonly Directory[] {
    const path = parts.join("/");
    const known = chains.get(path);
    if (known !== undefined) return known;
    const here = directory(path, parts.length);
    const above = parts.length === 0 || here?.noparent === true ? [] : chain(parts.slice(0, -1));
    const made = here === undefined ? above : [here, ...above];
    chains.set(path, made);
    return made;
  }

  return {
    listsOf(parts) {
      const lists = new Set<OwnerList>();
      for (const one of chain(parts.slice(0, -1))) {
        const below = parts.slice(one.depth);
        const matching = one.perFile.filter(({ rule }) =>
          rule.globs.some((glob) => matchesParts(glob.parts, glob.text.startsWith("/") ? parts : below)),
        );
        for (const { lists: own } of matching) for (const list of own) lists.add(list);
        if (matching.some(({ rule }) => rule.noparent)) break;
        for (const list of one.lists) lists.add(list);
      }
      return [...lists];
    },
    problems: () => [...said].sort(),
  };
}
