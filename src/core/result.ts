/** A failure that a user or a forge can cause is a value; only broken invariants throw. */
export type Result<T, P> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: P };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail<P>(problem: P): { readonly ok: false; readonly problem: P } {
  return { ok: false, problem };
}

/** For a `switch` that must name every kind: a new kind does not compile. */
export function never(value: never): never {
  throw new Error(`Unexpected ${JSON.stringify(value)}`);
}
