/**
 * Conditions in the making: joined, negated and made simple before they are written as an expression. What cannot be said exactly has
 * two bounds, one that never holds where it should not, one that always holds where it should: whoever uses them takes the one that
 * asks for more.
 */
export type Formula =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "atom"; readonly text: string }
  | { readonly kind: "not"; readonly term: Formula }
  | { readonly kind: "and" | "or"; readonly terms: readonly Formula[] };

export const ALWAYS: Formula = { kind: "constant", value: true };
export const NEVER: Formula = { kind: "constant", value: false };

/** `path:^docs/.*`; the value is quoted where it has to be. */
export function atom(field: string, value: string): Formula {
  return {
    kind: "atom",
    text: `${field}:${/^[^\s"$%&'():;?[\]{}!]*[^\s"$%&'():;?[\]{}!,]$/.test(value) ? value : quoted(value)}`,
  };
}

export function and(...terms: readonly Formula[]): Formula {
  return joined("and", terms);
}

export function or(...terms: readonly Formula[]): Formula {
  return joined("or", terms);
}

export function not(term: Formula): Formula {
  switch (term.kind) {
    case "constant":
      return { kind: "constant", value: !term.value };
    case "not":
      return term.term;
    case "atom":
    case "and":
    case "or":
      return { kind: "not", term };
  }
}

function joined(kind: "and" | "or", terms: readonly Formula[]): Formula {
  const neutral = kind === "and";
  const flat = terms.flatMap((term) => (term.kind === kind ? term.terms : [term]));
  if (flat.some((term) => term.kind === "constant" && term.value !== neutral)) return neutral ? NEVER : ALWAYS;
  const unlike = new Map(flat.filter(({ kind: one }) => one !== "constant").map((term) => [written(term), term]));
  const [first, ...rest] = unlike.values();
  if (first === undefined) return neutral ? ALWAYS : NEVER;
  return rest.length === 0 ? first : { kind, terms: [first, ...rest] };
}

/** As an expression of a policy. */
export function written(formula: Formula): string {
  switch (formula.kind) {
    case "constant":
      return formula.value ? "is:true" : "is:false";
    case "atom":
      return formula.text;
    case "not":
      return formula.term.kind === "atom" ? `-${formula.term.text}` : `-(${written(formula.term)})`;
    case "and":
      return formula.terms.map((term) => (term.kind === "or" ? `(${written(term)})` : written(term))).join(" AND ");
    case "or":
      return formula.terms.map((term) => (term.kind === "and" ? `(${written(term)})` : written(term))).join(" OR ");
  }
}

export function isAlways(formula: Formula): boolean {
  return formula.kind === "constant" && formula.value;
}

/** lower implies what is meant, and that implies upper. */
export interface Bounds {
  readonly lower: Formula;
  readonly upper: Formula;
}

export function exactly(formula: Formula): Bounds {
  return { lower: formula, upper: formula };
}

/** Nothing is known of when it holds. */
export const UNKNOWN: Bounds = { lower: NEVER, upper: ALWAYS };

export function both(all: readonly Bounds[]): Bounds {
  return { lower: and(...all.map(({ lower }) => lower)), upper: and(...all.map(({ upper }) => upper)) };
}

export function either(all: readonly Bounds[]): Bounds {
  return { lower: or(...all.map(({ lower }) => lower)), upper: or(...all.map(({ upper }) => upper)) };
}

export function opposite({ lower, upper }: Bounds): Bounds {
  return { lower: not(upper), upper: not(lower) };
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
}
