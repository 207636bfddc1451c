/**
 * Instants, days and durations. The one room of core that touches `Date`, and only to parse and print.
 * An Instant is milliseconds since 1970 in UTC; in JSON it is ISO-8601 with Z.
 */
declare const brand: unique symbol;
export type Instant = number & { readonly [brand]: "Instant" };

const DURATION = /^(\d{1,9})(ms|s|m|h|d|w)$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

export function instant(milliseconds: number): Instant {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- where a number becomes an Instant
  return milliseconds as Instant;
}

export function parseInstant(text: string): Instant | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : instant(at);
}

export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

export function after(at: Instant, milliseconds: number): Instant {
  return instant(at + milliseconds);
}

/** `30s`, `0s`, `72h`, `7d` in milliseconds. A bare number is refused: units are always written. */
export function parseDuration(text: string): number | undefined {
  const found = DURATION.exec(text);
  if (found === null) return undefined;
  const [, amount, unit] = found;
  return isUnit(unit) ? Number(amount) * UNIT_MS[unit] : undefined;
}

function isUnit(text: string | undefined): text is keyof typeof UNIT_MS {
  return text !== undefined && text in UNIT_MS;
}
