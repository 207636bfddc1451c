/**
 * `--history`: every state that each file had on the branch is judged as of its commit, with the series as they were listed then, and
 * against the state before it. What a rule found is told once for a file, at the first commit that had it.
 */
import type { Sha } from "../../core/ids.ts";
import { parseDeliverable, placeOf } from "../../core/release/deliverable/deliverable.ts";
import type { Finding } from "../../core/release/deliverable/finding.ts";
import { validateChange, type Before } from "../../core/release/deliverable/rules-change.ts";
import { seriesOrder, type SeriesOrder } from "../../core/release/deliverable/series.ts";
import { validateDeliverable } from "../../core/release/deliverable/validate.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Repository } from "../../git/repository.ts";
import { EXIT, ofGit } from "../problems.ts";
import type { CliProblem } from "../say.ts";
import { closedIn, type FoundIn, type Judged } from "./judge.ts";
import { orderFrom, readRevision } from "./tree.ts";

export interface HistoryFound extends FoundIn {
  /** The first that had it. */
  readonly commit: Sha;
  /** Still there at the end. */
  readonly still: boolean;
}

export interface HistoryJudged extends Judged {
  readonly findings: readonly HistoryFound[];
  readonly versions: number;
}

const AT_ONCE = 2_000;

export async function judgeHistory(
  repository: Repository,
  rev: string,
  {
    closedUntil,
    only,
    told,
  }: {
    readonly closedUntil?: string;
    readonly only: (path: string) => boolean;
    readonly told: (versions: number) => void;
  },
): Promise<Result<HistoryJudged, CliProblem>> {
  const tip = await repository.resolve(rev);
  if (!tip.ok) return fail(ofGit(tip.problem));
  if (tip.value === undefined)
    return fail({
      message: `Cannot read the history of ${rev}: it names no commit of this repository`,
      hint: "name a branch, a tag or a commit",
      exit: EXIT.malformed,
    });
  const now = await readRevision(repository, rev, () => false);
  if (!now.ok) return now;
  const { seriesFile } = now.value;
  const paths = ["deliverables", ...(seriesFile === undefined ? [] : [seriesFile])];
  const listed = await repository.fileVersions(tip.value, paths);
  if (!listed.ok) return fail(ofGit(listed.problem));
  const versions = listed.value.filter(
    ({ path }) => path === seriesFile || (placeOf(path) !== undefined && only(path)),
  );
  const isClosed = closedIn(now.value.order, closedUntil);
  // Before series_status.yaml was kept, nobody knew of statuses: the series of today, none of them under development.
  let order: SeriesOrder = seriesOrder(now.value.order.all.map((series) => ({ ...series, status: "unknown" })));
  const states = new Map<string, Before>();
  const found = remembering();
  let releases = 0;
  let read = 0;
  for (let from = 0; from < versions.length; from += AT_ONCE) {
    const some = versions.slice(from, from + AT_ONCE);
    const blobs = await repository.blobs(some.map(({ commit, path }) => ({ at: commit, path })));
    if (!blobs.ok) return fail(ofGit(blobs.problem));
    for (const [index, { commit, path, there }] of some.entries()) {
      const bytes = blobs.value[index];
      const text = bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
      if (path === seriesFile) {
        const listedThen = text === undefined ? undefined : orderFrom({ path, text }, []);
        if (listedThen?.ok === true) order = listedThen.value.order;
        continue;
      }
      const place = placeOf(path);
      if (!there || text === undefined || place === undefined) {
        states.delete(path);
        found.gone(path);
        continue;
      }
      read += 1;
      if (read % 200 === 0) told(read);
      const parsed = parseDeliverable(place, text);
      const findings: readonly Finding[] = parsed.ok
        ? [
            ...validateDeliverable(parsed.value, {
              order,
              branchesOf: (series, name) =>
                states.get(`deliverables/${series}/${name}.yaml`)?.branches.map((one) => one.name),
            }),
            ...validateChange(states.get(path), parsed.value, order),
          ]
        : parsed.problem;
      if (parsed.ok) {
        releases += parsed.value.releases.length;
        // Without the parsed text: thousands of files are held.
        states.set(path, { releases: parsed.value.releases, branches: parsed.value.branches });
      }
      found.at(
        commit,
        path,
        findings.map((one) => ({ ...one, closed: isClosed(place.series) })),
      );
    }
  }
  const files = new Set(versions.map(({ path }) => path));
  return ok({
    findings: found.all(),
    files: files.size,
    openFiles: [...files].filter((path) => !isClosed(placeOf(path)?.series ?? "")).length,
    releases,
    versions: read,
  });
}

interface Memory {
  at(commit: Sha, path: string, findings: readonly FoundIn[]): void;
  gone(path: string): void;
  all(): readonly HistoryFound[];
}

/** One finding is one rule and one sentence in one file, wherever its line moved. */
function remembering(): Memory {
  const first = new Map<string, FoundIn & { readonly commit: Sha }>();
  const now = new Map<string, ReadonlySet<string>>();
  return {
    at(commit, path, findings) {
      const keys = findings.map((finding) => `${path} ${finding.rule} ${finding.message}`);
      keys.forEach((key, index) => {
        const finding = findings[index];
        if (finding !== undefined && !first.has(key)) first.set(key, { ...finding, commit });
      });
      now.set(path, new Set(keys));
    },
    gone: (path) => void now.delete(path),
    all: () => [...first].map(([key, finding]) => ({ ...finding, still: now.get(finding.path)?.has(key) === true })),
  };
}
