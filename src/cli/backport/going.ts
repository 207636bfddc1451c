/**
 * What a stopped `plustwo backport run` remembers: one small file in the git directory, there from the moment before anything is made
 * until the run has ended. A run that meets no conflict makes all its branches in one step and leaves no file.
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { parseBranchName, parseSha, type BranchName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Place } from "../../git/read.ts";
import { readTextIfThere } from "../disk.ts";
import { EXIT } from "../exit.ts";
import type { CliProblem } from "../say.ts";

const sha = z.string().transform((text, at) => parseSha(text) ?? wrong(at, "a commit"));
const branch = z.string().transform((text, at) => parseBranchName(text) ?? wrong(at, "a branch"));

const GOING = z.object({
  version: z.literal(1),
  /** What was asked, with names that mean the same later on. */
  options: z.object({
    words: z.array(sha),
    to: z.array(branch),
    topic: z.exactOptional(z.string()),
    remote: z.exactOptional(z.string()),
    trunk: z.exactOptional(z.string()),
    series: z.exactOptional(z.string()),
  }),
  /** Branches of this run; written before they are made. */
  made: z.array(z.object({ branch, sha })),
  stop: z.object({
    branch,
    onto: sha,
    source: sha,
    at: z.number(),
    files: z.array(z.string()),
    /** `opening`: nobody has been told of the work tree yet, so nothing of theirs is in it. */
    phase: z.enum(["opening", "resolving"]),
  }),
});

export interface Going {
  readonly options: {
    readonly words: readonly Sha[];
    readonly to: readonly BranchName[];
    readonly topic?: string;
    readonly remote?: string;
    readonly trunk?: string;
    readonly series?: string;
  };
  readonly made: readonly { readonly branch: BranchName; readonly sha: Sha }[];
  readonly stop: {
    readonly branch: BranchName;
    readonly onto: Sha;
    readonly source: Sha;
    readonly at: number;
    readonly files: readonly string[];
    readonly phase: "opening" | "resolving";
  };
}

export async function readGoing(place: Place): Promise<Result<Going | undefined, CliProblem>> {
  const file = fileOf(place);
  const text = await readTextIfThere(file);
  if (!text.ok || text.value === undefined) return text.ok ? ok(undefined) : text;
  const read = GOING.safeParse(jsonIn(text.value));
  if (read.success) return ok(read.data);
  return fail({
    message: `Cannot read ${file}, which says how far a backport got`,
    hint: "delete it; the branches backport/… and the work trees of `git worktree list` are what it made",
    exit: EXIT.malformed,
  });
}

/** Whole or not at all. */
export async function writeGoing(place: Place, going: Going): Promise<void> {
  const file = fileOf(place);
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify({ version: 1, ...going }, null, 2)}\n`);
  await rename(draft, file);
}

export async function forgetGoing(place: Place): Promise<void> {
  await rm(fileOf(place), { force: true });
}

/** Where a conflict on this branch is resolved: inside the git directory, so that it is in nobody's way. */
export function treeFor({ commonDir }: Place, { branch: name }: Pick<Going["stop"], "branch">): string {
  return path.join(commonDir, "plustwo", "backport", name.replaceAll("/", "-"));
}

function fileOf({ commonDir }: Place): string {
  return path.join(commonDir, "plustwo", "backport.json");
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrong(at: z.core.$RefinementCtx, what: string): never {
  at.addIssue(`not ${what}`);
  return z.NEVER;
}
