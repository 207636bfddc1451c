/** What a new release stands on: for each repository the commit that is released, its tags, and the last version they name. */
import { parseRefName, parseSha, type RefName } from "../../core/ids.ts";
import type { Deliverable } from "../../core/release/deliverable/deliverable.ts";
import { lastNumbered, type PlannedType, type TaggedBefore } from "../../core/release/deliverable/new-release.ts";
import type { SeriesFacts } from "../../core/release/deliverable/series.ts";
import { compareVersions, parseNumbered } from "../../core/release/version.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import { ofGit } from "../problems.ts";
import type { CliProblem, Terminal } from "../say.ts";
import { clonesIn, isIn, MAIN_BRANCHES, ownClone, tagsOf, tipOf, type Clone, type Clones } from "./clones.ts";
import type { Own } from "./own.ts";

export interface Ground {
  /** By repository. */
  readonly heads: ReadonlyMap<string, string>;
  /** Where a head was taken from, for people. */
  readonly places: ReadonlyMap<string, string>;
  /** By repository: its tags, with their commits. Those without a clone are absent. */
  readonly tags: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** For a deliverable that lists no release anywhere. */
  readonly tagged?: TaggedBefore;
  readonly clones: Clones;
}

export interface Standing {
  readonly file: Deliverable;
  readonly series: SeriesFacts | undefined;
  readonly older: readonly (Deliverable | undefined)[];
  readonly own: Own | undefined;
}

export interface GroundOptions {
  /** `<sha>` where there is one repository, else `owner/name=<sha>`. */
  readonly shas: readonly string[];
  readonly repos?: string;
  /** Known already: of many deliverables each clone is opened once. */
  readonly clones?: Clones;
  /** `final` and `releasefix` tag what was released: they need no branch. */
  readonly type?: PlannedType | undefined;
}

/** From `--sha`, else from the clones: the head of the series' branch, else of the main branch. */
export async function readGround(
  terminal: Terminal,
  { file, series, older, own }: Standing,
  { shas, repos, type, clones: known }: GroundOptions,
): Promise<Result<Ground, CliProblem>> {
  const given = givenHeads(file, shas);
  if (!given.ok) return given;
  const heads = new Map(given.value);
  const places = new Map<string, string>();
  const clones = known ?? (repos === undefined ? ownClone(own) : clonesIn(terminal, repos));
  const tags = new Map<string, ReadonlyMap<string, string>>();
  const found = new Map<string, Clone>();
  for (const repo of file.repositories.filter((name) => !file.retired.has(name) || type === "eol")) {
    const clone = await clones.of(repo);
    if (clone === undefined) continue;
    if (clone.shallow)
      return fail({
        message: `Cannot release ${repo}: its clone in ${clone.path} is shallow, so nobody can say what was released before`,
        hint: "run `git fetch --unshallow --tags` there; in a workflow set `fetch-depth: 0`",
        exit: EXIT.malformed,
      });
    found.set(repo, clone);
    const read = await readTags(clone);
    if (!read.ok) return read;
    tags.set(repo, read.value);
    const asked = parseSha(heads.get(repo) ?? "");
    if (asked !== undefined) {
      const there = await clone.repository.peel([asked]);
      if (!there.ok) return fail(ofGit(there.problem));
      if (there.value[0] !== undefined) continue;
      return fail({
        message: `Cannot release ${repo} at ${asked.slice(0, 10)}: its clone in ${clone.path} has no such commit`,
        hint: `correct the SHA, or run \`git fetch ${clone.remote}\` there`,
        exit: EXIT.malformed,
      });
    }
    const tip = await headOf(clone, repo, { file, series, type });
    if (!tip.ok) return tip;
    if (tip.value === undefined) continue;
    heads.set(repo, tip.value.tip);
    places.set(repo, tip.value.name);
  }
  const named = lastNumbered(file, older) !== undefined;
  const tagged = named ? undefined : await newestTag(found, heads, tags);
  return ok({ heads, places, tags, clones, ...(tagged === undefined ? {} : { tagged }) });
}

function givenHeads(file: Deliverable, shas: readonly string[]): Result<ReadonlyMap<string, string>, CliProblem> {
  const heads = new Map<string, string>();
  for (const one of shas) {
    const [repo = "", text = ""] = one.includes("=") ? one.split("=", 2) : [file.repositories[0], one];
    const several = !one.includes("=") && file.repositories.length > 1;
    if (parseSha(text) === undefined || !file.repositories.includes(repo) || several)
      return fail({
        message: `Cannot use --sha ${one}: ${several ? `${file.name} has ${file.repositories.length} repositories` : `it is no commit of ${file.repositories.join(", ")}`}`,
        hint: "write owner/name=<40 hex digits>",
        exit: EXIT.usage,
      });
    heads.set(repo, text);
  }
  return ok(heads);
}

/** A series that has its branch is released from there, and from nowhere else. */
async function headOf(
  clone: Clone,
  repo: string,
  { file, series, type }: Pick<Standing, "file" | "series"> & Pick<GroundOptions, "type">,
) {
  const ids = series === undefined ? [] : [`stable/${series.id}`, `unmaintained/${series.id}`];
  const listed = file.branches.filter(({ name }) => ids.includes(name));
  const tip = await tipOf(clone, ids);
  if (tip !== undefined) return ok(tip);
  const [branch] = listed;
  if (branch !== undefined && type !== "final" && type !== "releasefix")
    return fail<CliProblem>({
      message: `Cannot release ${repo}: its clone in ${clone.path} has no branch ${branch.name}, which ${file.path} lists`,
      hint: `run \`git fetch ${clone.remote}\` there; if the branch was never made, look at the change that asked for it`,
      exit: EXIT.refused,
    });
  return ok(await tipOf(clone, MAIN_BRANCHES));
}

async function readTags(clone: Clone): Promise<Result<ReadonlyMap<string, string>, CliProblem>> {
  const names = (await tagsOf(clone)) ?? [];
  const refs = names
    .map((name) => parseRefName(`refs/tags/${name}`))
    .filter((ref): ref is RefName => ref !== undefined);
  const peeled = await clone.repository.peel(refs);
  if (!peeled.ok) return fail(ofGit(peeled.problem));
  return ok(
    new Map(
      refs.flatMap((ref, index) => {
        const sha = peeled.value[index];
        return sha === undefined ? [] : [[ref.slice("refs/tags/".length), sha] as const];
      }),
    ),
  );
}

const LOOKED_AT = 200;

/** The highest version that is tagged on the way to what is released now. */
async function newestTag(
  clones: ReadonlyMap<string, Clone>,
  heads: Ground["heads"],
  tags: Ground["tags"],
): Promise<TaggedBefore | undefined> {
  const all = [...tags.values()].flatMap((one) => [...one.keys()]);
  const versions = [...new Set(all)]
    .flatMap((name) => {
      const version = parseNumbered(name);
      return version === undefined ? [] : [{ name, version }];
    })
    .toSorted((one, other) => compareVersions(other.version, one.version));
  for (const { name } of versions.slice(0, LOOKED_AT)) {
    const projects: { readonly repo: string; readonly hash: string }[] = [];
    for (const [repo, clone] of clones) {
      const [hash, head] = [parseSha(tags.get(repo)?.get(name) ?? ""), parseSha(heads.get(repo) ?? "")];
      if (hash !== undefined && head !== undefined && (await isIn(clone.repository, hash, head)))
        projects.push({ repo, hash });
    }
    if (projects.length > 0) return { version: name, projects };
  }
  return undefined;
}
