/**
 * Hears `/backport stable/2026.1` in comments of a merged change, and tag labels `backport stable/2026.1`: to each branch that is named
 * by somebody who may give Code-Review +2 there, or who may set labels in this repository. Only changes that were just merged, or that
 * something happened to since, are read. Edited comments and those of bots are not heard.
 */
import { parseBranchName, type BranchName } from "../src/core/ids.ts";
import { groupsOf, permittedRange } from "../src/core/policy/policy.ts";
import type { Person } from "../src/core/policy/snapshot.ts";
import { canGoTo, type Ask, type Asked } from "../src/core/release/backport/asked.ts";
import { backportCommand, taggedBranches } from "../src/core/release/backport/command.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { ChangeRead, CommentRead } from "../src/forge/forge.ts";
import { gatherGroups } from "./gather-changes.ts";
import type { Ground } from "./gather-ground.ts";
import { gatherOrganisation } from "./gather-organisation.ts";
import { gatherPolicy } from "./gather-policy.ts";
import { forgeProblem, gitProblem, type ServiceProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { askedOf, saveAsked } from "./store/backports.ts";

/** Answers when all are heard, and what they ask is kept. */
export async function hearBackports(
  service: Service,
  ground: Ground,
  stirred: ReadonlySet<number>,
): Promise<Result<void, ServiceProblem>> {
  const read = new Map(ground.merged.map((change) => [change.number, change]));
  for (const { change, state } of ground.pulls) {
    if (state !== "merged" || !stirred.has(change) || read.has(change)) continue;
    const again = await service.forge.readChange(ground.ref, change);
    if (!again.ok) return { ok: false, problem: forgeProblem(again.problem) };
    read.set(change, again.value);
  }
  for (const change of read.values()) {
    const heard = await hear(service, ground, change);
    if (!heard.ok) return heard;
  }
  return ok(undefined);
}

async function hear(service: Service, ground: Ground, change: ChangeRead): Promise<Result<void, ServiceProblem>> {
  const { mergeCommit: landed, number, title, head, base: origin } = change;
  const said = change.comments.filter(
    ({ by, body, edited }) => by.type === "User" && !edited && backportCommand(body) !== undefined,
  );
  const tagged = taggedBranches(change.labels);
  if (landed === undefined || (said.length === 0 && tagged.length === 0)) return ok(undefined);
  const before = await askedOf(service.store, ground.facts.id, number);
  const heard = [`${said.length} ${said.at(-1)?.at ?? ""}`, ...[...tagged].sort()].join(" ");
  if (before?.heard === heard) return ok(undefined);
  const judged = await judge(service, ground, { origin, wished: wishesOf(said, tagged, change.author) });
  if (!judged.ok) return judged;
  const asked: Asked = { change: number, title, origin, head, landed, heard, ...judged.value, empty: [] };
  await saveAsked(service.store, ground.facts.id, asked, service.clock.now());
  service.log.info({ change: number, asks: asked.asks.map(({ branch }) => branch) }, "a backport is asked for");
  return ok(undefined);
}

interface Wish {
  readonly word: string;
  readonly by: Person;
  /** Whoever may label has the forge's leave. */
  readonly labelled: boolean;
}

/** Each branch once by each person. */
function wishesOf(said: readonly CommentRead[], tagged: readonly BranchName[], author: Person): readonly Wish[] {
  const words = said.flatMap(({ by, body }) => {
    const command = backportCommand(body);
    const named = [...(command?.branches ?? []), ...(command?.unreadable ?? [])];
    return named.map((word) => ({ word, by, labelled: false }));
  });
  const all = [...words, ...tagged.map((word) => ({ word, by: author, labelled: true }))];
  return [...new Map(all.map((wish) => [`${wish.word} ${wish.by.id}`, wish])).values()];
}

type Judged = Pick<Asked, "asks" | "refused">;

async function judge(
  service: Service,
  ground: Ground,
  { origin, wished }: { readonly origin: BranchName; readonly wished: readonly Wish[] },
): Promise<Result<Judged, ServiceProblem>> {
  const { facts, tips } = ground;
  const live = { branches: [...tips.branches.keys()], defaultBranch: facts.defaultBranch };
  const asks = new Map<string, Ask>();
  const refused = new Map<string, string>();
  for (const { word, by, labelled } of wished) {
    const branch = parseBranchName(word);
    const possible = branch === undefined ? undefined : canGoTo(branch, origin, live);
    if (branch === undefined || possible === undefined) {
      refused.set(word, `Cannot plan a backport: "${word}" can be no branch's name.`);
      continue;
    }
    if (!possible.ok) {
      refused.set(word, possible.problem);
      continue;
    }
    const why = labelled ? ok(undefined) : await whyNot(service, ground, { branch, by });
    if (!why.ok) return why;
    if (why.value === undefined) asks.set(word, { branch, by });
    else refused.set(word, why.value);
  }
  const still = [...refused].flatMap(([word, sentence]) => (asks.has(word) ? [] : [sentence]));
  return ok({ asks: [...asks.values()], refused: still });
}

/** A sentence where this person may not ask; nobody may where the policy does not say who approves. */
async function whyNot(
  service: Service,
  ground: Ground,
  { branch, by }: Ask,
): Promise<Result<string | undefined, ServiceProblem>> {
  const { facts, mirror, tips } = ground;
  const tip = tips.branches.get(branch);
  const shared = await gatherOrganisation(service, facts, { mirror, tips });
  if (!shared.ok) return shared;
  if (tip === undefined) return ok(`\`${branch}\` is gone.`);
  const target = await gatherPolicy(mirror, { target: branch, tip, shared: shared.value }, service.presets);
  if (!target.ok) return { ok: false, problem: gitProblem(target.problem) };
  const { policy } = target.value;
  if (!policy.ok) return ok(`\`${branch}\`: its policy cannot be read, so nobody may ask for a backport there.`);
  if (policy.value.mode !== "enforce")
    return ok(`\`${branch}\`: its policy is not enforced, so plustwo opens nothing there.`);
  const groups = await gatherGroups(service, { ...ground, policies: new Map([[branch, target.value]]) });
  const range = permittedRange(policy.value, "Code-Review", {
    ...{ id: by.id, owner: false, branch },
    groups: groupsOf(groups.get(branch)?.groups ?? {}, by.id),
  });
  if (range !== undefined && range.max >= 2) return ok(undefined);
  return ok(`\`${branch}\`: @${by.login} may not give Code-Review +2 there, and only who may asks for a backport.`);
}
