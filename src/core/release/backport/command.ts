/**
 * Asking for a backport in words: a comment whose first line is `/backport stable/2026.1 stable/2025.2`, or a tag label
 * `backport stable/2026.1`. Neither approves anything: what it brings about is a pull request like any other.
 */
import { parseBranchName, type BranchName } from "../../ids.ts";

export interface BackportWord {
  /** As written, each once. */
  readonly branches: readonly BranchName[];
  /** Words that can be no branch's name. */
  readonly unreadable: readonly string[];
  /** Words that are not read, because there are too many. */
  readonly left: number;
}

/** Words of one comment that are read: anybody may write a comment, and each word costs something. */
export const MOST_WORDS = 20;

const COMMAND = /^\s*\/backport(?:\s+(.*))?$/i;

/** `undefined`: the comment's first line is no such command. Quoted ones are not. */
export function backportCommand(body: string): BackportWord | undefined {
  const found = COMMAND.exec(body.split("\n")[0]?.trimEnd() ?? "");
  if (found === null) return undefined;
  const words = (found[1] ?? "").split(/[\s,]+/).map((word) => word.replace(/^`(.*)`$/, "$1"));
  return wordsOf(words.filter((word) => word !== "" && word !== "to"));
}

export const DEFAULT_TAG = "backport *";

/** The branches that tag labels name: `tag` has one `*`, which stands for the branch. */
export function taggedBranches(labels: readonly string[], tag = DEFAULT_TAG): readonly BranchName[] {
  const [before = "", after = ""] = tag.split("*");
  const named = labels.flatMap((label) =>
    label.startsWith(before) && label.endsWith(after) && label.length > before.length + after.length
      ? [label.slice(before.length, label.length - after.length)]
      : [],
  );
  return wordsOf(named).branches;
}

function wordsOf(words: readonly string[]): BackportWord {
  const all = [...new Set(words)];
  const read = all.slice(0, MOST_WORDS).map((word) => ({ word, branch: parseBranchName(word) }));
  return {
    left: Math.max(0, all.length - MOST_WORDS),
    branches: read.flatMap(({ branch }) => branch ?? []),
    unreadable: read.flatMap(({ word, branch }) => (branch === undefined ? [word] : [])),
  };
}
