/**
 * GraphQL at `/api/graphql`: GitHub's published schema, executed by the `graphql` package over the world.
 * A refusal becomes an error at its alias's path and leaves the other aliases alone. A field that the schema or the
 * forge does not know is an error too, and reported as not understood.
 */
import { execute, GraphQLError, parse, validate, type DocumentNode, type GraphQLFieldResolver } from "graphql";
import { demand, READ, signedIn } from "../access.ts";
import { Refusal } from "../refusal.ts";
import { isoTime } from "../represent.ts";
import { Fields } from "../route.ts";
import { type Actor, type World } from "../world.ts";
import { connection, TypedRefusal, unresolved, type Args, type Asking } from "./context.ts";
import { mutationRoot } from "./mutations.ts";
import { nodeOf } from "./nodes.ts";
import { viewerShape } from "./people.ts";
import { githubSchema } from "./schema.ts";
import { shapesOf } from "./shapes.ts";

export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly unknown?: string;
}

export async function serveGraphql(world: World, actor: Actor, body: Buffer): Promise<GraphqlAnswer> {
  // LIVE(graphql-needs-token): GraphQL needs a token, also for what is public.
  if (actor.kind === "anonymous") return reply(401, { message: "This endpoint requires you to be authenticated." });
  const asked = readQuestion(body);
  if (asked === undefined) return reply(400, { message: "Problems parsing JSON" });
  const schema = await githubSchema();
  const document = readDocument(asked.query);
  if (document instanceof GraphQLError)
    return reply(200, { errors: [{ message: document.message, locations: document.locations }] });
  const mistakes = validate(schema, document);
  if (mistakes.length > 0) {
    const errors = mistakes.map((mistake) => ({
      message: mistake.message,
      locations: mistake.locations,
      extensions: { code: "invalid" },
    }));
    return reply(200, { errors }, mistakes.map((mistake) => mistake.message).join("; "));
  }
  const asking: Asking = { world, actor, shapes: shapesOf(world), unknown: [] };
  const result = await world.exclusive(() =>
    execute({
      schema,
      document,
      rootValue: { ...queryRoot, ...mutationRoot() },
      contextValue: asking,
      variableValues: asked.variables,
      fieldResolver: resolve,
    }),
  );
  const errors = result.errors?.map(representError);
  const unknown = asking.unknown.length === 0 ? undefined : [...new Set(asking.unknown)].join("; ");
  return reply(200, { data: result.data ?? null, ...(errors === undefined ? {} : { errors }) }, unknown);
}

function reply(status: number, body: unknown, unknown?: string): GraphqlAnswer {
  const headers = { "content-type": "application/json; charset=utf-8" };
  return { status, headers, body: JSON.stringify(body), ...(unknown === undefined ? {} : { unknown }) };
}

function readQuestion(
  body: Buffer,
): { readonly query: string; readonly variables: Record<string, unknown> } | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    const fields = new Fields(value);
    return { query: fields.needed("query"), variables: Object.fromEntries(fields.inner("variables")?.entries() ?? []) };
  } catch {
    return undefined;
  }
}

function readDocument(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (problem) {
    if (problem instanceof GraphQLError) return problem;
    throw problem;
  }
}

/** Values and functions of an object are its fields; anything else the schema knows is not modelled, and says so. */
const resolve: GraphQLFieldResolver<unknown, Asking, Args> = (source, args, asking, info) => {
  const held: unknown = typeof source === "object" && source !== null ? Reflect.get(source, info.fieldName) : undefined;
  if (typeof held === "function") return Reflect.apply(held, source, [args, asking, info]);
  if (held !== undefined) return held;
  const field = `${info.parentType.name}.${info.fieldName}`;
  asking.unknown.push(`GraphQL ${field}`);
  throw new TypedRefusal("NOT_MODELLED", `The local forge does not model ${field}: add it to local-forge/graphql`);
};

const queryRoot = {
  viewer: (_args: Args, { world, actor }: Asking) => viewerShape(world, signedIn(actor)),
  rateLimit: (_args: Args, { world }: Asking) => ({
    ...{ limit: 5000, cost: 1, remaining: 4999, used: 1, nodeCount: 1 },
    resetAt: isoTime(world.now() + 3_600_000),
  }),
  repository: (args: Args, { world, actor, shapes }: Asking) => {
    const fields = new Fields(args);
    const [owner, name] = [fields.needed("owner"), fields.needed("name")];
    const repo = world.repository(owner, name);
    const missing = unresolved(`a Repository with the name '${owner}/${name}'`);
    if (repo === undefined) throw missing;
    try {
      demand(world, actor, repo, READ);
    } catch (problem) {
      throw problem instanceof Refusal && problem.status === 404 ? missing : problem;
    }
    return shapes.repository(repo);
  },
  user: (args: Args, { world, shapes }: Asking) => {
    const login = new Fields(args).needed("login");
    const account = world.account(login);
    if (account === undefined || account.kind !== "User") throw unresolved(`a User with the login of '${login}'`);
    return shapes.account(account);
  },
  // LIVE(graphql-team): a team that is not there, or not shown to who asks, is null; an organization is an error.
  organization: (args: Args, { world, shapes }: Asking) => {
    const login = new Fields(args).needed("login");
    const account = world.account(login);
    if (account === undefined || account.kind !== "Organization")
      throw unresolved(`an Organization with the login of '${login}'`);
    const team = (inner: Args) => {
      const slug = new Fields(inner).needed("slug").toLowerCase();
      const found = world.teams.find((one) => one.org === account && one.slug === slug);
      return found === undefined ? null : shapes.team(found);
    };
    // LIVE(graphql-teams-of): `userLogins` keeps the teams that one of them is a member of, as far as they show to who asks.
    const teams = (inner: Args) => {
      const logins = new Fields(inner).texts("userLogins")?.map((one) => one.toLowerCase());
      const found = world.teams.filter(
        ({ org, members }) =>
          org === account && (logins?.some((one) => members.some((member) => member.login === one)) ?? true),
      );
      return connection(found, inner, { name: "teams", node: (one) => shapes.team(one) });
    };
    return { ...shapes.account(account), team, teams };
  },
  node: (args: Args, asking: Asking) => nodeOf(asking, new Fields(args).needed("id")),
  nodes: (args: Args, asking: Asking) => (new Fields(args).texts("ids") ?? []).map((id) => nodeOf(asking, id)),
};

function representError(error: GraphQLError) {
  const cause = error.originalError;
  const { path, locations } = error;
  if (cause instanceof TypedRefusal) return { type: cause.type, path, locations, message: cause.message };
  if (cause instanceof Refusal) return { type: typeOf(cause.status), path, locations, message: sentence(cause) };
  return { path, locations, message: error.message };
}

function typeOf(status: number): string {
  if (status === 404) return "NOT_FOUND";
  return status === 401 || status === 403 ? "FORBIDDEN" : "UNPROCESSABLE";
}

/** LIVE(graphql-validation-words): a validation that REST tells as `errors` is one sentence here. */
function sentence(refusal: Refusal): string {
  if (refusal.errors.length === 0) return refusal.message;
  const said = refusal.errors.map((error) => {
    if (typeof error === "string") return error;
    if (error.message !== undefined) return error.message;
    const field = error.field ?? error.resource;
    const named = `${field.slice(0, 1).toUpperCase()}${field.slice(1)}`;
    return error.code === "invalid" ? `${named} ref must be a branch` : `${named} can't be blank`;
  });
  return said.join(", ");
}
