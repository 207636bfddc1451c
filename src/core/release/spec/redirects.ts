/** The file `redirects` beside the specs: `<old> <new>` a line, both below the folder. Links to a spec that moved go on working. */
import type { SpecProblem, SpecRule } from "./spec.ts";

export interface Redirect {
  readonly from: string;
  readonly to: string;
  /** From 1. */
  readonly line: number;
}

export function readRedirects(text: string): readonly (Redirect | { readonly line: number; readonly text: string })[] {
  return text.split(/\r?\n/).flatMap((row, index) => {
    const line = index + 1;
    if (row.trim() === "" || row.startsWith("#")) return [];
    const [, from, to] = /^(\S+) +(\S+)$/.exec(row.trim()) ?? [];
    return [from === undefined || to === undefined ? { line, text: row } : { from, to, line }];
  });
}

/** `files`: the paths below the folder that there are. */
export function checkRedirects(path: string, text: string, files: ReadonlySet<string>): readonly SpecProblem[] {
  return readRedirects(text).flatMap((one): readonly SpecProblem[] => {
    const wrong = (rule: SpecRule, message: string, hint: string) => [
      { rule, path, line: one.line, column: 1, message, hint },
    ];
    if (!("from" in one)) return wrong("redirect-line", "it is no redirect", "write `<old path> <new path>`");
    if (!files.has(one.to)) return wrong("redirect-target", `there is no ${one.to}`, "name the file where it is now");
    if (files.has(one.from))
      return wrong("redirect-source", `${one.from} is still there`, "remove the line or the file");
    return [];
  });
}

/** With these moves: a redirect to what moves now goes to where it will be, so that none needs a second step. Else byte for byte. */
export function withMoves(text: string, moves: readonly { readonly from: string; readonly to: string }[]): string {
  const moved = new Map(moves.map(({ from, to }) => [from, to]));
  const known = new Set<string>();
  const rows = text.split("\n").flatMap((row) => {
    const [, from, gap, to] = /^(\S+)( +)(\S+)\s*$/.exec(row) ?? [];
    if (from === undefined || gap === undefined || to === undefined || row.startsWith("#")) return [row];
    const target = moved.get(to) ?? to;
    if (from === target) return [];
    known.add(`${from} ${target}`);
    return target === to ? [row] : [`${from}${gap}${target}`];
  });
  const kept = rows.join("\n");
  const added = moves.map(({ from, to }) => `${from} ${to}`).filter((line) => !known.has(line));
  return `${kept === "" || kept.endsWith("\n") ? kept : `${kept}\n`}${added.map((line) => `${line}\n`).join("")}`;
}
