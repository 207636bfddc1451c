/** Where commits, tags and notes of a repository are read: clones below a folder, or the repository that is stood in. */
import { existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseRefName, type RefName, type Sha } from "../../core/ids.ts";
import type { Repository } from "../../git/repository.ts";
import type { Terminal } from "../say.ts";
import { ownRepository, type Own } from "./own.ts";
import { openAt } from "./tree.ts";

export interface Clone {
  readonly repository: Repository;
  /** Whose branches count before local ones. */
  readonly remote: string;
  /** Its history is cut off: nobody can say what it holds. */
  readonly shallow: boolean;
  /** For messages. */
  readonly path: string;
}

export interface Clones {
  /** `undefined`: there is none. */
  of(name: string): Promise<Clone | undefined>;
  /** What to do where there is none. */
  wayTo(name: string): string;
}

/** `<repos>/<owner>/<name>`, `<repos>/<name>`, and both with `.git`. */
export function clonesIn(terminal: Terminal, repos: string): Clones {
  const known = new Map<string, Promise<Clone | undefined>>();
  let own: Promise<Clones> | undefined;
  return {
    of(name) {
      const found =
        known.get(name) ??
        cloneIn(terminal, repos, name).then((clone) => {
          // `--repos .`: a repository that releases itself is its own clone.
          own ??= ownRepository(terminal, repos).then(ownClone);
          return clone ?? own.then((itself) => itself.of(name));
        });
      known.set(name, found);
      return found;
    },
    wayTo: (name) => `clone it to ${repos}/${name}`,
  };
}

/** Only itself, under the name that its remote has. */
export function ownClone(own: Own | undefined): Clones {
  const found =
    own === undefined ? Promise.resolve(undefined) : cloneAt(own.repository, { path: own.top, remote: own.remote });
  return {
    of: (name) => (own?.name?.toLowerCase() === name.toLowerCase() ? found : Promise.resolve(undefined)),
    wayTo: (name) => `name the folder of its clone: \`--repos <folder>\`, with ${name} below it`,
  };
}

async function cloneIn(terminal: Terminal, repos: string, name: string): Promise<Clone | undefined> {
  const short = name.split("/").at(-1) ?? name;
  for (const one of [name, `${name}.git`, short, `${short}.git`]) {
    const dir = join(resolve(terminal.cwd, repos), one);
    const there = await stat(dir).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!there) continue;
    const repository = await openAt(dir, terminal.env);
    const place = await repository.discover();
    // A folder inside another repository is not a clone of its own.
    if (place.ok && (place.value.topLevel ?? place.value.gitDir) === (await realpath(dir)))
      return cloneAt(repository, { path: join(repos, one), remote: "origin" });
  }
  return undefined;
}

async function cloneAt(
  repository: Repository,
  told: { readonly path: string; readonly remote: string },
): Promise<Clone> {
  const place = await repository.discover();
  return { repository, ...told, shallow: place.ok && existsSync(join(place.value.commonDir, "shallow")) };
}

export interface Tip {
  readonly name: string;
  readonly tip: Sha;
}

/** Of the first of these branches that is there: as the remote has it, else as it is here. */
export async function tipOf({ repository, remote }: Clone, branches: readonly string[]): Promise<Tip | undefined> {
  for (const name of branches) {
    const refs = [`refs/remotes/${remote}/${name}`, `refs/heads/${name}`]
      .map(parseRefName)
      .filter((ref): ref is RefName => ref !== undefined);
    const peeled = await repository.peel(refs);
    const at = peeled.ok ? peeled.value.findIndex((sha) => sha !== undefined) : -1;
    const tip = peeled.ok ? peeled.value[at] : undefined;
    if (tip !== undefined) return { name: name === "HEAD" ? "the default branch" : name, tip };
  }
  return undefined;
}

/** The branch that development is on: what the remote calls HEAD, else by its usual names. */
export const MAIN_BRANCHES: readonly string[] = ["HEAD", "master", "main"];

export async function isIn(repository: Repository, one: Sha, tip: Sha): Promise<boolean> {
  const asked = await repository.isAncestor(one, tip);
  return asked.ok && asked.value;
}

/** All tag names of a clone; `undefined`: git could not say. */
export async function tagsOf({ repository }: Clone): Promise<readonly string[] | undefined> {
  const refs = await repository.refs();
  if (!refs.ok) return undefined;
  return refs.value.flatMap(({ name }) => (name.startsWith("refs/tags/") ? [name.slice("refs/tags/".length)] : []));
}
