/** From a location and a token to a forge. The adapter is loaded here and nowhere else, when a command needs a server. */
import packageJson from "../../package.json" with { type: "json" };
import { type Location } from "../config/locate.ts";
import { type Token } from "../config/token.ts";
import { type Forge } from "../forge/forge.ts";
import { type ReviewerForge } from "../forge/reviewer.ts";
import { type Say } from "./say.ts";

export async function connect(location: Location, token: Token, say: Say): Promise<Forge & ReviewerForge> {
  const { createGitHubForge } = await import("../forge/github/github-forge.ts");
  return createGitHubForge({
    baseUrl: location.restUrl,
    graphqlUrl: location.graphqlUrl,
    auth: { token: token.text },
    userAgent: `git-review/${packageJson.version}`,
    log: (line) => say.note(line),
  });
}
