/**
 * From orders and what is there to the next steps. A tag is made once, on a commit that a branch of its repository holds; nothing is
 * ever moved. What is there already as it is asked for is done; what is there otherwise is told, and nothing is done about it.
 */
import { parseBranchName, type BranchName, type Sha } from "../../ids.ts";
import type { BranchOrder, ReleaseOrder } from "./order.ts";

/** What the repository of an order has. */
export interface OrderFacts {
  /** Why this file may not tag that repository; absent: it may. */
  readonly forbidden?: string;
  readonly tag?: { readonly commit: Sha };
  /** Branches that hold the commit, of those it could come from. Only asked for while there is no tag. */
  readonly heldBy: readonly BranchName[];
  /** Those looked at for it. */
  readonly lookedAt: readonly BranchName[];
  /** By name: its tip, for those that the order wants and that are there. */
  readonly branches: Readonly<Record<string, { readonly tip: Sha; readonly holdsStart: boolean }>>;
  /** Tags that end the series of a wanted branch: what has ended is not made again. */
  readonly ended: readonly string[];
  /** Address of the release's page. */
  readonly page?: string;
}

export type ReleaseStep =
  | { readonly kind: "create-tag"; readonly order: ReleaseOrder }
  | { readonly kind: "create-branch"; readonly order: ReleaseOrder; readonly branch: BranchOrder }
  | { readonly kind: "publish-release"; readonly order: ReleaseOrder };

export interface OrderState {
  readonly order: ReleaseOrder;
  /** In this order; the next look asks anew after the first. */
  readonly steps: readonly ReleaseStep[];
  /** What is there as asked for, in words. */
  readonly done: readonly string[];
  /** What stands against the rest; with one of them there are no steps. */
  readonly refused: readonly string[];
}

export function stateOf(order: ReleaseOrder, facts: OrderFacts): OrderState {
  const refused = [...refusals(order, facts)];
  const done: string[] = [];
  const steps: ReleaseStep[] = [];
  if (facts.tag === undefined) steps.push({ kind: "create-tag", order });
  else if (facts.tag.commit === order.commit) done.push(`the tag \`${order.version}\` at ${short(order.commit)}`);
  for (const branch of order.branches) {
    const there = facts.branches[branch.name];
    if (there === undefined) steps.push({ kind: "create-branch", order, branch });
    else if (there.holdsStart) done.push(`the branch \`${branch.name}\``);
  }
  if (!order.endsSeries) {
    if (facts.page === undefined) steps.push({ kind: "publish-release", order });
    else done.push(`[the release](${facts.page})`);
  }
  return { order, steps: refused.length > 0 ? [] : steps, done, refused };
}

function* refusals(order: ReleaseOrder, facts: OrderFacts): Iterable<string> {
  const { tag, forbidden } = facts;
  if (forbidden !== undefined) yield forbidden;
  if (tag !== undefined && tag.commit !== order.commit)
    yield `the tag \`${order.version}\` is at ${short(tag.commit)} already, and the file says ${short(order.commit)}: a tag is never moved, so ask for another version`;
  if (tag === undefined && forbidden === undefined && facts.heldBy.length === 0)
    yield `${short(order.commit)} is on none of the branches ${facts.lookedAt.map((name) => `\`${name}\``).join(", ")}: release a commit that was merged`;
  for (const { name, at } of order.branches) {
    const there = facts.branches[name];
    if (there !== undefined && !there.holdsStart)
      yield `the branch \`${name}\` is there and does not hold ${short(at)}, where the file says it begins: it is left as it is`;
    const end = facts.ended.find((ending) => ending.startsWith(`${seriesOfBranch(name)}-`));
    if (there === undefined && end !== undefined)
      yield `the branch \`${name}\` has ended with the tag \`${end}\` and is not made again`;
  }
}

/**
 * Where a released commit may be: on the default branch, on the branches of its series, and on those the file names. A series has an
 * id and a name (`2026.2`, `maple`), and its folder may be called after either.
 */
export function homesOf(order: ReleaseOrder, defaultBranch: BranchName): readonly BranchName[] {
  const own = ["stable", "unmaintained"].flatMap((kind) => parseBranchName(`${kind}/${order.series}`) ?? []);
  const named = order.branches.flatMap(({ name }) => (/^(stable|unmaintained|bugfix)\//.test(name) ? [name] : []));
  return [...new Set([defaultBranch, ...own, ...named])];
}

/** `stable/2026.2` is of 2026.2. */
export function seriesOfBranch(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}

function short(sha: Sha): string {
  return sha.slice(0, 7);
}

/** One comment for the pull request that brought the file. */
export function releaseWords(states: readonly OrderState[], problems: readonly string[]): string {
  const lines = states.flatMap(({ order, done, refused, steps }) => {
    const what = `**${order.deliverable} ${order.version}** in \`${order.repository}\``;
    if (refused.length > 0) return [`- ${what}: not released. ${refused.map(sentence).join(" ")}`];
    if (steps.length > 0)
      return [`- ${what}: ${done.length === 0 ? "is being released" : `${done.join(", ")}; more to come`}`];
    return [`- ${what}: ${done.join(", ")}`];
  });
  const told = problems.map((problem) => `- Nothing is released: ${sentence(problem)}`);
  const hint =
    [...problems, ...states.flatMap(({ refused }) => refused)].length > 0
      ? ["", "Correct the release file in another change; it is looked at again when that has merged."]
      : [];
  return [...told, ...lines, ...hint].join("\n");
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
