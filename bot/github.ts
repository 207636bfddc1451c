/** GitHub as the service reaches it: the forge port, addresses for git, and tokens for it, all by one App. */
import type { Clock } from "../src/clock.ts";
import { ok } from "../src/core/result.ts";
import { createClient } from "../src/forge/github/client.ts";
import { createGitHubForge } from "../src/forge/github/github-forge.ts";
import type { BotOptions } from "./app.ts";
import type { AppIdentity } from "./inbox.ts";

export interface GitHubOptions {
  /** Of the REST API: `https://api.github.com`, or a server's `https://host/api/v3`. */
  readonly apiUrl: string;
  readonly app: AppIdentity;
  readonly clock: Clock;
}

export function connectGitHub({
  apiUrl,
  app,
  clock,
}: GitHubOptions): Pick<BotOptions, "forge" | "gitToken" | "gitUrl" | "app"> {
  const baseUrl = apiUrl.replace(/\/+$/, "");
  const auth = { app: { appId: app.id, privateKey: app.privateKey } };
  const asked = { baseUrl, auth, userAgent: "plustwo", clock };
  const { credentials } = createClient(asked);
  const web = webUrl(baseUrl);
  return {
    app,
    forge: createGitHubForge(asked),
    gitUrl: ({ owner, name }) => `${web}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}.git`,
    async gitToken(repository) {
      const tried = `get a token for git in ${repository.owner}/${repository.name}`;
      const header = await credentials.authorization({ kind: "repository", repository }, tried);
      return header.ok ? ok(header.value.replace(/^\S+\s+/, "")) : header;
    },
  };
}

/** Where people and git go: GitHub's own name, or the server without its API path. */
function webUrl(apiUrl: string): string {
  const url = new URL(apiUrl);
  if (url.hostname === "api.github.com") return "https://github.com";
  // data residency: https://api.NAME.ghe.com
  if (url.hostname.startsWith("api.") && url.hostname.endsWith(".ghe.com")) return `https://${url.hostname.slice(4)}`;
  return url.origin;
}
