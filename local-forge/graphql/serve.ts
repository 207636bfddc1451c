/** GraphQL at `/api/graphql`. */
import { type Actor, type World } from "../world.ts";

export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly unknown?: string;
}

export function serveGraphql(_world: World, _actor: Actor, _body: Buffer): Promise<GraphqlAnswer> {
  return Promise.resolve({ status: 501, headers: {}, body: "{}", unknown: "GraphQL" });
}
