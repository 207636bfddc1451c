/**
 * Everything the service does about one repository, as a pure function of what was gathered: evaluate every change,
 * say so on its check, let the ready ones into the gate, and clear up after those that landed (ruling 29).
 *
 * In mode `observe` a change gets a neutral check and nothing else; in `advise` a real check; only `enforce` opens the
 * gate. `decide` keeps no memory of its own: what was already said stands in `published`, under the slots named here.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalJson } from "../policy/canonical-json.ts";
import { evaluateOrClose } from "../policy/evaluate.ts";
import { explain } from "../policy/explain.ts";
import { loadPolicy } from "../policy/load.ts";
import type { PolicySnapshot } from "../policy/snapshot.ts";
import type { Verdict } from "../policy/verdict.ts";
import type { Instant } from "../time.ts";
import { archivePatchSets } from "./archive-patch-sets.ts";
import { backportMerged } from "./backport-merged.ts";
import { closeLanded } from "./close-landed.ts";
import { alarmOf, withAlarm } from "./alarm.ts";
import { composeMergeMessage } from "./compose.ts";
import { composeSquashMessage, squashAuthor } from "./compose-squash.ts";
import { tidyUp } from "./housekeeping.ts";
import { earliest } from "./judge.ts";
import { keepPatchSets } from "./keep-patch-sets.ts";
import { plan } from "./plan.ts";
import { recordOf } from "./record.ts";
import { reports, reportSlot } from "./reports.ts";
import { releaseMerged } from "./release-merged.ts";
import { planReviewBases } from "./review-bases.ts";
import { reportUnattested } from "./unattested.ts";
import { toldTogether } from "./shared-head.ts";
import { viewOf } from "./view.ts";
import type { Action, Decision, GateSnapshot, ReadyChange, RepositorySnapshot } from "./snapshot.ts";

export interface Policies {
  /** Text of each preset, by the name after `preset:`. */
  readonly presets: Readonly<Record<string, string>>;
}

interface Evaluated {
  readonly snapshot: PolicySnapshot;
  readonly verdict: Verdict;
}

export function decide(repository: RepositorySnapshot, now: Instant, policies: Policies): Decision {
  const evaluated = repository.changes.map((snapshot) => ({ snapshot, verdict: verdictOn(snapshot, now, policies) }));
  const enforced = evaluated.filter(({ verdict }) => verdict.mode === "enforce");
  const unknown = repository.changes
    .filter(({ incomplete }) => incomplete.length > 0)
    .map(({ change: { number: change, head } }) => ({ change, head }));
  const gates = repository.gates.map((gate) => ({ ...gate, ready: readyFor(gate, enforced), unknown }));
  const planned = gates.map((gate) => plan(gate, now));
  const bases = planReviewBases(enforced, repository, {
    now,
    load: ({ policy }) => loadPolicy(policy, policies.presets),
  });
  const at = earliest([
    ...planned.map((decision) => decision.wakeAt),
    ...evaluated.map(({ verdict }) => verdict.wakeAt),
    nextFreezeEdge(repository.changes, now),
  ]);
  return {
    actions: [
      ...planned.flatMap(({ actions }) => actions),
      ...tidyUp(repository, new Set(enforced.map(({ verdict }) => verdict.change))),
      ...bases.actions,
      ...closeLanded(
        enforced.map(({ snapshot }) => snapshot),
        gates,
      ),
      ...publishChecks(evaluated, gates, { published: repository.published, notes: bases.notes }, now),
      ...reports(enforced, repository),
      ...keepPatchSets(
        enforced.map(({ snapshot }) => snapshot),
        repository,
      ),
      ...(enforced.length === 0 ? [] : archivePatchSets(repository, now)),
      ...reportUnattested(repository.merged ?? [], repository),
      ...releaseMerged(repository),
      ...backportMerged(repository),
    ],
    ...(at === undefined ? {} : { wakeAt: at }),
  };
}

/** The verdict on one change, also under a policy that is broken. */
export function verdictOn(snapshot: PolicySnapshot, now: Instant, { presets }: Policies): Verdict {
  return evaluateOrClose(loadPolicy(snapshot.policy, presets), snapshot, now);
}

/** Key in `published` under which the digest of an action's effect is kept; `undefined` for what is not said but done. */
export function slotOf(action: Action): string | undefined {
  switch (action.kind) {
    case "publish-check":
      return checkSlot(action.change);
    case "report":
      return reportSlot(action.change, action.slot);
    case "keep-patch-sets":
    case "archive-patch-sets":
    case "enqueue":
    case "dequeue":
    case "build":
    case "compose":
    case "cancel":
    case "rerun":
    case "land":
    case "retarget":
    case "put-review-base":
    case "undo-hand-merge":
    case "delete-branch":
    case "close":
    case "release":
    case "settle-releases":
    case "backport":
    case "settle-backport":
      return undefined;
  }
}

function checkSlot(change: number): string {
  return `check:${change}`;
}

/** Changes for this target that may land now, each with the message its merge would carry. */
function readyFor(gate: GateSnapshot, enforced: readonly Evaluated[]): readonly ReadyChange[] {
  const here = enforced.filter(({ verdict }) => verdict.submittable && verdict.target === gate.target.branch);
  return here.map(({ snapshot, verdict }) => ({
    change: verdict.change,
    head: verdict.head,
    certificate: verdict.certificate,
    after: snapshot.change.below.flatMap(({ number, state }) => (state === "open" ? [number] : [])),
    priority: 0,
    // Nothing is known about areas yet: everything may conflict with everything.
    areas: ["*"],
    readyAt: readySince(snapshot),
    ...composedFor(gate, snapshot, verdict),
  }));
}

/** What its merge commit or squash would say, and whose it would be. */
function composedFor(
  { pipeline }: GateSnapshot,
  { change }: PolicySnapshot,
  verdict: Verdict,
): Pick<ReadyChange, "message" | "strategy" | "author"> {
  const facts = {
    change: verdict.change,
    head: verdict.head,
    target: verdict.target,
    title: change.title,
    ...(change.changeId === undefined ? {} : { changeId: change.changeId }),
    votes: verdict.requirements.flatMap(({ counted }) => counted),
  };
  const strategy = pipeline.strategy === undefined ? {} : { strategy: pipeline.strategy };
  if (pipeline.strategy !== "squash") return { ...strategy, message: composeMergeMessage(facts) };
  const { author, coauthors } = squashAuthor(change);
  const message = composeSquashMessage({ ...facts, body: change.body, commits: change.commits, coauthors });
  return { ...strategy, message, ...(author === undefined ? {} : { author }) };
}

/** The newest fact the readiness rests on: the same in every process, and before and after a crash. */
function readySince({ change, votes, checks }: PolicySnapshot): Instant {
  const facts = [
    change.openedAt,
    ...change.patchSets.flatMap(({ at }) => at ?? []),
    ...votes.filter(({ state }) => state === "current").map(({ at }) => at),
    ...checks.filter(({ sha }) => sha === change.head).map(({ at }) => at),
  ];
  return facts.reduce((newest, at) => (at > newest ? at : newest), change.openedAt);
}

function publishChecks(
  evaluated: readonly Evaluated[],
  gates: readonly GateSnapshot[],
  { published, notes }: Pick<RepositorySnapshot, "published"> & { readonly notes: ReadonlyMap<number, string> },
  now: Instant,
): readonly Action[] {
  const all = evaluated.map((one) => withNote(toldOf(one, gates, now), notes));
  return all.flatMap((one): readonly Action[] => {
    const { said } = toldTogether(one, all);
    const { change, head, patchSet, record } = one;
    const check = { change, head, patchSet, verdict: said.verdict, title: said.title, summary: said.summary };
    const digest = `sha256:${bytesToHex(sha256(utf8ToBytes(canonicalJson({ ...check, record }))))}`;
    return published[checkSlot(change)] === digest ? [] : [{ kind: "publish-check", ...check, digest }];
  });
}

function toldOf({ snapshot, verdict }: Evaluated, gates: readonly GateSnapshot[], now: Instant) {
  const own = verdict.mode === "enforce" ? gates.find(({ target }) => target.branch === verdict.target) : undefined;
  const gate = own === undefined ? undefined : viewOf(verdict.change, verdict.head, own);
  const told = explain({ verdict, snapshot, now, ...(gate === undefined ? {} : { gate }) });
  const said = withAlarm(told, own === undefined ? undefined : alarmOf(verdict.change, verdict.head, own, now));
  const { change, head, patchSet, target } = verdict;
  return { change, head, patchSet, target, said, record: recordOf(snapshot) };
}

function withNote<T extends { readonly change: number; readonly said: { readonly summary: string } }>(
  told: T,
  notes: ReadonlyMap<number, string>,
): T {
  const note = notes.get(told.change);
  return note === undefined ? told : { ...told, said: { ...told.said, summary: `${told.said.summary}\n\n${note}` } };
}

/** A freeze begins or ends by the clock alone, so nothing else would wake the gate for it. */
function nextFreezeEdge(changes: readonly PolicySnapshot[], now: Instant): Instant | undefined {
  const edges = changes.flatMap(({ freezes }) => freezes.flatMap(({ from, to }) => [from, to]));
  return earliest(edges.map((edge) => (edge > now ? edge : undefined)));
}
