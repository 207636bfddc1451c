/**
 * Releases that merged files ask for: of each order the first step that is missing, until none is; then one comment on the pull request
 * that brought the file, and the place up to which all is settled. What is refused is told and counts as settled.
 */
import { madeMarks, type MadeMark } from "../release/release/made.ts";
import type { MergedReleases } from "../release/release/merged.ts";
import type { ReleaseOrder } from "../release/release/order.ts";
import { releaseWords, stateOf, type OrderState } from "../release/release/steps.ts";
import { digestOf, reportSlot } from "./reports.ts";
import type { Action, RepositorySnapshot } from "./snapshot.ts";

const RELEASE_SLOT = "release";

/** Key in `published`; its value is the commit up to which every release file is settled. */
export const SETTLED_SLOT = "releases";

export function releaseMerged({
  releases,
  published,
}: Pick<RepositorySnapshot, "releases" | "published">): readonly Action[] {
  if (releases === undefined || published[SETTLED_SLOT] === releases.at) return [];
  const claims = claimsIn(releases);
  const files = releases.files.map((file) => ({
    ...file,
    states: file.orders.map(({ order, facts }) => {
      const other = claims.get(tagOf(order))?.find((path) => path !== order.path);
      return stateOf(order, other === undefined ? facts : { ...facts, alsoIn: other });
    }),
  }));
  const steps = files.flatMap(({ change, states }) =>
    states.flatMap(({ steps: [step] }): readonly Action[] =>
      step === undefined ? [] : [{ kind: "release", step, ...(change === undefined ? {} : { change }) }],
    ),
  );
  if (steps.length > 0) return steps;
  const told = files.flatMap(({ change, states, problems }) => {
    if (change === undefined || (states.length === 0 && problems.length === 0)) return [];
    return [{ change, body: releaseWords(states, problems) }];
  });
  const reports = byChange(told).map(({ change, body }) => ({ change, body, digest: digestOf(body) }));
  const after = reports.map(({ change, digest }) => ({ slot: reportSlot(change, RELEASE_SLOT), digest }));
  return [
    ...reports.flatMap(({ change, body, digest }): readonly Action[] =>
      published[reportSlot(change, RELEASE_SLOT)] === digest
        ? []
        : [{ kind: "report", change, slot: RELEASE_SLOT, body, digest }],
    ),
    { kind: "settle-releases", at: releases.at, after, made: files.flatMap(({ states }) => states.flatMap(madeIn)) },
  ];
}

/** By tag, the files that ask for it. */
function claimsIn({ files }: MergedReleases): ReadonlyMap<string, readonly string[]> {
  const claims = new Map<string, readonly string[]>();
  for (const { order } of files.flatMap(({ orders }) => orders))
    claims.set(tagOf(order), [...(claims.get(tagOf(order)) ?? []), order.path]);
  return claims;
}

function tagOf({ repository, version }: ReleaseOrder): string {
  return `${repository.toLowerCase()} ${version}`;
}

function madeIn({ order, there }: OrderState): readonly MadeMark[] {
  return madeMarks(order, there);
}

/** One comment for each pull request, however many files it brought. */
function byChange(
  told: readonly { readonly change: number; readonly body: string }[],
): readonly { readonly change: number; readonly body: string }[] {
  const bodies = new Map<number, string>();
  for (const { change, body } of told) {
    const before = bodies.get(change);
    bodies.set(change, before === undefined ? body : `${before}\n${body}`);
  }
  return [...bodies].map(([change, body]) => ({ change, body }));
}
