/**
 * Which people together fill every hole: a few small answers, found by looking, bounded, always the same. People who fill exactly the
 * same holes are one choice ("2 of alice, bob, erin"), so an answer stays minimal whoever of them comes.
 */

/** So many distinct people of these are missing. */
export interface Hole {
  readonly missing: number;
  /** Each once. */
  readonly who: readonly string[];
}

/** So many of these, whoever they are. */
export interface Choice {
  /** Sorted. */
  readonly who: readonly string[];
  readonly need: number;
}

const MOST_ANSWERS = 5;
const MOST_STEPS = 2_000;
/** Beyond these only the first answer is given. */
const MOST_HOLES = 64;
const MOST_PEOPLE = 12;

interface Kin {
  readonly who: readonly string[];
  readonly holes: readonly number[];
}

/**
 * Smallest first; of none can anything be left out. Empty: the people named cannot fill some hole. Not every answer there is, and the
 * first is small rather than provably smallest.
 */
export function setCovers(holes: readonly Hole[]): readonly (readonly Choice[])[] {
  if (holes.length === 0 || holes.some(({ missing, who }) => who.length < missing)) return [];
  const kin = kinOf(holes);
  const first = greedy(holes, kin);
  const people = first.reduce((sum, n) => sum + n, 0);
  const answers = new Map([[keyOf(first), first]]);
  if (holes.length <= MOST_HOLES && people <= MOST_PEOPLE) search(holes, kin, answers);
  return [...answers.values()]
    .map((counts) => ({ counts, size: counts.reduce((sum, n) => sum + n, 0) }))
    .sort((a, b) => a.size - b.size || compare(keyOf(a.counts), keyOf(b.counts)))
    .slice(0, MOST_ANSWERS)
    .map(({ counts }) => kin.flatMap(({ who }, at) => (counts[at] === 0 ? [] : [{ who, need: counts[at] ?? 0 }])));
}

/** Those who fill most come first, then by name. */
function kinOf(holes: readonly Hole[]): readonly Kin[] {
  const filled = new Map<string, number[]>();
  for (const [hole, { who }] of holes.entries())
    for (const person of who) {
      const already = filled.get(person);
      if (already === undefined) filled.set(person, [hole]);
      else already.push(hole);
    }
  const kin = new Map<string, { who: string[]; holes: readonly number[] }>();
  for (const [person, own] of filled) {
    const key = own.join(" ");
    const alike = kin.get(key);
    if (alike === undefined) kin.set(key, { who: [person], holes: own });
    else alike.who.push(person);
  }
  return [...kin.values()]
    .map(({ who, holes: own }) => ({ who: who.sort(compare), holes: own }))
    .sort((a, b) => b.holes.length - a.holes.length || compare(a.who[0] ?? "", b.who[0] ?? ""));
}

/** Again and again whoever fills most of what is open; then whoever turned out not to be needed is left out. */
function greedy(holes: readonly Hole[], kin: readonly Kin[]): readonly number[] {
  const missing = holes.map((hole) => hole.missing);
  const gain = kin.map((one) => one.holes.length);
  const counts = kin.map(() => 0);
  const filling = membersOf(holes.length, kin);
  let open = missing.filter((n) => n > 0).length;
  while (open > 0) {
    let best = -1;
    for (const [at, value] of gain.entries())
      if (value > 0 && (counts[at] ?? 0) < (kin[at]?.who.length ?? 0) && (best < 0 || value > (gain[best] ?? 0)))
        best = at;
    if (best < 0) break;
    counts[best] = (counts[best] ?? 0) + 1;
    for (const hole of kin[best]?.holes ?? []) {
      const left = (missing[hole] ?? 0) - 1;
      missing[hole] = left;
      if (left !== 0) continue;
      open -= 1;
      for (const at of filling[hole] ?? []) gain[at] = (gain[at] ?? 0) - 1;
    }
  }
  return leftOut(counts, missing, kin);
}

function membersOf(holes: number, kin: readonly Kin[]): readonly number[][] {
  const members: number[][] = Array.from({ length: holes }, () => []);
  for (const [at, one] of kin.entries()) for (const hole of one.holes) members[hole]?.push(at);
  return members;
}

/** `missing` below 0 says how many are too many. */
function leftOut(counts: number[], missing: number[], kin: readonly Kin[]): readonly number[] {
  for (let at = kin.length - 1; at >= 0; at -= 1) {
    const own = kin[at]?.holes ?? [];
    while ((counts[at] ?? 0) > 0 && own.every((hole) => (missing[hole] ?? 0) < 0)) {
      counts[at] = (counts[at] ?? 0) - 1;
      for (const hole of own) missing[hole] = (missing[hole] ?? 0) + 1;
    }
  }
  return counts;
}

/** Other answers: the first open hole is filled by each who can, and so on, until enough are found or enough was tried. */
function search(holes: readonly Hole[], kin: readonly Kin[], answers: Map<string, readonly number[]>): void {
  const members = membersOf(holes.length, kin);
  const seen = new Set<string>();
  let steps = 0;
  const go = (counts: readonly number[], missing: readonly number[]): void => {
    steps += 1;
    const key = keyOf(counts);
    if (steps > MOST_STEPS || answers.size >= MOST_ANSWERS * 2 || seen.has(key)) return;
    seen.add(key);
    const hole = missing.findIndex((n) => n > 0);
    if (hole < 0) {
      const slim = leftOut([...counts], [...missing], kin);
      answers.set(keyOf(slim), slim);
      return;
    }
    for (const at of members[hole] ?? []) {
      if ((counts[at] ?? 0) >= (kin[at]?.who.length ?? 0)) continue;
      const fewer = [...missing];
      for (const filled of kin[at]?.holes ?? []) fewer[filled] = (fewer[filled] ?? 0) - 1;
      go(
        counts.map((n, index) => (index === at ? n + 1 : n)),
        fewer,
      );
    }
  };
  go(
    kin.map(() => 0),
    holes.map(({ missing }) => missing),
  );
}

function keyOf(counts: readonly number[]): string {
  return counts.flatMap((n, at) => (n === 0 ? [] : [`${String(at).padStart(6, "0")}x${n}`])).join(" ");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
