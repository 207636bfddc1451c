/** From a location and a token to a forge. The adapter is loaded here and nowhere else, when a command needs a server. */
import { type Forge } from "../forge/forge.ts";
import { type Location } from "../config/locate.ts";
import { type Token } from "../config/token.ts";

export async function connect(location: Location, token: Token): Promise<Forge> {
  const { createGitHubForge } = await import("../forge/github/create.ts");
  return createGitHubForge({ restUrl: location.restUrl, graphqlUrl: location.graphqlUrl, token: token.text });
}
