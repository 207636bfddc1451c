/**
 * What reno answered about a clone, kept beside its program: one file for each question. An answer counts for the same reno, commit,
 * branches, tags and edits of tracked files; whatever else it finds, the peer is asked anew.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { run, type Ran } from "./reno.ts";

/** Answers what reno answers to these words. */
export type Peer = (words: readonly string[]) => Ran & { readonly remembered: boolean };

export function rememberingPeer(program: string, dir: string, { again }: { readonly again: boolean }): Peer {
  const folder = join(dirname(dirname(program)), "answers");
  mkdirSync(folder, { recursive: true });
  const asked = new Set<string>();
  return (words) => {
    const file = join(folder, keyOf(program, dir, words));
    if (again && !asked.has(file)) rmSync(file, { force: true });
    asked.add(file);
    const known = recall(file);
    if (known !== undefined) return { ...known, remembered: true };
    const answer = run(dir, [program, ...words]);
    // Of a reno that was stopped nothing is kept.
    if (Number.isFinite(answer.wallMs)) {
      const { stdout, ...rest } = answer;
      writeFileSync(`${file}.${process.pid}`, JSON.stringify({ ...rest, stdout: stdout.toString("base64") }));
      renameSync(`${file}.${process.pid}`, file);
    }
    return { ...answer, remembered: false };
  };
}

function keyOf(program: string, dir: string, words: readonly string[]): string {
  const git = (...args: string[]) => spawnSync("git", args, { cwd: dir, maxBuffer: 256 * 1024 * 1024 }).stdout;
  const key = createHash("sha256").update(JSON.stringify([program, words]));
  for (const told of [git("rev-parse", "HEAD"), git("for-each-ref"), git("diff", "HEAD")]) key.update(told);
  return `${key.digest("hex").slice(0, 40)}.json`;
}

const KEPT = z.object({
  status: z.number(),
  stdout: z.string().transform((text) => Buffer.from(text, "base64")),
  stderr: z.string(),
  wallMs: z.number(),
  cpuMs: z.number(),
  maxRssMb: z.number(),
});

function recall(file: string): Ran | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return KEPT.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
