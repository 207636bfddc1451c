/** Accounts, teams, apps and repositories as GitHub's REST API shows them. Pure. */
import type { components } from "@octokit/openapi-types";
import {
  allows,
  fullName,
  type Account,
  type App,
  type Installation,
  type Label,
  type Permission,
  type Repository,
  type Team,
  type World,
} from "./world.ts";

type Schemas = components["schemas"];

/** GitHub shows whole seconds. */
export function isoTime(at: number): string {
  return new Date(Math.floor(at / 1000) * 1000).toISOString().replace(".000Z", "Z");
}

export function isoTimeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}

/** A global id: letters that say what it is, then the kind and the number, reversible by `parseNodeId`. */
export function nodeId(prefix: string, id: number | string): string {
  return `${prefix}_${Buffer.from(`${prefix}:${id}`).toString("base64url")}`;
}

export function parseNodeId(text: string): { readonly prefix: string; readonly id: string } | undefined {
  const [prefix, rest] = [text.slice(0, text.indexOf("_")), text.slice(text.indexOf("_") + 1)];
  const [kind, id] = Buffer.from(rest, "base64url").toString().split(":");
  return kind === prefix && id !== undefined ? { prefix, id } : undefined;
}

const ACCOUNT_PREFIX = { User: "U", Bot: "BOT", Organization: "O" } as const;

export function accountNodeId(account: Account): string {
  return nodeId(ACCOUNT_PREFIX[account.kind], account.id);
}

export function representUser(world: World, account: Account): Schemas["simple-user"] {
  const url = `${world.api}/users/${encodeURIComponent(account.login)}`;
  const page = account.kind === "Bot" ? `apps/${account.login.replace(/\[bot\]$/, "")}` : account.login;
  return {
    login: account.login,
    id: account.id,
    node_id: accountNodeId(account),
    avatar_url: `${world.url}/avatars/u/${account.id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `${world.url}/${page}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.kind,
    site_admin: false,
  };
}

export function representUserOrNull(world: World, account: Account | null): Schemas["nullable-simple-user"] {
  return account === null ? null : representUser(world, account);
}

export function representTeam(world: World, team: Team, permission: Permission = "read"): Schemas["team-simple"] {
  const url = `${world.api}/organizations/${team.org.id}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId("T", team.id),
    url,
    members_url: `${url}/members{/member}`,
    name: team.name,
    description: null,
    permission: { none: "pull", read: "pull", triage: "triage", write: "push", maintain: "maintain", admin: "admin" }[
      permission
    ],
    privacy: "closed",
    notification_setting: "notifications_enabled",
    html_url: `${world.url}/orgs/${team.org.login}/teams/${team.slug}`,
    repositories_url: `${url}/repos`,
    slug: team.slug,
    type: "organization",
    organization_id: team.org.id,
  };
}

export function representLabel(world: World, repo: Repository, label: Label): Schemas["label"] {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${repositoryUrl(world, repo)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function representApp(world: World, app: App): NonNullable<Schemas["integration"]> {
  return {
    id: app.id,
    client_id: `Iv23li${app.id}`,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    owner: representUser(world, app.owner),
    name: app.name,
    description: "",
    external_url: app.webhookUrl ?? `${world.url}/apps/${app.slug}`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: isoTime(app.createdAt),
    updated_at: isoTime(app.createdAt),
    permissions: { ...app.permissions },
    events: [...app.events],
  };
}

export function representInstallation(world: World, installation: Installation): Schemas["installation"] {
  const { app, account } = installation;
  return {
    id: installation.id,
    account: representUser(world, account),
    repository_selection: "selected",
    access_tokens_url: `${world.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.api}/installation/repositories`,
    html_url: `${world.url}/organizations/${account.login}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    client_id: `Iv23li${app.id}`,
    target_id: account.id,
    target_type: account.kind,
    permissions: { ...app.permissions },
    events: [...app.events],
    created_at: isoTime(installation.createdAt),
    updated_at: isoTime(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}

export function repositoryUrl(world: World, repo: Repository): string {
  return `${world.api}/repos/${fullName(repo)}`;
}

export function repositoryPage(world: World, repo: Repository): string {
  return `${world.url}/${fullName(repo)}`;
}

/** `viewer` adds the rights of whoever asked. */
export function representRepository(world: World, repo: Repository, viewer?: Permission): Schemas["repository"] {
  const open = [...repo.pulls.values()].filter((pull) => pull.state === "open").length;
  const forks = [...world.repositories.values()].filter((other) => other.parent === repo).length;
  return {
    ...repositoryLinks(world, repo),
    id: repo.id,
    node_id: nodeId("R", repo.id),
    name: repo.name,
    full_name: fullName(repo),
    owner: representUser(world, repo.owner),
    private: repo.private,
    visibility: repo.private ? "private" : "public",
    description: repo.description,
    fork: repo.parent !== null,
    created_at: isoTime(repo.createdAt),
    updated_at: isoTime(Math.max(repo.createdAt, repo.pushedAt)),
    pushed_at: isoTime(repo.pushedAt),
    homepage: null,
    mirror_url: null,
    language: null,
    license: null,
    size: 1,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    forks_count: forks,
    forks,
    open_issues_count: open,
    open_issues: open,
    default_branch: repo.defaultBranch,
    topics: [],
    is_template: false,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    allow_forking: repo.forking.allowed,
    web_commit_signoff_required: false,
    allow_merge_commit: repo.merging.merge,
    allow_squash_merge: repo.merging.squash,
    allow_rebase_merge: repo.merging.rebase,
    allow_auto_merge: false,
    allow_update_branch: true,
    delete_branch_on_merge: repo.merging.deleteBranchOnMerge,
    use_squash_pr_title_as_default: false,
    squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
    squash_merge_commit_message: "COMMIT_MESSAGES",
    merge_commit_title: "MERGE_MESSAGE",
    merge_commit_message: "PR_TITLE",
    ...(viewer === undefined ? {} : { permissions: representRights(viewer) }),
  };
}

export function representFullRepository(
  world: World,
  repo: Repository,
  viewer: Permission,
): Schemas["full-repository"] {
  const plain = representRepository(world, repo, viewer);
  return {
    ...plain,
    has_discussions: false,
    created_at: isoTime(repo.createdAt),
    updated_at: isoTime(Math.max(repo.createdAt, repo.pushedAt)),
    pushed_at: isoTime(repo.pushedAt),
    subscribers_count: 0,
    network_count: plain.forks_count,
    ...(repo.owner.kind === "Organization" ? { organization: representUser(world, repo.owner) } : {}),
    ...(repo.parent === null
      ? {}
      : { parent: representRepository(world, repo.parent), source: representRepository(world, repo.parent) }),
  };
}

export function representMinimalRepository(world: World, repo: Repository): Schemas["minimal-repository"] {
  return {
    ...repositoryLinks(world, repo),
    id: repo.id,
    node_id: nodeId("R", repo.id),
    name: repo.name,
    full_name: fullName(repo),
    private: repo.private,
    owner: representUser(world, repo.owner),
    description: repo.description,
    fork: repo.parent !== null,
  };
}

export function representRights(have: Permission): NonNullable<Schemas["repository"]["permissions"]> {
  return {
    admin: allows(have, "admin"),
    maintain: allows(have, "maintain"),
    push: allows(have, "write"),
    triage: allows(have, "triage"),
    pull: allows(have, "read"),
  };
}

function repositoryLinks(world: World, repo: Repository) {
  const url = repositoryUrl(world, repo);
  const html = repositoryPage(world, repo);
  return {
    url,
    html_url: html,
    clone_url: `${html}.git`,
    git_url: `git:${html.slice(html.indexOf("//"))}.git`,
    ssh_url: `git@${new URL(html).host}:${fullName(repo)}.git`,
    svn_url: html,
    archive_url: `${url}/{archive_format}{/ref}`,
    assignees_url: `${url}/assignees{/user}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    contributors_url: `${url}/contributors`,
    deployments_url: `${url}/deployments`,
    downloads_url: `${url}/downloads`,
    events_url: `${url}/events`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    hooks_url: `${url}/hooks`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    issues_url: `${url}/issues{/number}`,
    keys_url: `${url}/keys{/key_id}`,
    labels_url: `${url}/labels{/name}`,
    languages_url: `${url}/languages`,
    merges_url: `${url}/merges`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    pulls_url: `${url}/pulls{/number}`,
    releases_url: `${url}/releases{/id}`,
    stargazers_url: `${url}/stargazers`,
    statuses_url: `${url}/statuses/{sha}`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    tags_url: `${url}/tags`,
    teams_url: `${url}/teams`,
    trees_url: `${url}/git/trees{/sha}`,
  };
}
