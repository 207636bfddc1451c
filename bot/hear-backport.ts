/**
 * Hears `/backport stable/2026.1` in comments of a merged change, and tag labels `backport stable/2026.1`: to each branch that is named
 * by somebody who may give Code-Review +2 there, or who may set labels in this repository. Only changes that were just merged, or that
 * something happened to since, are read. Edited comments and those of bots are not heard. Where no policy is enforced nothing is said.
 */
import type { BranchName } from "../src/core/ids.ts";
import { canGoTo, MOST_ASKED, shown, type Ask, type Asked } from "../src/core/release/backport/asked.ts";
import { wishesOf, type Wish } from "../src/core/release/backport/wishes.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { ChangeRead, ForgeProblem } from "../src/forge/forge.ts";
import { describeForgeProblem } from "../src/forge/problem.ts";
import type { Attending } from "./attend.ts";
import { branchRights, type BranchRights } from "./backport-rights.ts";
import type { Ground } from "./gather-ground.ts";
import { forgeProblem, type ServiceProblem } from "./problem.ts";
import { recallLower } from "./remember-repository.ts";
import type { Service } from "./service.ts";
import { askedOf, saveAsked } from "./store/backports.ts";

type Rights = (branch: BranchName) => Promise<Result<BranchRights, ServiceProblem>>;

/** Answers when all are heard, and what they ask is kept. */
export async function hearBackports(
  service: Service,
  ground: Ground,
  attending: Attending,
): Promise<Result<void, ServiceProblem>> {
  const read = new Map(ground.merged.map((change) => [change.number, change]));
  const known = new Map(ground.pulls.map(({ change, state }) => [change, state]));
  const heard = (attending.heard ??= new Set());
  for (const change of attending.stirred.changes) {
    // One that nobody has heard of may have been merged before the service was here.
    if (heard.has(change) || read.has(change) || (known.get(change) ?? "merged") !== "merged") continue;
    const again = await service.forge.readChange(ground.ref, change);
    if (again.ok) {
      heard.add(change);
      read.set(change, again.value);
      continue;
    }
    if (passes(again.problem)) return { ok: false, problem: forgeProblem(again.problem) };
    heard.add(change);
    service.log.info({ change, problem: describeForgeProblem(again.problem).message }, "not read for backports");
  }
  const rights = branchRights(service, ground);
  for (const change of read.values()) {
    const done = change.state === "merged" ? await hear(service, ground, { change, rights }) : ok(undefined);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

/** Worth another look. What stays wrong with one change must not hold up all others. */
function passes({ kind }: ForgeProblem): boolean {
  return ["unreachable", "server-error", "rate-limited", "no-token", "bad-token"].includes(kind);
}

/** As many as `CommentRead`s there are at most. */
const COMMENTS_SHOWN = 50;

async function hear(
  service: Service,
  ground: Ground,
  { change, rights }: { readonly change: ChangeRead; readonly rights: Rights },
): Promise<Result<void, ServiceProblem>> {
  const { mergeCommit: landed, number, title, base: origin, comments, labels, author } = change;
  if (landed === undefined) return ok(undefined);
  const before = await askedOf(service.store, ground.facts.id, number);
  const live = { branches: [...ground.tips.branches.keys()], defaultBranch: ground.facts.defaultBranch };
  const cut = comments.length >= COMMENTS_SHOWN;
  const wishes = wishesOf({ ...live, comments, cut, labels, author, before });
  if (wishes === undefined) return ok(undefined);
  const judged = await judge(ground, rights, { origin, wished: wishes.wishes, kept: wishes.kept });
  if (!judged.ok) return judged;
  const { asks, refused, isOurs } = judged.value;
  if (!isOurs && before === undefined) return ok(undefined);
  if (before === undefined) {
    const recalled = await recallLower(service, ground.facts, [number]);
    if (!recalled.ok && (recalled.problem.kind !== "forge" || passes(recalled.problem.problem))) return recalled;
  }
  const withdrawn = [...(before?.asks.map(({ branch }) => branch) ?? []), ...(before?.withdrawn ?? [])];
  const asked: Asked = {
    ...{ change: number, title, origin, head: ground.own.reviewed(number, change.head), landed },
    ...{ heard: wishes.heard, asks, refused: [...refused, ...wishes.notes], empty: [] },
    withdrawn: [...new Set(withdrawn)].filter((branch) => !asks.some((ask) => ask.branch === branch)),
  };
  await saveAsked(service.store, ground.facts.id, asked, service.clock.now());
  service.log.info({ change: number, asks: asks.map(({ branch }) => branch) }, "a backport is asked for");
  return ok(undefined);
}

/** Words of one change that name no branch, and are told one by one. */
const MOST_UNKNOWN = 20;

interface Judged {
  readonly asks: readonly Ask[];
  readonly refused: readonly string[];
  /** A policy is enforced on one of the branches: plustwo may speak. */
  readonly isOurs: boolean;
}

/** Who was granted something once is not asked again whether he may. The first one who may is whom it is made for. */
async function judge(
  { facts, tips }: Ground,
  rights: Rights,
  wish: { readonly origin: BranchName; readonly wished: readonly Wish[]; readonly kept: readonly Ask[] },
): Promise<Result<Judged, ServiceProblem>> {
  const { origin, wished, kept } = wish;
  const live = { branches: [...tips.branches.keys()], defaultBranch: facts.defaultBranch };
  const asks = new Map<string, Ask>(kept.map((ask) => [ask.branch, ask]));
  const refused = new Map<string, string>();
  const known = new Set<string>(live.branches);
  // Anybody may write a comment: of words that are no branch only the first cost something.
  const unknown = [...new Set(wished.flatMap(({ word }) => (known.has(word) ? [] : word)))];
  const passedOver = new Set(unknown.slice(MOST_UNKNOWN));
  const there = await rights(origin);
  if (!there.ok) return there;
  let isOurs = isWatched(there.value);
  for (const one of wished) {
    const { word, branch, by, said } = one;
    if (asks.has(word) || passedOver.has(word)) continue;
    if (branch === undefined) {
      refused.set(word, `${shown(word)} can be no branch's name.`);
      continue;
    }
    const possible = canGoTo(branch, origin, live);
    if (!possible.ok) {
      refused.set(word, possible.problem);
      continue;
    }
    const here = await rights(branch);
    if (!here.ok) return here;
    isOurs ||= isWatched(here.value);
    const no = here.value.closed ?? (said === undefined ? undefined : await here.value.whyNot(by));
    if (no !== undefined) refused.set(word, `${shown(branch)}: ${no}.`);
    else if (asks.size >= MOST_ASKED)
      refused.set(word, `${shown(branch)}: at most ${MOST_ASKED} branches are asked for.`);
    else asks.set(word, { branch, by, ...(said === undefined ? {} : { said }) });
  }
  const still = [...refused].flatMap(([word, sentence]) => (asks.has(word) ? [] : [sentence]));
  if (passedOver.size > 0) still.push(`${passedOver.size} more words are no branches.`);
  return ok({ asks: [...asks.values()], refused: still, isOurs });
}

function isWatched({ mode }: BranchRights): boolean {
  return mode === "enforce" || mode === "unknown";
}
