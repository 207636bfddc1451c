/**
 * Who is in the queue, and in what order. Priority first (a lower change inherits the priority of what waits on it),
 * then what must land first, then the time a change became ready, then its number: total, so never a matter of luck.
 */
import { itemId, type ItemId } from "../ids.ts";
import type { Instant } from "../time.ts";
import { itemIdOf } from "./identity.ts";
import type { DequeueReason, GateSnapshot, Item, ReadyChange } from "./snapshot.ts";
import { DEFAULT_STRATEGY } from "./strategy.ts";

export interface Leaving {
  readonly item: Item;
  readonly because: DequeueReason;
  readonly why: string;
}

/** An item that left for such a reason is refused with the same head until a new patch set or a recheck. */
export function refusesHead(because: DequeueReason): boolean {
  switch (because) {
    case "own-fault":
    case "with-others":
    case "conflict":
    case "lost":
      return true;
    case "dependency":
    case "withdrawn":
    case "requirement":
      return false;
  }
}

/** Why an item may not stay, judged by its own members alone. */
export function lostItsPlace(item: Item, gate: GateSnapshot): Leaving | undefined {
  for (const { change, head } of item.members) {
    const ready = gate.ready.find((candidate) => candidate.change === change);
    if (ready === undefined && isUnknown({ change, head }, gate)) continue;
    if (ready === undefined) {
      const why = `#${change} no longer meets its requirements, or was closed; it comes back by itself once they hold`;
      return { item, because: "requirement", why };
    }
    if (ready.head !== head) {
      const why = `#${change} has a new patch set; the one in the gate was ${head.slice(0, 7)}`;
      return { item, because: "withdrawn", why };
    }
    const strategy = ready.strategy ?? DEFAULT_STRATEGY;
    if (strategy !== (item.seal.strategy ?? DEFAULT_STRATEGY)) {
      const why = `The gate lands by ${strategy} now, and #${change} was composed in another way; it comes back by itself`;
      return { item, because: "requirement", why };
    }
  }
  return undefined;
}

/** Something of a member could not be read just now: it keeps its place, and nothing is done with it until it can. */
export function waitsForFacts({ members }: Item, gate: GateSnapshot): boolean {
  return members.some((member) => isUnknown(member, gate));
}

function isUnknown({ change, head }: Item["members"][number], { unknown = [] }: GateSnapshot): boolean {
  return unknown.some((one) => one.change === change && one.head === head);
}

/**
 * The items with what they need now. A change may be set upon another one without a new head (its base is edited), so
 * what was true when it came in is not enough. What is needed and is neither here nor landed stands under a name of its own.
 */
export function withPresentNeeds(gate: GateSnapshot): readonly Item[] {
  const landed = new Set(gate.landed.map(({ change }) => change));
  const byChange = new Map(gate.items.flatMap(({ id, members }) => members.map(({ change }) => [change, id] as const)));
  return gate.items.map((item) => {
    const needed = item.members.flatMap(({ change }) => gate.ready.find((one) => one.change === change)?.after ?? []);
    const more = needed.filter((change) => !landed.has(change)).map((change) => byChange.get(change) ?? absent(change));
    return { ...item, after: [...new Set([...item.after, ...more])] };
  });
}

function absent(change: number): ItemId {
  return itemId(`#${change}`);
}

/** Items that need one of `leaving`, or something that is neither here nor landed; whoever needs those leaves too. */
export function withoutTheirDependency(gate: GateSnapshot, leaving: readonly Leaving[]): readonly Leaving[] {
  const gone = new Set(leaving.map(({ item }) => item.id));
  const landed = new Set(gate.landed.map(({ item }) => item));
  const here = new Set(gate.items.map(({ id }) => id));
  const found: Leaving[] = [];
  for (let before = -1; before !== found.length;) {
    before = found.length;
    for (const item of gate.items) {
      if (gone.has(item.id)) continue;
      const missing = item.after.find((id) => !landed.has(id) && (gone.has(id) || !here.has(id)));
      if (missing === undefined) continue;
      gone.add(item.id);
      found.push({ item, because: "dependency", why: sayMissing(missing, gate) });
    }
  }
  return found;
}

/** Front first. Items stay in the order they came in, except for priority. */
export function inOrder(items: readonly Item[]): readonly Item[] {
  const urgency = inheritedPriorities(items);
  return [...items].sort((a, b) => (urgency.get(b.id) ?? b.priority) - (urgency.get(a.id) ?? a.priority));
}

/**
 * The changes to let in, in the order they go to the end of the queue. A change whose lower change is neither landed
 * nor in the queue waits outside; so does one that left red with the same head, and one that leaves in this decision.
 */
export function newcomers(
  gate: GateSnapshot,
  staying: readonly Item[],
  leaving: readonly Leaving[],
  now: Instant,
): readonly Item[] {
  const byChange = new Map(staying.flatMap((item) => item.members.map(({ change }) => [change, item] as const)));
  const landed = new Set(gate.landed.map(({ change }) => change));
  const shut = new Set([
    ...gate.refused.map(({ change, head }) => `${change}@${head}`),
    ...leaving.flatMap(({ item }) => item.members.map(({ change, head }) => `${change}@${head}`)),
  ]);
  let waiting = gate.ready
    .filter(({ change, head }) => !byChange.has(change) && !landed.has(change) && !shut.has(`${change}@${head}`))
    .sort((a, b) => b.priority - a.priority || a.readyAt - b.readyAt || a.change - b.change);
  const admitted: Item[] = [];
  for (;;) {
    const next = waiting.find(({ after }) => after.every((change) => landed.has(change) || byChange.has(change)));
    if (next === undefined) return admitted;
    const needs = next.after.flatMap((change) => (landed.has(change) ? [] : (byChange.get(change)?.id ?? [])));
    const item = admit(next, needs, gate, now);
    admitted.push(item);
    byChange.set(next.change, item);
    waiting = waiting.filter((candidate) => candidate !== next);
  }
}

function admit(ready: ReadyChange, needs: readonly ItemId[], gate: GateSnapshot, now: Instant): Item {
  const members = [{ change: ready.change, head: ready.head }];
  return {
    id: itemIdOf(gate.target.branch, members),
    members,
    seal: {
      at: now,
      message: ready.message,
      ...(ready.strategy === undefined ? {} : { strategy: ready.strategy }),
      ...(ready.author === undefined ? {} : { author: ready.author }),
    },
    priority: ready.priority,
    areas: ready.areas,
    after: [...new Set(needs)],
    rebuilt: 0,
  };
}

function inheritedPriorities(items: readonly Item[]): ReadonlyMap<ItemId, number> {
  const urgency = new Map(items.map(({ id, priority }) => [id, priority]));
  for (let changed = true; changed;) {
    changed = false;
    for (const { id, after } of items) {
      const mine = urgency.get(id) ?? 0;
      for (const needed of after) {
        const theirs = urgency.get(needed);
        if (theirs === undefined || theirs >= mine) continue;
        urgency.set(needed, mine);
        changed = true;
      }
    }
  }
  return urgency;
}

function sayMissing(missing: ItemId, gate: GateSnapshot): string {
  const item = gate.items.find(({ id }) => id === missing);
  const outside = missing.startsWith("#") ? missing : "a change it depends on";
  const names = item?.members.map(({ change }) => `#${change}`).join(", ") ?? outside;
  if (item === undefined) return `It needs ${names}, which is not in the gate; it comes back by itself once that is`;
  return `It needs ${names}, which left the gate; it comes back by itself once that is in the gate again`;
}
