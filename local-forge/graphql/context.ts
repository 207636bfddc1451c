/**
 * What every GraphQL object here is made with: the world, who asks, and the shapes of the other objects.
 * An object is a record of values and of functions `(args, asking)`; graphql calls the functions that were asked for.
 */
import { Refusal } from "../refusal.ts";
import { Fields } from "../route.ts";
import {
  type Account,
  type Actor,
  type App,
  type CheckRun,
  type CheckSuite,
  type Commit,
  type CommitStatus,
  type IssueComment,
  type Label,
  type PullRequest,
  type Repository,
  type Review,
  type ReviewThread,
  type Team,
  type World,
} from "../world.ts";

export type Shape = Readonly<Record<string, unknown>> & { readonly __typename: string };
export type Args = Readonly<Record<string, unknown>>;

/** One function per kind of object; passed along, so that rooms that mention each other need not import each other. */
export interface Shapes {
  account(account: Account): Shape;
  app(app: App): Shape;
  team(team: Team): Shape;
  label(label: Label): Shape;
  repository(repo: Repository): Shape;
  ref(repo: Repository, ref: string): Shape | null;
  commit(repo: Repository, commit: Commit): Shape;
  commitAt(repo: Repository, sha: string): Promise<Shape | null>;
  pull(pull: PullRequest): Shape;
  review(review: Review): Shape;
  thread(thread: ReviewThread): Shape;
  comment(comment: IssueComment): Shape;
  checkRun(run: CheckRun): Shape;
  checkSuite(suite: CheckSuite): Shape;
  status(status: CommitStatus): Shape;
}

export interface Asking {
  readonly world: World;
  readonly actor: Actor;
  readonly shapes: Shapes;
  /** Fields that GitHub has and the forge does not. */
  readonly unknown: string[];
}

/** LIVE(graphql-error-type): errors of GraphQL carry their `type` beside the message, not in extensions. */
export class TypedRefusal extends Refusal {
  readonly type: string;

  constructor(type: string, message: string) {
    super(422, message);
    this.type = type;
  }
}

export function unresolved(what: string): TypedRefusal {
  return new TypedRefusal("NOT_FOUND", `Could not resolve to ${what}.`);
}

interface ConnectionOptions<T> {
  readonly name: string;
  readonly node: (item: T) => unknown;
}

/** LIVE(graphql-connections): `first` or `last` is needed, at most 100; cursors are opaque. */
export function connection<T>(items: readonly T[], args: Args, { name, node }: ConnectionOptions<T>) {
  const fields = new Fields(args);
  const [first, last] = [fields.number("first"), fields.number("last")];
  if (first === undefined && last === undefined) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`;
    throw new TypedRefusal("MISSING_PAGINATION_BOUNDARIES", message);
  }
  for (const [key, size] of Object.entries({ first, last })) {
    if (size === undefined || size <= 100) continue;
    const message = `Requesting ${size} records on the \`${name}\` connection exceeds the \`${key}\` limit of 100 records.`;
    throw new TypedRefusal("EXCESSIVE_PAGINATION", message);
  }
  const after = position(fields.text("after"));
  const before = position(fields.text("before"));
  const from = after === undefined ? 0 : after + 1;
  const to = before ?? items.length;
  const [start, end] =
    first === undefined ? [Math.max(from, to - (last ?? 0)), to] : [from, Math.min(to, from + first)];
  const indexes = items.map((_item, index) => index).slice(start, end);
  const edge = (index: number) => {
    const item = items[index];
    return item === undefined ? null : node(item);
  };
  return {
    totalCount: items.length,
    nodes: () => indexes.map(edge),
    edges: () => indexes.map((index) => ({ cursor: cursorOf(index), node: edge(index) })),
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: indexes[0] === undefined ? null : cursorOf(indexes[0]),
      endCursor: indexes.length === 0 ? null : cursorOf(end - 1),
    },
  };
}

function cursorOf(index: number): string {
  return Buffer.from(`cursor:v2:${index}`).toString("base64");
}

function position(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const index = /^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1];
  if (index === undefined)
    throw new TypedRefusal("INVALID_CURSOR_ARGUMENTS", `\`${cursor}\` does not appear to be a valid cursor.`);
  return Number(index);
}

/** `in_progress` to `IN_PROGRESS`; null stays. */
export function shout(word: string | null): string | null {
  return word === null ? null : word.toUpperCase();
}
