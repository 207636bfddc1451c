/**
 * Who is seated, after candidates are in their order: down the ranks, past those of whose affiliation too many sit already. Nothing here
 * breaks a tie, be it for the last seat or for the last one that an affiliation may have: people do.
 */
export interface SeatRule {
  /** `undefined`: of none; nothing is counted for them. */
  readonly affiliationOf: (name: string) => string | undefined;
  /** Of one affiliation, with those who are in their seats already. */
  readonly most: number;
  /** Seats that are not elected now, by affiliation. */
  readonly held?: ReadonlyMap<string, number>;
}

export interface Seated {
  readonly seated: readonly string[];
  /** Too many of their affiliation sit already; the next one takes the seat. */
  readonly passedOver: readonly string[];
  /** They are left where something has to be decided between them. */
  readonly tied: readonly string[];
}

/** `order`: best first; those in one list are equal. */
export function seat(
  order: readonly (readonly string[])[],
  seats: number,
  { affiliationOf, most, held: before = new Map() }: SeatRule,
): Seated {
  const seated: string[] = [];
  const passedOver: string[] = [];
  const held = new Map(before);
  const room = (of: string | undefined): number =>
    of === undefined ? Number.POSITIVE_INFINITY : most - (held.get(of) ?? 0);
  for (const rank of order) {
    const free = seats - seated.length;
    if (free <= 0) break;
    const allowed = rank.filter((name) => room(affiliationOf(name)) > 0);
    passedOver.push(...rank.filter((name) => !allowed.includes(name)));
    const crowded = allowed.some((name) => {
      const of = affiliationOf(name);
      return allowed.filter((other) => affiliationOf(other) === of).length > room(of);
    });
    if (allowed.length > free || crowded) return { seated, passedOver, tied: allowed };
    for (const name of allowed) {
      const of = affiliationOf(name);
      seated.push(name);
      if (of !== undefined) held.set(of, (held.get(of) ?? 0) + 1);
    }
  }
  return { seated, passedOver, tied: [] };
}
