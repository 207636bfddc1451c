/** Which release note belongs to which version, and which belongs to none and why. */
import { fail, ok, type Result } from "../../result.ts";
import type { NotesConfig } from "./config.ts";
import { scanCompletely, type CompleteScan } from "./scan-complete.ts";
import { scanAsReno, type RenoScan } from "./scan-reno.ts";
import { findStop, readVersions } from "./scan-stop.ts";
import type { Notebook, ScanInput, ScanMode, ScanProblem, Unassigned } from "./shapes.ts";

export function scanNotes(input: ScanInput, config: NotesConfig, mode: ScanMode): Result<Notebook, ScanProblem> {
  const versions = readVersions(input, config);
  const stop = findStop(input, config, versions, mode);
  if (!stop.ok) return stop;
  const complete = scanCompletely(input, config, versions, stop.value);
  const { earlier, unassigned } = complete;
  const tags = input.tags.map(({ name, at }) => ({ name, at }));
  const book = { mode, earlier, current: versions.current, earliest: stop.value.earliest, tags };
  if (mode === "complete") return ok({ ...book, versions: complete.versions, unassigned });
  const reno = scanAsReno(input, config, versions, stop.value);
  if (!reno.ok) return fail(reno.problem);
  const lost = whatRenoLoses(input, complete, reno.value);
  return ok({ ...book, versions: reno.value.versions, unassigned: [...unassigned, ...lost] });
}

function whatRenoLoses(input: ScanInput, complete: CompleteScan, reno: RenoScan): readonly Unassigned[] {
  const listed = reno.versions.flatMap(({ notes }) => notes);
  const paths = new Set(listed.map(({ path }) => path));
  const byUid = new Map(listed.map(({ uid, path }) => [uid, path]));
  const lost = complete.versions.flatMap(({ notes }) => notes).filter(({ path }) => !paths.has(path));
  return lost.map(({ path, uid }): Unassigned => {
    const other = byUid.get(uid);
    if (other !== undefined)
      return {
        path,
        uid,
        kind: "same-uid",
        loss: true,
        why: `has the UID ${uid} of ${other}, and reno shows one of them`,
      };
    const added = complete.addedBy.get(path);
    if (added === undefined || reno.walked.has(added))
      return { path, uid, kind: "left-out", loss: true, why: "is left out by reno, though its commit is read" };
    const sha = (input.graph.shas.at(added) ?? "").slice(0, 10);
    const because = input.nullMerges.size > 0 ? ", which null merges hide" : "";
    return {
      path,
      uid,
      kind: "not-reached",
      loss: true,
      why: `was added by ${sha}${because}: reno's walk never comes there`,
    };
  });
}

export function describeScanProblem(problem: ScanProblem): { readonly message: string; readonly hint: string } {
  switch (problem.kind) {
    case "unknown-earliest-version":
      return {
        message: `Cannot end at version "${problem.version}": the scanned branch has no such tag`,
        hint:
          problem.known.length === 0
            ? "the branch has no tag that names a version; run `git fetch --tags`"
            : `its tags are ${problem.known.slice(0, 5).join(", ")}${problem.known.length > 5 ? " …" : ""}`,
      };
    case "unknown-branch":
      return problem.wanted === "default-branch"
        ? {
            message: `Cannot find where the series begins: there is no default branch "${problem.branch}"`,
            hint: "set `default_branch:` to its name, or `stop_at_branch_base: false`, in releasenotes/config.yaml",
          }
        : {
            message: `Cannot find where the series "${problem.branch}" begins: neither the branch nor its closing tag is there`,
            hint: "run `git fetch --tags origin`, or leave --compat=reno out, which needs every series",
          };
    case "reno-refuses":
      return {
        message: `Commit ${problem.commit.slice(0, 10)} changes several files of one UID "${problem.uid}" (${problem.paths.join(", ")}), where reno ends with an error`,
        hint: "leave --compat=reno out: each of them is then a note of its own",
      };
  }
}
