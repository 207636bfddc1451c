/**
 * What the owners of a change's paths have to say: every touched path with its owners at the target, put together by who is asked. It
 * does not know who has voted: that is asked of each group of paths, so that a change of 3 000 files costs as much as it has owners.
 *
 * Touched is what a tree of git shows as different: both names of a rename, what is removed, a new mode. What is no regular file after
 * the change (a symbolic link, a submodule, something removed) stands for a directory too, so that rules for that directory speak.
 */
import { CODEOWNERS_PATHS, parseCodeowners } from "./codeowners.ts";
import { describeOwnersProblem, EVERYBODY, type OwnerList } from "./owner.ts";
import { isOwnersFile, ownersTree } from "./owners-tree.ts";

export interface CoverageRules {
  readonly sources: readonly ("CODEOWNERS" | "OWNERS")[];
  /** How many owners this path needs, at least 1, and which groups beside them. */
  readonly extra: (path: string) => { readonly count: number; readonly groups: readonly string[] } | undefined;
}

export interface TouchedFile {
  readonly path: string;
  readonly previousPath?: string;
  /** Octal, after the change; `000000` where nothing is left. */
  readonly mode: string;
}

/** Paths that the same people are asked for. */
export interface Need {
  /** The owners of any of these; none: nobody owns the paths. */
  readonly lists: readonly OwnerList[];
  /** Everybody may approve, by the word of an owners' file. */
  readonly everybody: boolean;
  /** Distinct people. */
  readonly count: number;
  /** Groups of the policy, each of which has to approve beside the owners. Sorted. */
  readonly groups: readonly string[];
  /** Sorted; never empty. */
  readonly paths: readonly string[];
}

export interface Coverage {
  /** Which kind of file speaks; undefined = the target has none. */
  readonly source: "CODEOWNERS" | "OWNERS" | undefined;
  /** A rule of the policy itself asks for more than one owner, or for groups. */
  readonly extra: boolean;
  readonly needs: readonly Need[];
  /** Not empty: nothing can be said, in these sentences. */
  readonly problems: readonly string[];
}

export function cover(
  texts: readonly { readonly path: string; readonly text: string }[],
  touched: readonly TouchedFile[],
  rules: CoverageRules,
): Coverage {
  const files = new Map(texts.map(({ path, text }) => [path, text]));
  const { source, listsOf, problems } = ownershipBy(rules.sources, files);
  const numbers = new Map<OwnerList, number>();
  const numberOf = (list: OwnerList): number => {
    const known = numbers.get(list) ?? numbers.size;
    numbers.set(list, known);
    return known;
  };
  const needs = new Map<string, Omit<Need, "paths"> & { readonly paths: string[] }>();
  const strange: string[] = [];
  let extra = false;
  for (const [path, asDirectory] of pathsOf(touched)) {
    if (path.includes("\uFFFD"))
      strange.push(`the path ${path} is not UTF-8, so nobody can say who owns it; rename it`);
    const parts = path.split("/");
    const more = rules.extra(path);
    extra ||= more !== undefined;
    const [count, groups] = [more?.count ?? 1, more?.groups ?? []];
    const asked = [listsOf(parts), ...(asDirectory ? [listsOf([...parts, INSIDE])] : [])];
    for (const lists of asked) {
      const key = `${lists
        .map(numberOf)
        .sort((a, b) => a - b)
        .join(",")} ${count} ${groups.join(" ")}`;
      const need = needs.get(key);
      if (need === undefined)
        needs.set(key, { lists, everybody: lists.some(({ has }) => has.has(EVERYBODY)), count, groups, paths: [path] });
      else if (need.paths.at(-1) !== path) need.paths.push(path);
    }
  }
  return { source, extra, needs: [...needs.values()], problems: [...problems(), ...strange] };
}

/** The name of something in a directory, whatever it is. */
export const INSIDE = "\u0001";

/** Sorted. The value says whether the path is asked as a directory too. */
export function pathsOf(touched: readonly TouchedFile[]): readonly (readonly [string, boolean])[] {
  const found = new Map<string, boolean>();
  for (const { path, previousPath, mode } of touched) {
    found.set(path, found.get(path) === true || !mode.startsWith("100"));
    // What was there before has gone, and may have been anything.
    if (previousPath !== undefined) found.set(previousPath, true);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

interface Ownership {
  readonly source: Coverage["source"];
  readonly listsOf: (parts: readonly string[]) => readonly OwnerList[];
  readonly problems: () => readonly string[];
}

function ownershipBy(sources: CoverageRules["sources"], files: ReadonlyMap<string, string>): Ownership {
  for (const source of sources) {
    const found = source === "CODEOWNERS" ? byCodeowners(files) : byOwners(files);
    if (found !== undefined) return found;
  }
  return { source: undefined, listsOf: () => [], problems: () => [] };
}

function byCodeowners(files: ReadonlyMap<string, string>): Ownership | undefined {
  const path = CODEOWNERS_PATHS.find((place) => files.has(place));
  if (path === undefined) return undefined;
  const { ruleOf, problems } = parseCodeowners(path, files.get(path) ?? "");
  const known = new Map<OwnerList, readonly OwnerList[]>();
  return {
    source: "CODEOWNERS",
    listsOf(parts) {
      const list = ruleOf(parts)?.list;
      if (list === undefined || list.owners.length === 0) return [];
      const lists = known.get(list) ?? [list];
      known.set(list, lists);
      return lists;
    },
    problems: () => problems.map(describeOwnersProblem),
  };
}

function byOwners(files: ReadonlyMap<string, string>): Ownership | undefined {
  if (![...files.keys()].some(isOwnersFile)) return undefined;
  return { source: "OWNERS", ...ownersTree(files) };
}
