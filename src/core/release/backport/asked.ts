/**
 * What people asked of a change that was merged: to which branches it is to go, and what has become of that so far. Of each change one
 * record is kept; everything else about its backports is read from git and from the list of pull requests.
 */
import type { BranchName, Sha } from "../../ids.ts";
import type { Person } from "../../policy/snapshot.ts";
import { familyOf, isUnmaintained, seriesOf } from "../../policy/backport.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { Instant } from "../../time.ts";
import { ladderOf, mustBeOn, type Ladder } from "./ladder.ts";
import { isOver, planBackport, type BackportPlan, type Found } from "./plan.ts";

export interface Ask {
  readonly branch: BranchName;
  /** For whom the pull request is opened. */
  readonly by: Person;
  /** When the comment was written that asks for it. Absent: a tag label does. */
  readonly said?: Instant;
}

export interface Asked {
  readonly change: number;
  readonly title: string;
  /** The branch that it was merged to, its reviewed head, and the commit it was merged as. */
  readonly origin: BranchName;
  readonly head: Sha;
  readonly landed: Sha;
  /** Tells which comments and labels were heard. */
  readonly heard: string;
  readonly asks: readonly Ask[];
  /** What cannot be done, each a sentence in Markdown. */
  readonly refused: readonly string[];
  /** Branches on which it changes nothing. */
  readonly empty: readonly BranchName[];
  /** Asked for once; the comment or the label is not there any more. */
  readonly withdrawn?: readonly BranchName[];
}

export interface Branches {
  readonly branches: readonly BranchName[];
  readonly defaultBranch: BranchName;
}

/** Branches that are brought of one change. */
export const MOST_ASKED = 20;
const MOST_NAMES = 5;
const MOST_SHOWN = 80;

/** Folders whose branches are series. Those of other folders are somebody's work, or the gate's. */
const FOLDERS = /^(?:release|releases|maint|maintenance|support|lts|series|branches)\//;
const VERSION =
  /^(?:(?:release|rel|stable|maint|maintenance|branch|support|lts|series|v)[-_.]?)?v?\d+(?:[._-](?:\d+|x))*$/i;

/** A branch that fixes go down to: `stable/…`, `unmaintained/…`, or a version (`v1.9`, `release-1.2`, `maint/3.x`). */
export function isSeriesBranch(branch: BranchName): boolean {
  if (branch.startsWith("stable/") || isUnmaintained(branch)) return true;
  return VERSION.test(FOLDERS.test(branch) ? seriesOf(branch) : branch);
}

/** Whether a change of `origin` can go to `branch` at all; the problem is a sentence. */
export function canGoTo(branch: BranchName, origin: BranchName, live: Branches): Result<void, string> {
  const name = shown(branch);
  if (branch === origin) return fail(`${name}: it landed there.`);
  if (branch !== live.defaultBranch && !isSeriesBranch(branch))
    return fail(`${name} is no stable branch, and a fix goes down to those alone.`);
  const ladder = ladderOf({ ...live, near: branch }).map((rung) => rung.branch);
  const from = ladder.indexOf(origin);
  if (!live.branches.includes(branch)) {
    const older = from < 0 ? [] : ladder.slice(from + 1).filter((other) => other !== branch);
    const known = older.length === 0 ? "no branch is older" : `older branches are ${listed(older)}`;
    return fail(`${name} is no live branch; ${known}.`);
  }
  if (from < 0 || ladder.indexOf(branch) < from)
    return fail(
      `${name}: the fix landed on ${shown(origin)}, which is not newer; bring it to the newest branch first.`,
    );
  return ok(undefined);
}

/** Somebody's text in code, so that it calls nobody and links nowhere. */
export function shown(text: string): string {
  const plain = text.replaceAll(/[`\p{C}\s]+/gu, "") || "?";
  return `\`${plain.length > MOST_SHOWN ? `${plain.slice(0, MOST_SHOWN)}…` : plain}\``;
}

function listed(branches: readonly BranchName[]): string {
  const names = branches.slice(0, MOST_NAMES).map(shown).join(", ");
  return branches.length > MOST_NAMES ? `${names} and ${branches.length - MOST_NAMES} more` : names;
}

/** One plan for each family of branches (`stable/*`, `v1.9` and its like). A branch that is gone since is left out. */
export function plansFor(
  { asks, origin }: Pick<Asked, "asks" | "origin">,
  live: Branches,
  found: (branch: BranchName) => Found,
): readonly BackportPlan[] {
  return laddersFor({ asks, origin }, live).flatMap(({ ladder, asked }) => {
    const plan = planBackport({ ladder, origin, asked, found });
    return plan.ok ? [plan.value] : [];
  });
}

/** The branches that a plan looks at. */
export function branchesOnTheWay(asked: Pick<Asked, "asks" | "origin">, live: Branches): readonly BranchName[] {
  return plansFor(asked, live, () => ({ kind: "absent" })).flatMap(({ steps }) => steps.map(({ branch }) => branch));
}

function laddersFor(
  { asks, origin }: Pick<Asked, "asks" | "origin">,
  live: Branches,
): readonly { readonly ladder: Ladder; readonly asked: readonly BranchName[] }[] {
  const families = new Map<string, BranchName[]>();
  for (const { branch } of asks) {
    if (!canGoTo(branch, origin, live).ok) continue;
    families.set(familyOf(branch), [...(families.get(familyOf(branch)) ?? []), branch]);
  }
  return [...families.values()].flatMap((asked) => {
    const [near] = asked;
    if (near === undefined) return [];
    const all = ladderOf({ ...live, near });
    const isOne = (branch: BranchName): boolean => branch === live.defaultBranch || branch === origin;
    return [{ ladder: all.filter(({ branch }) => isOne(branch) || isSeriesBranch(branch)), asked }];
  });
}

/** Sentences about branches that were asked for and cannot be reached any more. */
export function lostBranches({ asks, origin }: Pick<Asked, "asks" | "origin">, live: Branches): readonly string[] {
  return asks.flatMap(({ branch }) => {
    const possible = canGoTo(branch, origin, live);
    return possible.ok ? [] : [possible.problem];
  });
}

/** Whoever named the branch; of one in between, whoever first named one of its family. */
export function askerOf({ asks }: Pick<Asked, "asks">, branch: BranchName): Person | undefined {
  const family = familyOf(branch);
  const ask = asks.find((one) => one.branch === branch) ?? asks.find((one) => familyOf(one.branch) === family);
  return ask?.by;
}

/** It cannot be made there: neither can what waits for it. Whatever else was asked stands. */
export function givenUp(
  asked: Asked,
  { branch, why }: { readonly branch: BranchName; readonly why: string },
  live: Branches,
): Asked {
  const ladder = ladderOf({ ...live, near: branch });
  const asks = asked.asks.filter((ask) => ask.branch !== branch && !mustBeOn(ladder, ask.branch).includes(branch));
  return { ...asked, asks, refused: [...asked.refused, `${shown(branch)}: ${why}. Then comment \`/backport\` again.`] };
}

export function allOver(plans: readonly BackportPlan[]): boolean {
  return plans.every(isOver);
}
