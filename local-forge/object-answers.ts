/**
 * What git has said of objects. An object never changes, and the forge throws none away, so a question that names nothing but objects is
 * asked once. Anything with a ref in it, with input, or with an environment of its own is asked each time.
 */
import type { GitAnswer } from "./git.ts";

/** Each reads only. */
const QUESTIONS = [
  "cat-file",
  "diff",
  "diff-tree",
  "log",
  "ls-tree",
  "rev-list",
  "rev-parse",
  "merge-base",
  "merge-tree",
];
/** Exit code 1 of these is an answer too; of any other it may mean that something is missing still. */
const SAYS_NO = ["merge-base", "merge-tree"];

const SHA = "[0-9a-f]{40}";
/** A commit, without or up to another; one that is peeled; what stands at a path of it. */
const OBJECT = new RegExp(`^(?:\\^?${SHA}(?:\\.{2,3}${SHA})?|${SHA}\\^\\{commit\\}|${SHA}:.*)$`);
const TYPE = /^(?:blob|tree|commit|tag)$/;
/** Options that bring refs or input in. */
const OUTSIDE = /^--(?:all|branches|tags|remotes|glob|stdin|batch|reflog|exclude)/;

/** Larger answers are rare, and many of them would be a weight. */
const LARGEST_BYTES = 256 * 1024;
const ANSWERS_KEPT = 50_000;
/** By directory, so that a repository that is made where one stood knows nothing of that. */
interface Answers {
  readonly byQuestion: Map<string, GitAnswer>;
  /** Objects that are there. */
  readonly seen: Set<string>;
}
const kept = new Map<string, Answers>();
let count = 0;

export function isAboutObjects([command = "", ...rest]: readonly string[]): boolean {
  if (!QUESTIONS.includes(command)) return false;
  const end = rest.indexOf("--");
  const words = end === -1 ? rest : rest.slice(0, end);
  const names = words.filter((word) => !word.startsWith("-"));
  if (words.some((word) => OUTSIDE.test(word)) || !names.some((name) => OBJECT.test(name))) return false;
  return names.every((name) => OBJECT.test(name) || (command === "cat-file" && TYPE.test(name)));
}

export function recall(dir: string, args: readonly string[]): GitAnswer | undefined {
  return kept.get(dir)?.byQuestion.get(keyOf(args));
}

export function keep(dir: string, args: readonly string[], answer: GitAnswer): void {
  const of = kept.get(dir) ?? { byQuestion: new Map<string, GitAnswer>(), seen: new Set<string>() };
  if (!isFinal(args, answer, of.seen) || answer.stdout.length > LARGEST_BYTES) return;
  if (count >= ANSWERS_KEPT) {
    kept.clear();
    count = 0;
  }
  if (answer.code === 0 && !isEcho(args)) {
    for (const [sha] of args.join(" ").matchAll(/\b[0-9a-f]{40}\b/g)) of.seen.add(sha);
  }
  of.byQuestion.set(keyOf(args), answer);
  kept.set(dir, of);
  count += 1;
}

/** `rev-parse` repeats any full name, also of nothing. */
function isEcho(args: readonly string[]): boolean {
  return args[0] === "rev-parse" && args.at(-1)?.length === 40;
}

function isFinal(args: readonly string[], { code }: GitAnswer, seen: ReadonlySet<string>): boolean {
  if (code === 0) return true;
  if (code !== 1) return false;
  const [command = "", last = ""] = [args[0], args.at(-1)];
  // No such path, where the commit is there.
  return SAYS_NO.includes(command) || (command === "rev-parse" && last[40] === ":" && seen.has(last.slice(0, 40)));
}

export function forgetAnswers(dir: string): void {
  kept.delete(dir);
}

function keyOf(args: readonly string[]): string {
  return args.join("\0");
}
