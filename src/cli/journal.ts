/**
 * The journal: what the last submits of this clone changed, so that `git review undo` can take one back. One small file in the git
 * directory, shared by its work trees. A submit notes what it is about to do before it does it, so that a broken-off one can be
 * taken back too; without the file there is nothing to undo, and nothing else is lost.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { type RecordedChange, type SubmitRecord } from "../core/change/undo.ts";
import { type Step, type UploadPlan } from "../core/change/upload.ts";
import { type Instant } from "../core/time.ts";
import { type Place } from "../git/read.ts";
import { type Desk } from "./desk.ts";
import { type GatheredStack } from "./gather-stack.ts";
import { type Memory } from "./memory.ts";

const MOST_SUBMITS = 20;

export interface Note {
  readonly gathered: GatheredStack;
  readonly plan: UploadPlan;
  /** As it was before the submit. */
  readonly memory: Memory;
  readonly now: Instant;
}

export function recordOf({ location, project }: Desk, { gathered, plan, memory, now }: Note): SubmitRecord {
  const { move } = gathered;
  return {
    at: now,
    host: location.host,
    project: `${project.owner}/${project.name}`,
    target: plan.target,
    changes: plan.steps.flatMap((step) => changeOf(step, plan, memory)),
    ...(move === undefined ? {} : { local: { ref: move.ref, from: move.from, to: move.to, files: move.files } }),
  };
}

function changeOf(step: Step, plan: UploadPlan, memory: Memory): readonly RecordedChange[] {
  if (step.kind === "merged") return [];
  const { branch } = step;
  const pushed = plan.push.find((one) => one.branch === branch);
  const wishes = plan.wishes.filter((one) => one.branch === branch).map(({ wish }) => wish.kind);
  const sent = memory[branch];
  const common = {
    branch,
    subject: step.change.subject,
    ...(step.fork === undefined ? {} : { fork: step.fork }),
    asked: wishes.includes("ask") || wishes.includes("label"),
    ...(pushed === undefined
      ? {}
      : { push: { to: pushed.to, ...(pushed.from === undefined ? {} : { from: pushed.from }) } }),
    ...(sent === undefined ? {} : { sent }),
  };
  if (step.kind === "create") {
    // A branch that an earlier run pushed and never opened: its commit is as much a part of this submit. That of a pull request
    // which was closed was there before.
    const left = pushed === undefined && step.replaces === undefined ? { push: { to: step.change.commit } } : {};
    return [{ ...common, created: true, ...left }];
  }
  const { remote } = step;
  const write = plan.writes.find((one) => one.kind === "update" && one.number === remote.number);
  const { title, body } = write?.kind === "update" ? write : {};
  const turn = wishes.includes("draft") ? true : wishes.includes("ready") ? false : undefined;
  const asDraft = turn === undefined ? {} : { draft: { was: !turn, became: turn } };
  return [
    {
      ...common,
      created: false,
      number: remote.number,
      base: { was: remote.base, became: step.base },
      ...(title === undefined ? {} : { title: { was: remote.title, became: title } }),
      ...(body === undefined ? {} : { body: { was: remote.body, became: body } }),
      ...asDraft,
    },
  ];
}

/** Oldest first; what cannot be read is nothing. Entries are checked by who uses them. */
export async function readJournal(place: Place): Promise<readonly unknown[]> {
  try {
    const file: unknown = JSON.parse(await readFile(fileOf(place), "utf8"));
    if (typeof file !== "object" || file === null || !("version" in file) || file.version !== 1) return [];
    return "submits" in file && Array.isArray(file.submits) ? file.submits : [];
  } catch {
    return [];
  }
}

/** Whole or not at all; the oldest are forgotten. */
export async function writeJournal(place: Place, submits: readonly unknown[]): Promise<void> {
  const file = fileOf(place);
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify({ version: 1, submits: submits.slice(-MOST_SUBMITS) })}\n`);
  await rename(draft, file);
}

function fileOf(place: Place): string {
  return path.join(place.commonDir, "plustwo", "journal.json");
}
