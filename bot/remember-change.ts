/**
 * One change that may have been forgotten, before its patch sets are made anew: what our check runs say on every head
 * that the forge remembers, and on commits below its own, which may be another change's. Asked once for each change.
 */
import type { Sha } from "../src/core/ids.ts";
import { fail, ok, type Result } from "../src/core/result.ts";
import type { ChangeRead, RepositoryRef } from "../src/forge/forge.ts";
import type { RepoId } from "../src/core/ids.ts";
import type { Footing, FootingProblem } from "./gather-stack.ts";
import { describeProblem, forgeProblem, type ServiceProblem } from "./problem.ts";
import { othersIn, recordIn, storeRecord } from "./remember-record.ts";
import { ALL_ASKED, forgottenUpTo, HEAD_ASKED, headsOf, recallLower } from "./remember-repository.ts";
import type { Service } from "./service.ts";
import type { RecordedPatchSet } from "./store/patch-sets.ts";
import { remember, rememberedIn } from "./store/remembered.ts";
import { wake } from "./store/repositories.ts";

export interface RecallOf {
  readonly ref: RepositoryRef;
  readonly repository: RepoId;
  readonly change: ChangeRead;
  readonly footing: (head: Sha) => Promise<Result<Footing, FootingProblem>>;
}

export interface Recalled {
  /** Something was stored: read it again. */
  readonly stored: boolean;
  /** A patch set is known to have been, and nothing else of it: no vote that is there now was surely given for the head. */
  readonly restart: boolean;
  /** Once the patch sets are written, so that a crash before asks again. */
  readonly done: () => Promise<void>;
}

const NOTHING_TO_RECALL: Recalled = { stored: false, restart: false, done: () => Promise.resolve() };
/** Commits of a change's own range that are looked up. */
const MOST_COMMITS = 100;

export async function recallChange(
  service: Service,
  of: RecallOf,
  recorded: readonly RecordedPatchSet[],
): Promise<Result<Recalled, FootingProblem>> {
  const { ref, repository: id, change } = of;
  const upTo = await forgottenUpTo(service, { ref, id });
  if (!upTo.ok) return notRemembered(upTo.problem);
  const what = `change ${change.number}`;
  if (change.number > upTo.value) return ok(NOTHING_TO_RECALL);
  const asked = (await rememberedIn(service.store, id)).get(what);
  if (asked === ALL_ASKED) return ok(NOTHING_TO_RECALL);

  const known = new Set([
    ...recorded.map(({ patchSet }) => patchSet.sha),
    ...(asked === HEAD_ASKED ? [change.head] : []),
  ]);
  const heads = headsOf(change).filter((sha) => !known.has(sha));
  const below = recorded.length === 0 ? await commitsBelow(of) : ok([]);
  if (!below.ok) return below;
  const commits = [...new Set([...heads, ...below.value])];
  const checks = commits.length === 0 ? ok([]) : await service.forge.ownChecks(ref, commits);
  if (!checks.ok) return notRemembered(forgeProblem(checks.problem));

  const { record, unreadable } = recordIn(checks.value, change.number);
  if (record?.cut === true) {
    return fail({
      kind: "not-remembered",
      why:
        "the service lost its memory, and the record of this change was too long to be kept whole, so a veto may be " +
        "missing; open a new pull request from the same branch",
    });
  }
  const newer = record !== undefined && (record.patchSets.at(-1)?.n ?? 0) > (recorded.at(-1)?.patchSet.n ?? 0);
  if (newer) await storeRecord(service, id, record);
  const onBelow = checks.value.filter(({ head }) => below.value.includes(head));
  const others = [...othersIn(onBelow, change.number), ...(record?.below ?? []).map((lower) => lower.change)];
  const lower = await recallLower(service, { ref, id }, others);
  if (!lower.ok) return notRemembered(lower.problem);
  const done = (): Promise<void> => remember(service.store, id, { what, value: ALL_ASKED });
  if (others.length > 0) {
    // What it stands on was taken for its own work a moment ago.
    await done();
    await wake(service.store, `${ref.owner}/${ref.name}`, service.clock.now());
    return fail({ kind: "not-remembered", why: "what it stands on was just read back; looking again" });
  }
  return ok({ stored: newer, restart: unreadable, done });
}

/** Of the own range as it looks now, in which a forgotten change may hide. */
async function commitsBelow({ change, footing }: RecallOf): Promise<Result<readonly Sha[], FootingProblem>> {
  const found = await footing(change.head);
  if (!found.ok) return found;
  const shas = found.value.commits.map(({ sha }) => sha).filter((sha) => sha !== change.head);
  return ok(shas.slice(0, MOST_COMMITS));
}

function notRemembered(problem: ServiceProblem): Result<never, FootingProblem> {
  const why = `what was known of it before could not be read back: ${describeProblem(problem)}`;
  return fail({ kind: "not-remembered", why });
}
