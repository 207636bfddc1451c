/** GitHub's published GraphQL schema, built once per process when first asked for (half a second). */
import { buildASTSchema, parse, type GraphQLSchema } from "graphql";

let built: Promise<GraphQLSchema> | undefined;

export function githubSchema(): Promise<GraphQLSchema> {
  built ??= build();
  return built;
}

async function build(): Promise<GraphQLSchema> {
  const { schema } = await import("@octokit/graphql-schema");
  return buildASTSchema(parse(schema.idl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
}
