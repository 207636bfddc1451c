/**
 * What this clone remembers of its own uploads: one small file in the git directory, shared by its work trees.
 * It is a convenience: without it an upload needs the reflog to know that a head on the server is ours, and refuses
 * where neither knows it. So a lost or broken file never overwrites anything.
 */
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseBranchName, parseSha, type BranchName, type Sha } from "../core/ids.ts";
import { type Place } from "../git/read.ts";

export interface SentBranch {
  readonly head: Sha;
  readonly tree: Sha;
  readonly patchSet?: number;
  /** The local branch it was sent from; absent = a detached HEAD. */
  readonly from?: BranchName;
}

/** By head branch. */
export type Memory = Readonly<Record<string, SentBranch>>;

const MOST_BRANCHES = 2_000;
const MOST_REFLOG_BYTES = 4 * 1024 * 1024;

export async function readMemory(place: Place): Promise<Memory> {
  try {
    return parseMemory(JSON.parse(await readFile(fileOf(place), "utf8")));
  } catch {
    return {};
  }
}

/** Whole or not at all: a reader never sees half a file. */
export async function writeMemory(place: Place, memory: Memory): Promise<void> {
  const file = fileOf(place);
  await mkdir(path.dirname(file), { recursive: true });
  const newest = Object.fromEntries(Object.entries(memory).slice(-MOST_BRANCHES));
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify({ version: 1, sent: newest }, null, 1)}\n`);
  await rename(draft, file);
}

/** Every commit that HEAD of this work tree has stood on. Source: gitrepository-layout, `logs/HEAD`. */
export async function readReflog(place: Place): Promise<ReadonlySet<Sha>> {
  const seen = new Set<Sha>();
  for (const line of (await tail(path.join(place.gitDir, "logs", "HEAD"))).split("\n")) {
    const [before = "", after = ""] = line.split(" ", 2);
    for (const text of [before, after]) {
      const sha = parseSha(text);
      if (sha !== undefined && !/^0+$/.test(sha)) seen.add(sha);
    }
  }
  return seen;
}

function fileOf(place: Place): string {
  return path.join(place.commonDir, "plustwo", "sent.json");
}

async function tail(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const start = Math.max(0, size - MOST_REFLOG_BYTES);
      const buffer = Buffer.alloc(size - start);
      await handle.read(buffer, 0, buffer.length, start);
      return buffer.toString("utf8");
    } finally {
      await handle.close();
    }
  } catch {
    return "";
  }
}

function parseMemory(value: unknown): Memory {
  const memory: Record<string, SentBranch> = {};
  if (!isRecord(value) || value["version"] !== 1 || !isRecord(value["sent"])) return memory;
  for (const [branch, entry] of Object.entries(value["sent"])) {
    if (!isRecord(entry)) continue;
    const head = parseSha(textOf(entry["head"]));
    const tree = parseSha(textOf(entry["tree"]));
    if (head === undefined || tree === undefined) continue;
    const from = parseBranchName(textOf(entry["from"]));
    const patchSet = entry["patchSet"];
    memory[branch] = {
      head,
      tree,
      ...(typeof patchSet === "number" && Number.isSafeInteger(patchSet) ? { patchSet } : {}),
      ...(from === undefined ? {} : { from }),
    };
  }
  return memory;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
