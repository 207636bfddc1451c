/**
 * Was a new head of a pull request only brought up to date with its target, or did its own content change? Told from what
 * the own range contains before and after: the same paths with the same content, and everything else is the target's.
 * That is a proof. Where the target changed a file that the pull request changes too, it is none in either direction.
 */
import type { Sha } from "../ids.ts";
import type { OwnFile, Update } from "./merge.ts";

export type UpdateJudgement =
  | { readonly kind: "same" }
  | { readonly kind: "changed"; readonly paths: readonly string[] }
  | { readonly kind: "unknowable"; readonly why: string };

export function judgeUpdate(update: Update): UpdateJudgement {
  if (!update.known) return { kind: "unknowable", why: update.why };
  const [before, after] = [byPath(update.before), byPath(update.after)];
  const differing = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
  if (differing.length === 0) return { kind: "same" };
  const moved = new Set(update.moved);
  const own = differing.filter((path) => !moved.has(path));
  if (own.length > 0) return { kind: "changed", paths: own };
  return {
    kind: "unknowable",
    why: `the target changed ${listed(differing)} too, and only git itself could repeat that merge`,
  };
}

function byPath(files: readonly OwnFile[]): ReadonlyMap<string, string> {
  return new Map(files.map((file) => [file.path, `${file.status} ${file.previousPath ?? ""} ${file.blob}`]));
}

/** At most three names, then how many more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length <= 3 ? shown : `${shown} and ${names.length - 3} more`;
}

/** An update that the answer depends on: its facts have to be gathered. */
export interface WantedUpdate {
  readonly onto: Sha;
  readonly before: Sha;
  readonly after: Sha;
}

export function updateKey({ onto, before, after }: WantedUpdate): string {
  return `${onto} ${before} ${after}`;
}
