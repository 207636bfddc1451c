/**
 * After a loss of the store, or in a repository that is new to it: what our own check runs say of the heads of open
 * changes (one request for 10), and what became of pull requests below them that the open list does not show any more.
 * Asked once: a change that was opened later than the store began cannot have been forgotten.
 */
import type { BranchName } from "../src/core/ids.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import type { ChangeHeadline, ChangeRead, RepositoryFacts } from "../src/forge/forge.ts";
import { forgeProblem, type ServiceProblem } from "./problem.ts";
import { recordIn, storeRecord } from "./remember-record.ts";
import type { Service } from "./service.ts";
import { recordedTargets } from "./store/judged.ts";
import { knownPulls, savePulls, type KnownPull } from "./store/pulls.ts";
import { remember, rememberedIn } from "./store/remembered.ts";

export type Where = Pick<RepositoryFacts, "ref" | "id">;

/** The head of an open change was asked for. */
export const HEAD_ASKED = 1;
/** Everything was asked that could tell of it. */
export const ALL_ASKED = 2;
/** Heads of one change that are asked for. */
export const MOST_HEADS = 50;
/** Open changes whose heads one look asks for, newest first, as they are read (`attention.ts`). */
const MOST_CHANGES = 20;
/** Changes below open ones that one look goes after; the next look goes on. */
const MOST_LOWER = 100;

/** Answers the pull requests known afterwards. */
export async function recallRepository(
  service: Service,
  facts: Where & Pick<RepositoryFacts, "defaultBranch">,
  seen: { readonly headlines: readonly ChangeHeadline[]; readonly pulls: readonly KnownPull[] },
): Promise<Result<readonly KnownPull[], ServiceProblem>> {
  const lower = await recallHeads(service, facts, seen.headlines);
  if (!lower.ok) return lower;
  const bases = await recallBases(service, facts, seen);
  if (!bases.ok) return bases;
  const wanted = [...lower.value, ...bases.value];
  if (wanted.length === 0) return ok(seen.pulls);
  const recalled = await recallLower(service, facts, wanted);
  return recalled.ok ? ok(await knownPulls(service.store, facts.id)) : recalled;
}

/** The highest number that may have been forgotten. */
export async function forgottenUpTo(service: Service, { ref, id }: Where): Promise<Result<number, ServiceProblem>> {
  const known = (await rememberedIn(service.store, id)).get("up to");
  if (known !== undefined) return ok(known);
  const newest = await service.forge.newestNumber(ref);
  if (!newest.ok) return fail(forgeProblem(newest.problem));
  await remember(service.store, id, { what: "up to", value: newest.value });
  return newest;
}

/** Answers the changes that the recalled ones stood on. */
async function recallHeads(
  service: Service,
  { ref, id }: Where,
  headlines: readonly ChangeHeadline[],
): Promise<Result<readonly number[], ServiceProblem>> {
  if (headlines.length === 0) return ok([]);
  const upTo = await forgottenUpTo(service, { ref, id });
  if (!upTo.ok) return upTo;
  const asked = await rememberedIn(service.store, id);
  const recorded = await recordedTargets(service.store, id);
  const unknown = headlines
    .filter(({ number }) => number <= upTo.value && !recorded.has(number) && !asked.has(`change ${number}`))
    .slice(0, MOST_CHANGES);
  if (unknown.length === 0) return ok([]);
  const checks = await service.forge.ownChecks(
    ref,
    unknown.map(({ head }) => head),
  );
  if (!checks.ok) return fail(forgeProblem(checks.problem));
  const below: number[] = [];
  for (const { number, head } of unknown) {
    const { record } = recordIn(
      checks.value.filter((check) => check.head === head),
      number,
    );
    if (record !== undefined && !record.cut) {
      await storeRecord(service, id, record);
      below.push(...record.below.map(({ change }) => change));
    }
    await remember(service.store, id, { what: `change ${number}`, value: HEAD_ASKED });
  }
  return ok(below);
}

/** A base that no known pull request has come from may be the branch of one that has ended. */
async function recallBases(
  service: Service,
  { ref, id, defaultBranch }: Where & Pick<RepositoryFacts, "defaultBranch">,
  { headlines, pulls }: { readonly headlines: readonly ChangeHeadline[]; readonly pulls: readonly KnownPull[] },
): Promise<Result<readonly number[], ServiceProblem>> {
  const asked = await rememberedIn(service.store, id);
  const known = new Set<BranchName>([defaultBranch]);
  for (const { local, headBranch } of pulls) if (local) known.add(headBranch);
  const lower: number[] = [];
  for (let bases = headlines.map(({ base }) => base); bases.length > 0;) {
    const unknown = [...new Set(bases)].filter((base) => !known.has(base) && !asked.has(`base ${base}`));
    if (unknown.length === 0) break;
    const read = await service.forge.readStack(ref, unknown);
    if (!read.ok) return fail(forgeProblem(read.problem));
    const found = Object.values(read.value.changes);
    lower.push(...found.map(({ number }) => number));
    await savePulls(
      service.store,
      id,
      found.map((change) => pullOf(change)),
      service.clock.now(),
    );
    for (const base of unknown) {
      known.add(base);
      await remember(service.store, id, { what: `base ${base}`, value: ALL_ASKED });
    }
    bases = found.map(({ base }) => base);
  }
  return ok(lower);
}

/** Changes that others stand on, with those below them: how each ended, and which heads it had. */
export async function recallLower(
  service: Service,
  { ref, id }: Where,
  wanted: readonly number[],
): Promise<Result<void, ServiceProblem>> {
  const todo = [...wanted];
  const asked = new Map(await rememberedIn(service.store, id));
  const recorded = await recordedTargets(service.store, id);
  for (let count = 0; count < MOST_LOWER; count += 1) {
    const change = todo.shift();
    if (change === undefined) break;
    if (recorded.has(change) || asked.has(`change ${change}`)) continue;
    const read = await service.forge.readChange(ref, change);
    if (!read.ok) return fail(forgeProblem(read.problem));
    const checks = await service.forge.ownChecks(ref, headsOf(read.value));
    if (!checks.ok) return fail(forgeProblem(checks.problem));
    await savePulls(service.store, id, [pullOf(read.value, ref)], service.clock.now());
    const { record } = recordIn(checks.value, change);
    if (record !== undefined) {
      await storeRecord(service, id, record);
      todo.push(...record.below.map((lower) => lower.change));
    }
    await remember(service.store, id, { what: `change ${change}`, value: ALL_ASKED });
    asked.set(`change ${change}`, ALL_ASKED);
  }
  return ok(undefined);
}

const NOTHING = /^0+$/;

/** Heads that the forge remembers a change to have had, newest first: pushes, and what reviewers were shown. */
export function headsOf({ head, pushes, reviews }: ChangeRead): readonly ChangeRead["head"][] {
  const pushed = pushes.flatMap(({ before, after }) => (before === undefined ? [after] : [before, after]));
  const heads = [head, ...pushed.reverse(), ...reviews.map(({ sha }) => sha).reverse()];
  return [...new Set(heads.filter((sha) => !NOTHING.test(sha)))].slice(0, MOST_HEADS);
}

function pullOf(change: ChangeHeadline, ref?: Where["ref"]): KnownPull {
  const { number, state, head, headBranch, base, headRepository } = change;
  const local = ref === undefined || headRepository?.toLowerCase() === `${ref.owner}/${ref.name}`.toLowerCase();
  return { change: number, state, head, headBranch, base, local };
}
