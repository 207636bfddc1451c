/** How two numbers stand to each other, as expressions write it: `>=2`, `<50`, `=1`. */

export type Relation = "=" | ">=" | ">" | "<=" | "<";

export interface Bound {
  readonly relation: Relation;
  readonly n: number;
}

/** Does a number stand in this relation to the other? */
export function relates(left: number, relation: Relation, right: number): boolean {
  switch (relation) {
    case "=":
      return left === right;
    case ">=":
      return left >= right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case "<":
      return left < right;
  }
}

export function isRelation(text: string): text is Relation {
  return text === "=" || text === ">=" || text === ">" || text === "<=" || text === "<";
}

/** `>=2`, `<50`, `=1`; a number alone means exactly that many. At most nine digits. */
export function readBound(text: string): Bound | undefined {
  const found = /^(>=|<=|=|>|<)?(\d{1,9})$/.exec(text);
  const [, relation = "=", n] = found ?? [];
  return n !== undefined && isRelation(relation) ? { relation, n: Number(n) } : undefined;
}

/** Some number from 0 up is in it, and some is not: otherwise the test says nothing. */
export function isTelling({ relation, n }: Bound): boolean {
  return !(relation === "<" && n === 0) && !(relation === ">=" && n === 0);
}
