/**
 * Moves the target to exactly the commit that was tested, and writes down that it did. Just before, everything is
 * gathered and decided once more: a veto, a push or a freeze that came in the meantime stops it (threats T2, T3).
 * Order: verdict on the gate commit, so that the branch rule lets it in (RULINGS 8); head branches where the strategy
 * made another commit of them (move-heads.ts); push by compare-and-swap; record; gate ref. Died before the push of the
 * target: the next look decides and pushes again. Died after it: it finds the target at the commit and only records.
 */
import { verdictOn } from "../src/core/gate/decide.ts";
import type { Action, Build, Item } from "../src/core/gate/snapshot.ts";
import { branchRef, type ItemId, type Sha } from "../src/core/ids.ts";
import { formatPublished, publish } from "../src/core/policy/published.ts";
import type { PolicySnapshot } from "../src/core/policy/snapshot.ts";
import { landedWords } from "../src/core/replay/certificate.ts";
import { describeGitProblem } from "../src/git/problem.ts";
import type { CheckWrite } from "../src/forge/forge.ts";
import { keyOf, type Applied, type Applying } from "./applying.ts";
import { CHECK_NAME, GATE_CHECK_NAME, recordText } from "./check-text.ts";
import type { Gathered } from "./gather.ts";
import { moveHeads } from "./move-heads.ts";
import { forgeProblem, gitProblem, type ServiceProblem } from "./problem.ts";
import { movedHeads } from "./store/moved-heads.ts";
import { patchSetsOf } from "./store/patch-sets.ts";
import { buildById, endItem, releaseBuild } from "./store/queue.ts";
import type { Service } from "./service.ts";

type Land = Extract<Action, { kind: "land" }>;

export async function applyLand(at: Applying, action: Land): Promise<Applied> {
  const { service } = at;
  const build = await provenBuild(at, action);
  if (build === undefined) return { kind: "nothing" };
  if (at.gathered.tips.branches.get(action.target) === action.to) return written(at, action, build);

  const again = await at.decideAgain();
  if (!again.ok) return { kind: "problem", problem: again.problem };
  const key = keyOf(action);
  if (!again.value.actions.some((one) => one.kind === "land" && keyOf(one) === key)) {
    service.log.info({ change: changesOf(again.value.gathered, action), key }, "not landed: the second look disagrees");
    return { kind: "changed" };
  }
  const now = again.value.gathered;
  const check = await service.forge.publishCheck(now.ref, gateCheck(now, action, build));
  if (!check.ok) return { kind: "problem", problem: forgeProblem(check.problem) };

  const stopped = await moveHeads({ service, gathered: now }, action, build);
  if (stopped !== undefined) return stopped;
  const { git, address } = now.mirror;
  const pushed = await git.push(address, [
    { ref: branchRef(action.target), from: action.from, to: action.to, descend: true },
  ]);
  if (!pushed.ok) {
    // Somebody else moved the target: what was tested is not what would land now.
    if (pushed.problem.kind === "stale") return { kind: "changed" };
    return { kind: "problem", problem: gitProblem(pushed.problem) };
  }
  service.log.info({ target: action.target, sha: action.to, changes: changesOf(now, action) }, "landed");
  return written({ ...at, gathered: now }, action, build);
}

/** The build this landing rests on, as it was stored. */
async function provenBuild({ service, gathered }: Applying, { proof, to }: Land): Promise<Build | undefined> {
  for (const text of proof) {
    const [, id] = /^build:(.+)$/.exec(text) ?? [];
    const gate = gathered.snapshot.gates.flatMap(({ builds }) => builds).find((build) => build.id === id);
    const known = gate === undefined ? undefined : await buildById(service.store, gathered.facts.id, gate.id);
    if (known?.build.commits.at(-1) === to) return known.build;
  }
  return undefined;
}

async function written({ service, gathered }: Applying, action: Land, build: Build): Promise<Applied> {
  const repository = gathered.facts.id;
  const unsaid = await sayLanded(service, gathered, action);
  if (unsaid !== undefined) return { kind: "problem", problem: unsaid };
  const commits = new Map<ItemId, Sha | undefined>(build.stack.map((item, index) => [item, build.commits[index]]));
  for (const item of action.items) {
    const landed = commits.get(item) ?? action.to;
    const end = { because: "landed" as const, why: action.proof.join(" "), landed };
    await endItem(service.store, { repository, item }, end, service.clock.now());
  }
  await emptySlot(service, gathered, build);
  return { kind: "changed" };
}

/**
 * The last word on each landed change, before the record: nobody says it later. It has landed whether or not the forge
 * takes the word; only a forge that is away for a moment is asked again.
 */
async function sayLanded(service: Service, gathered: Gathered, action: Land): Promise<ServiceProblem | undefined> {
  const { store, forge, log } = service;
  const moved = await movedHeads(store, gathered.facts.id);
  for (const { change, head } of membersOf(gathered, action)) {
    const n = (await patchSetsOf(store, gathered.facts.id, change)).findLast(({ patchSet }) => patchSet.sha === head);
    if (n === undefined) continue;
    // What the pull request shows last is the commit its head was moved to.
    const shown = moved.filter((move) => move.change === change && move.from === head).at(-1)?.to;
    for (const sha of shown === undefined ? [head] : [head, shown]) {
      const said = await forge.publishCheck(gathered.ref, {
        name: CHECK_NAME,
        head: sha,
        externalId: `${change}/${n.patchSet.n}`,
        verdict: "success",
        ...lastWord(
          service,
          action,
          gathered.snapshot.changes.find((one) => one.change.number === change),
        ),
      });
      if (said.ok) continue;
      if (["server-error", "unreachable", "rate-limited"].includes(said.problem.kind))
        return forgeProblem(said.problem);
      log.info({ change, problem: said.problem.kind }, "the last word on a change was not taken");
    }
  }
  return undefined;
}

/** Which commit it landed as, and under which verdict, where it is known: what an audit reads back (`certificate.ts`). */
function lastWord({ presets, clock }: Service, { target, to }: Land, snapshot: PolicySnapshot | undefined) {
  const { title, summary } = landedWords(target, to);
  if (snapshot === undefined) return { title, summary };
  const verdict = publish(verdictOn(snapshot, clock.now(), { presets }), { title, state: "success" });
  const programs = `<details><summary>For programs</summary>\n\n${formatPublished(verdict)}\n\n</details>`;
  return { title, summary: `${summary}\n\n${programs}`, ...recordText(snapshot) };
}

/** Not worth failing for: an old gate ref is overwritten by the next build, and swept when the gate is idle. */
export async function emptySlot(service: Service, gathered: Gathered, build: Build): Promise<void> {
  const tip = build.commits.at(-1);
  if (build.ref !== undefined && tip !== undefined) {
    const { git, address } = gathered.mirror;
    const gone = await git.push(address, [{ ref: build.ref, from: tip, to: undefined }]);
    if (!gone.ok && gone.problem.kind !== "stale") {
      service.log.warn(
        { ref: build.ref, problem: describeGitProblem(gone.problem).message },
        "a gate branch could not be deleted",
      );
      return;
    }
  }
  await releaseBuild(service.store, gathered.facts.id, build.id, service.clock.now());
}

function changesOf(gathered: Gathered, action: Land): readonly number[] {
  return membersOf(gathered, action).map(({ change }) => change);
}

function membersOf({ snapshot }: Gathered, { items }: Land): Item["members"] {
  return snapshot.gates
    .flatMap((gate) => gate.items)
    .filter(({ id }) => items.includes(id))
    .flatMap(({ members }) => members);
}

/** The one context that the target's rule requires, on the commit that is about to be its tip. */
function gateCheck(gathered: Gathered, action: Land, build: Build): CheckWrite {
  const changes = changesOf(gathered, action).map((change) => `#${change}`);
  const proof = action.proof.map((text) => `- \`${text}\``).join("\n");
  return {
    name: GATE_CHECK_NAME,
    head: action.to,
    externalId: `${action.target}/${build.id}`,
    verdict: "success",
    title: `Tested as it lands on ${action.target}`,
    summary: `${changes.join(", ")} onto \`${action.from}\`: this commit was tested and is what lands.\n\n${proof}`,
  };
}
