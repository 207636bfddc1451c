/**
 * What a change's owners are to be known from: the owners' files at the target's tip that could speak for a path it touches, and the
 * members of the teams they name. Read only where the policy has `owners`. Of CODEOWNERS the first place that GitHub looks at; of
 * OWNERS those of the directories above each path, with what they import. A few processes of git for each, however many files.
 *
 * A file that is too large or no UTF-8, and a team that cannot be read, are named in `incomplete`, which closes the gate.
 */
import type { Sha } from "../src/core/ids.ts";
import { CODEOWNERS_PATHS, MOST_CODEOWNERS_BYTES, parseCodeowners } from "../src/core/owners/codeowners.ts";
import { INSIDE, pathsOf } from "../src/core/owners/coverage.ts";
import { isEmail, isTeam, megabytes, type Owner, type OwnerList } from "../src/core/owners/owner.ts";
import { directoryOf, MOST_OWNERS_BYTES, parseOwnersFile } from "../src/core/owners/owners-file.ts";
import { importsOf, MOST_IMPORTS_DEEP } from "../src/core/owners/owners-tree.ts";
import type { OwnersPolicy } from "../src/core/policy/policy.ts";
import type { ChangedFile, PolicySnapshot } from "../src/core/policy/snapshot.ts";
import type { Forge } from "../src/forge/forge.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import { describeGitProblem } from "../src/git/problem.ts";
import type { Repository } from "../src/git/repository.ts";

export interface GatheredOwners {
  readonly owners: PolicySnapshot["facts"]["owners"];
  /** `@org/team` → its members; those the change's paths do not need are left out. */
  readonly groups: PolicySnapshot["groups"];
  /** Of owners whom a touched path could need; in lower case. */
  readonly emails: readonly string[];
  readonly incomplete: PolicySnapshot["incomplete"];
}

export interface OwnersOf {
  readonly forge: Pick<Forge, "members">;
  readonly git: Pick<Repository, "blobs">;
  /** Absent: nothing is read. */
  readonly policy: OwnersPolicy | undefined;
  /** The target's. */
  readonly tip: Sha;
  readonly files: readonly ChangedFile[];
}

type Files = Map<string, string>;
type Incomplete = PolicySnapshot["incomplete"][number];

/** Directories whose OWNERS are looked for, of one change. */
const MOST_DIRECTORIES = 20_000;
const WHAT = "the owners of its paths";

export async function gatherOwners(of: OwnersOf): Promise<GatheredOwners> {
  const { policy, files } = of;
  if (policy === undefined || files.length === 0) return { owners: [], groups: {}, emails: [], incomplete: [] };
  const found: Files = new Map();
  const incomplete: Incomplete[] = [];
  for (const source of policy.sources) {
    if (source === "CODEOWNERS") await readCodeowners(of, found, incomplete);
    else await readOwnersFiles(of, found, incomplete);
    // The first kind that is there speaks for the whole tree; what could not be read may have been it.
    if (found.size > 0 || incomplete.length > 0) break;
  }
  const named = namedIn(found, files);
  const teams = await readTeams(of, named.filter(isTeam));
  const owners = [...found].map(([path, text]) => ({ path, text }));
  return {
    owners: owners.sort((a, b) => (a.path < b.path ? -1 : 1)),
    groups: teams.groups,
    emails: named.filter(isEmail),
    incomplete: [...incomplete, ...teams.incomplete],
  };
}

async function readCodeowners(of: OwnersOf, found: Files, incomplete: Incomplete[]): Promise<void> {
  const places = new Map<string, string>();
  await read(of, CODEOWNERS_PATHS, { most: MOST_CODEOWNERS_BYTES - 1, found: places, incomplete });
  const first = CODEOWNERS_PATHS.find((path) => places.has(path));
  if (first !== undefined) found.set(first, places.get(first) ?? "");
}

async function readOwnersFiles(of: OwnersOf, found: Files, incomplete: Incomplete[]): Promise<void> {
  const directories = new Set<string>();
  for (const [path, asDirectory] of pathsOf(of.files)) {
    for (let at = asDirectory ? path : directoryOf(path); !directories.has(at); at = directoryOf(at)) {
      directories.add(at);
      if (at === "") break;
    }
    directories.add("");
  }
  if (directories.size > MOST_DIRECTORIES) {
    const why = `it touches more than ${MOST_DIRECTORIES} directories; split it`;
    incomplete.push({ what: WHAT, why });
    return;
  }
  let wanted: readonly string[] = [...directories].sort().map((at) => (at === "" ? "OWNERS" : `${at}/OWNERS`));
  const asked = new Set<string>();
  for (let deep = 0; wanted.length > 0 && deep <= MOST_IMPORTS_DEEP + 1; deep += 1) {
    for (const path of wanted) asked.add(path);
    const here: Files = new Map();
    await read(of, wanted, { most: MOST_OWNERS_BYTES, found: here, incomplete });
    const imported = new Set<string>();
    for (const [path, text] of here) {
      found.set(path, text);
      for (const { path: target } of importsOf(parseOwnersFile(path, text)))
        if (!asked.has(target)) imported.add(target);
    }
    wanted = [...imported].sort();
    if (asked.size + wanted.length > MOST_DIRECTORIES) {
      incomplete.push({ what: WHAT, why: `more than ${MOST_DIRECTORIES} OWNERS files are asked for; import fewer` });
      return;
    }
  }
}

interface Reading {
  /** Bytes. */
  readonly most: number;
  readonly found: Files;
  readonly incomplete: Incomplete[];
}

async function read(
  { git, tip }: OwnersOf,
  paths: readonly string[],
  { most, found, incomplete }: Reading,
): Promise<void> {
  const blobs = await git.blobs(paths.map((path) => ({ at: tip, path })));
  if (!blobs.ok) {
    incomplete.push({ what: WHAT, why: describeGitProblem(blobs.problem).message });
    return;
  }
  for (const [index, bytes] of blobs.value.entries()) {
    const path = paths[index] ?? "";
    if (bytes === undefined) continue;
    const wrong = (why: string) => incomplete.push({ what: WHAT, why: `${path} on the target ${why}` });
    if (bytes.length > most) {
      wrong(`has ${megabytes(bytes.length)}, at most ${megabytes(most)} are read; shorten it`);
      continue;
    }
    try {
      found.set(path, new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    } catch {
      wrong("is not UTF-8; save it as UTF-8");
    }
  }
}

/** Whose word a touched path could need. */
function namedIn(found: Files, files: readonly ChangedFile[]): readonly Owner[] {
  const lists = new Set<OwnerList>();
  for (const [path, text] of found) {
    if (CODEOWNERS_PATHS.some((place) => place === path)) {
      const { ruleOf } = parseCodeowners(path, text);
      for (const [touched, asDirectory] of pathsOf(files)) {
        const parts = touched.split("/");
        for (const asked of asDirectory ? [parts, [...parts, INSIDE]] : [parts]) {
          const rule = ruleOf(asked);
          if (rule !== undefined) lists.add(rule.list);
        }
      }
    } else {
      const file = parseOwnersFile(path, text);
      lists.add(file.list);
      for (const { list } of file.perFile) lists.add(list);
    }
  }
  return [...new Set([...lists].flatMap(({ owners }) => owners))].sort();
}

/** Each by itself, so that one that is gone does not hide the others. */
async function readTeams(
  { forge }: OwnersOf,
  teams: readonly string[],
): Promise<Pick<GatheredOwners, "groups" | "incomplete">> {
  const groups: Record<string, PolicySnapshot["groups"][string]> = {};
  const incomplete: Incomplete[] = [];
  for (const team of teams) {
    const name = team.slice(1);
    const members = await forge.members([name]);
    if (members.ok)
      groups[team] = (members.value[name] ?? []).map(({ id, login }) => ({ id, login })).sort((a, b) => a.id - b.id);
    else
      incomplete.push({
        what: `the members of ${team}, who own its paths,`,
        why: describeForgeProblem(members.problem).message,
      });
  }
  return { groups, incomplete };
}
