/**
 * From orders and what is there to the next steps. A tag is made once, on a commit that a branch of its repository holds; nothing is
 * ever moved. What is there already as it is asked for is done; what is there otherwise is told, and nothing is done about it. What was
 * made before and is gone was taken away by somebody, who had a reason.
 */
import { parseBranchName, type BranchName, type Sha } from "../../ids.ts";
import type { Made } from "./made.ts";
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
  /** By name: for branches that are there and whose `.gitreview` names another. */
  readonly followUps: Readonly<Record<string, FollowUp>>;
  /** What was made of it before, whether or not it is still there. */
  readonly made: readonly Made[];
  /** A tag has to be signed, and there is no key. */
  readonly noKey?: true;
  /** Another file that asks for the same tag in this look. */
  readonly alsoIn?: string;
}

/** What has become of the pull request that mends the `.gitreview` of a branch; one that ended is not made again. */
export type FollowUp =
  | { readonly kind: "absent" }
  | { readonly kind: "open" | "closed" | "merged"; readonly change: number }
  /** It cannot be made; `why` is a clause. Tried again when the release file has changed. */
  | { readonly kind: "stopped"; readonly why: string };

export type ReleaseStep =
  | { readonly kind: "create-tag"; readonly order: ReleaseOrder }
  | { readonly kind: "create-branch"; readonly order: ReleaseOrder; readonly branch: BranchOrder }
  | { readonly kind: "publish-release"; readonly order: ReleaseOrder }
  | { readonly kind: "open-follow-up"; readonly order: ReleaseOrder; readonly branch: BranchOrder };

export interface OrderState {
  readonly order: ReleaseOrder;
  /** In this order; the next look asks anew after the first. */
  readonly steps: readonly ReleaseStep[];
  /** What is there as asked for, in words. */
  readonly done: readonly string[];
  /** The same for `made`. */
  readonly there: readonly Made[];
  /** What stands against the rest; with one of them there are no steps. */
  readonly refused: readonly string[];
}

export function stateOf(order: ReleaseOrder, facts: OrderFacts): OrderState {
  const refused = [...refusals(order, facts)];
  const done: string[] = [];
  const there: Made[] = [];
  const steps: ReleaseStep[] = [];
  const found = (made: Made, words: string): void => {
    there.push(made);
    done.push(words);
  };
  if (facts.tag === undefined) steps.push({ kind: "create-tag", order });
  else if (facts.tag.commit === order.commit) found("tag", `the tag \`${order.version}\` at ${short(order.commit)}`);
  for (const branch of order.branches) {
    const made = `branch ${branch.name}`;
    const known = facts.branches[branch.name];
    if (known?.holdsStart === true) found(made, `the branch \`${branch.name}\``);
    else if (known === undefined && facts.made.includes(made))
      done.push(`the branch \`${branch.name}\` was taken away and is not made again`);
    else if (known === undefined) steps.push({ kind: "create-branch", order, branch });
  }
  if (!order.endsSeries) {
    if (facts.page !== undefined) found("page", `[the release](${facts.page})`);
    else if (facts.made.includes("page")) done.push("the release page was taken away and is not made again");
    else steps.push({ kind: "publish-release", order });
  }
  for (const branch of order.branches) {
    const followUp = facts.followUps[branch.name];
    if (followUp?.kind === "absent") steps.push({ kind: "open-follow-up", order, branch });
    else if (followUp !== undefined) done.push(followUpWords(order, branch, followUp));
  }
  return { order, steps: refused.length > 0 ? [] : steps, done, there, refused };
}

function* refusals(order: ReleaseOrder, facts: OrderFacts): Iterable<string> {
  const { tag, forbidden } = facts;
  if (forbidden !== undefined) yield forbidden;
  else if (tag === undefined) yield* refusalsToTag(order, facts);
  else if (tag.commit !== order.commit)
    yield `the tag \`${order.version}\` is at ${short(tag.commit)} already, and the file says ${short(order.commit)}: a tag is never moved, so ask for another version`;
  for (const { name, at } of order.branches) {
    const there = facts.branches[name];
    if (there !== undefined && !there.holdsStart)
      yield `the branch \`${name}\` is there and does not hold ${short(at)}, where the file says it begins: it is left as it is`;
    const end = facts.ended.find((ending) => ending.startsWith(`${seriesOfBranch(name)}-`));
    if (there === undefined && end !== undefined && !facts.made.includes(`branch ${name}`))
      yield `the branch \`${name}\` has ended with the tag \`${end}\` and is not made again`;
  }
}

function* refusalsToTag({ version, commit }: ReleaseOrder, facts: OrderFacts): Iterable<string> {
  if (facts.made.includes("tag"))
    yield `the tag \`${version}\` was made, and somebody has taken it away: it is not made again, so ask for another version`;
  if (facts.alsoIn !== undefined)
    yield `\`${facts.alsoIn}\` asks for the tag \`${version}\` too, and nobody can tell whose it is: take it out of one of them`;
  if (facts.noKey === true) yield `the policy asks for signed tags, and the service has no key (PLUSTWO_TAG_KEY_FILE)`;
  if (facts.heldBy.length === 0)
    yield `${short(commit)} is on none of the branches ${facts.lookedAt.map((name) => `\`${name}\``).join(", ")}: release a commit that was merged`;
}

function followUpWords(
  { repository }: ReleaseOrder,
  { name }: BranchOrder,
  followUp: Exclude<FollowUp, { readonly kind: "absent" }>,
): string {
  if (followUp.kind === "stopped") return `no pull request for the \`.gitreview\` of \`${name}\` (${followUp.why})`;
  const ended = { open: "is open", closed: "was closed, and is not made again", merged: "was merged" };
  return `${repository}#${followUp.change} for the \`.gitreview\` of \`${name}\` ${ended[followUp.kind]}`;
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
