// What a webhook says before it is addressed to an app: the event's name, its body, and who may hear of it.
import { nodeId, representRepository, representUser } from "../represent.ts";
import { type Account, type App, type Installation, type Repository, type World } from "../world.ts";

export type Body = Record<string, unknown>;

export interface Notice {
  /** `X-GitHub-Event`. */
  readonly event: string;
  readonly body: Body;
  readonly to:
    | { readonly kind: "repository"; readonly repo: Repository; readonly onlyApp?: App }
    | { readonly kind: "organization"; readonly org: Account }
    | { readonly kind: "installation"; readonly installation: Installation };
  /** Fills in what only git knows, before the body is sent. */
  readonly complete?: (body: Body) => Promise<void>;
}

/** The common part of everything that happens in a repository. The body is a snapshot: later changes do not reach it. */
export function repositoryNotice(
  world: World,
  event: string,
  at: { readonly repo: Repository; readonly sender: Account; readonly onlyApp?: App },
  body: Body,
): Notice {
  const { repo, sender, onlyApp } = at;
  return {
    event,
    body: {
      ...body,
      repository: webhookRepository(world, repo),
      ...(repo.owner.kind === "Organization" ? { organization: webhookOrganization(world, repo.owner) } : {}),
      sender: representUser(world, sender),
    },
    to: { kind: "repository", repo, ...(onlyApp === undefined ? {} : { onlyApp }) },
  };
}

export function webhookRepository(world: World, repo: Repository): Body {
  return { ...representRepository(world, repo), custom_properties: {} };
}

export function webhookOrganization(world: World, org: Account): Body {
  const url = `${world.api}/orgs/${org.login}`;
  return {
    login: org.login,
    id: org.id,
    node_id: nodeId("O", org.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.url}/avatars/u/${org.id}?v=4`,
    description: null,
  };
}

export function lightInstallation(installation: Installation): Body {
  return { id: installation.id, node_id: nodeId("MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u", installation.id) };
}
