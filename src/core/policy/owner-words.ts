/** In people's words: which paths still wait for whose approval, and which owners nobody can find. */
import type { Coverage, Need } from "../owners/coverage.ts";
import type { Facts } from "./facts.ts";
import type { Candidate, OwnerPeople } from "./owner-people.ts";

/** Paths whose owners have not all approved. */
export interface Unmet {
  readonly need: Need;
  /** Whoever may vote can approve them. */
  readonly anybody: boolean;
  /** Who has approved. */
  readonly humans: ReadonlySet<string>;
  /** So many owners more. */
  readonly missing: number;
  /** Groups of the policy of which nobody has approved. */
  readonly groups: readonly string[];
}

/** Who could still approve: one per human, by name. */
export type AskOf = (unmet: Unmet) => readonly Candidate[];

const MOST_SENTENCES = 4;
const MOST_NAMES = 5;

/** "src/crypto/ (3 files) needs 1 more of alice, bob; docs/a.md needs carol". */
export function sayNeeds(
  unmet: readonly Unmet[],
  askOf: AskOf,
  { people, coverage, facts }: { readonly people: OwnerPeople; readonly coverage: Coverage; readonly facts: Facts },
): string {
  const sentences = unmet.slice(0, MOST_SENTENCES).map((one) => sayNeed(one, askOf, { people, coverage, facts }));
  const paths = unmet.slice(MOST_SENTENCES).reduce((sum, { need }) => sum + need.paths.length, 0);
  const rest = paths === 0 ? [] : [`${counted(paths, "more file")} of other owners`];
  const lists = new Set(unmet.slice(0, MOST_SENTENCES).flatMap(({ need }) => need.lists));
  const unknown = new Set<string>();
  for (const { owners } of lists)
    for (const owner of owners) {
      const why = unknown.size < MOST_NAMES ? people.unknown(owner) : undefined;
      if (why !== undefined) unknown.add(why);
    }
  return [...sentences, ...rest, ...unknown].join("; ");
}

/** Where a group of paths is: its only path, or the directory they share and how many they are. */
export function placeOf(paths: readonly string[]): string {
  const [first = ""] = paths;
  if (paths.length === 1) return first;
  let shared = first.split("/").slice(0, -1);
  for (const path of paths) {
    const parts = path.split("/");
    const end = shared.findIndex((part, at) => at >= parts.length - 1 || parts[at] !== part);
    if (end >= 0) shared = shared.slice(0, end);
    if (shared.length === 0) break;
  }
  const files = counted(paths.length, "file");
  return shared.length > 0
    ? `${shared.join("/")}/ (${files})`
    : `${first} and ${counted(paths.length - 1, "other file")}`;
}

function sayNeed(
  one: Unmet,
  askOf: AskOf,
  { people, coverage, facts }: { readonly people: OwnerPeople; readonly coverage: Coverage; readonly facts: Facts },
): string {
  const { need, anybody, humans, missing, groups } = one;
  const place = placeOf(need.paths);
  const verb = need.paths.length === 1 || place.endsWith(")") ? "needs" : "need";
  const asked: string[] = [];
  if (missing > 0 && need.lists.length === 0 && !anybody)
    return coverage.source === undefined
      ? `${place}: there is no ${facts.policy.owners?.sources.join(" or ") ?? "CODEOWNERS"} file on ${facts.snapshot.change.branch} that says who owns it, and the policy lets nobody else approve it`
      : `${place} has no owner on ${facts.snapshot.change.branch}, and the policy lets nobody else approve it`;
  // Teams may be secret: then nobody who has not acted is named (threat T36).
  const told = facts.policy.explain.people === "names" ? names : numbers;
  if (missing > 0) {
    const who = askOf(one).map(({ login }) => login);
    if (who.length === 0)
      asked.push(
        `${amount(missing, humans.size)} of its owners, and none of them can: all contributed, have voted, or may not`,
      );
    else if (missing === 1 && humans.size === 0 && who.length <= 2 && told === names) asked.push(who.join(" or "));
    else {
      const few = who.length < missing ? ", who are too few" : "";
      asked.push(`${amount(missing, humans.size)} of ${told(who)}${few}`);
    }
  }
  for (const group of groups) {
    const who = people.membersOf(group).map(({ login }) => login);
    asked.push(`one of ${group}${who.length === 0 ? ", of whom nobody can" : ` (${told([...who].sort())})`}`);
  }
  return `${place} ${verb} ${asked.join(", and ")}`;
}

function amount(missing: number, have: number): string {
  return have === 0 ? `${missing}` : `${missing} more`;
}

function names(who: readonly string[]): string {
  const more = who.length - MOST_NAMES;
  return more > 0 ? `${who.slice(0, MOST_NAMES).join(", ")} and ${more} more` : who.join(", ");
}

function numbers(who: readonly string[]): string {
  return counted(who.length, "person").replace("persons", "people");
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
