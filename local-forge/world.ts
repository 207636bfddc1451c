/** The state of the local forge: accounts, apps and repositories, one lock for everything that changes them, and its listeners. */
import { join } from "node:path";
import { type ForgeEvent } from "./events.ts";
import {
  type Account,
  type AccountKind,
  type App,
  type Installation,
  type Permission,
  type Repository,
  type Team,
} from "./state.ts";

export type * from "./events.ts";
export type * from "./state.ts";

export const ZERO_SHA = "0".repeat(40);
/** LIVE(actions-app-id): the app `github-actions` has id 15368 and the account `github-actions[bot]` has id 41898282. */
export const ACTIONS_APP_ID = 15368;
const ACTIONS_BOT_ID = 41898282;
/** LIVE(people-web-flow): commits made in the browser have the committer `GitHub <noreply@github.com>`, the account `web-flow`, id 19864447. */
const WEB_FLOW_ID = 19864447;

const ORDER: readonly Permission[] = ["none", "read", "triage", "write", "maintain", "admin"];

/** True when `have` includes everything `need` allows. */
export function allows(have: Permission, need: Permission): boolean {
  return ORDER.indexOf(have) >= ORDER.indexOf(need);
}

/** Who makes a request. An app's own JWT may only ask about the app itself. */
export type Actor =
  | { readonly kind: "user"; readonly account: Account }
  | { readonly kind: "installation"; readonly account: Account; readonly installation: Installation }
  | { readonly kind: "app"; readonly account: Account; readonly app: App }
  | { readonly kind: "anonymous" };

export interface WorldOptions {
  /** Holds the bare repositories. */
  readonly dir: string;
  readonly now?: () => number;
}

export class World {
  readonly dir: string;
  readonly accounts = new Map<number, Account>();
  readonly teams: Team[] = [];
  readonly apps = new Map<number, App>();
  readonly repositories = new Map<number, Repository>();
  /** Organization membership: account ids by organization id. */
  readonly members = new Map<number, Set<number>>();
  /** Bearer tokens: personal ones and installation tokens with their end. */
  readonly tokens = new Map<string, { readonly actor: Actor; readonly expiresAt: number | null }>();
  readonly webFlow: Account;
  readonly actions: App;
  /** `http://127.0.0.1:port` without a slash at the end; set once the server listens. */
  url = "http://127.0.0.1";
  readonly #now: () => number;
  readonly #listeners: ((event: ForgeEvent) => void)[] = [];
  #nextId = 1000;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: WorldOptions) {
    this.dir = options.dir;
    this.#now = options.now ?? (() => Date.now());
    this.webFlow = this.#account({
      id: WEB_FLOW_ID,
      kind: "User",
      login: "web-flow",
      name: "GitHub",
      email: "noreply@github.com",
    });
    const owner = this.#account({
      id: 9919,
      kind: "Organization",
      login: "github",
      name: "GitHub",
      email: "support@github.com",
    });
    const bot = this.#account({ id: ACTIONS_BOT_ID, kind: "Bot", login: "github-actions[bot]", name: null, email: "" });
    this.actions = {
      id: ACTIONS_APP_ID,
      slug: "github-actions",
      name: "GitHub Actions",
      owner,
      bot,
      permissions: {
        actions: "write",
        checks: "write",
        contents: "write",
        metadata: "read",
        pull_requests: "write",
        statuses: "write",
      },
      events: [],
      webhookUrl: null,
      webhookSecret: "",
      privateKey: "",
      publicKey: "",
      installations: [],
      createdAt: this.now(),
    };
    this.apps.set(this.actions.id, this.actions);
  }

  now(): number {
    return this.#now();
  }

  /** A number never used before, rising: ids order what times of one second cannot. */
  id(): number {
    return this.#nextId++;
  }

  on(listener: (event: ForgeEvent) => void): void {
    this.#listeners.push(listener);
  }

  emit(event: ForgeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /**
   * Runs `effect` alone: every change of refs or of pull requests goes through here, in the order of asking.
   * Not re-entrant: an effect inside `effect` must be called directly.
   */
  exclusive<T>(effect: () => Promise<T> | T): Promise<T> {
    const result = this.#tail.then(effect);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  get api(): string {
    return `${this.url}/api/v3`;
  }

  createAccount(spec: {
    kind: AccountKind;
    login: string;
    name?: string | null;
    email?: string;
    id?: number;
  }): Account {
    return this.#account({
      ...spec,
      id: spec.id ?? this.id(),
      name: spec.name ?? null,
      email: spec.email ?? `${spec.login}@example.com`,
    });
  }

  #account(spec: { id: number; kind: AccountKind; login: string; name: string | null; email: string }): Account {
    const noreply = `${spec.id}+${spec.login}@users.noreply.localhost`;
    const emails = [spec.email, noreply, `${spec.login}@example.com`]
      .filter((email) => email !== "")
      .map((email) => email.toLowerCase());
    const account: Account = {
      id: spec.id,
      kind: spec.kind,
      login: spec.login,
      name: spec.name,
      emails: [...new Set(emails)],
      createdAt: this.now(),
    };
    this.accounts.set(account.id, account);
    return account;
  }

  /** Logins compare without case, as on GitHub. */
  account(login: string): Account | undefined {
    const wanted = login.toLowerCase();
    return [...this.accounts.values()].find((account) => account.login.toLowerCase() === wanted);
  }

  accountByEmail(email: string): Account | undefined {
    const wanted = email.toLowerCase();
    return [...this.accounts.values()].find((account) => account.emails.includes(wanted));
  }

  app(slugOrId: string | number): App | undefined {
    return [...this.apps.values()].find((app) => app.slug === slugOrId || app.id === slugOrId);
  }

  team(org: string, slug: string): Team | undefined {
    return this.teams.find(
      (team) => team.org.login.toLowerCase() === org.toLowerCase() && team.slug === slug.toLowerCase(),
    );
  }

  repository(owner: string, name: string): Repository | undefined {
    const wanted = `${owner}/${name}`.toLowerCase();
    return [...this.repositories.values()].find((repo) => fullName(repo).toLowerCase() === wanted);
  }

  installationOf(app: App, repo: Repository): Installation | undefined {
    return app.installations.find((installation) => installation.repositories.has(repo.id));
  }

  /** The highest of owner, collaborator and team rights; everybody reads what is public. */
  permissionOf(account: Account, repo: Repository): Permission {
    const granted: Permission[] = [repo.private ? "none" : "read", repo.collaborators.get(account.id) ?? "none"];
    if (repo.owner.id === account.id) granted.push("admin");
    for (const team of this.teams) {
      if (team.members.includes(account)) granted.push(team.repositories.get(repo.id) ?? "none");
    }
    return granted.reduce((best, next) => (allows(next, best) ? next : best));
  }

  directoryOf(owner: string, name: string): string {
    return join(this.dir, owner.toLowerCase(), `${name.toLowerCase()}.git`);
  }
}

export function fullName(repo: Repository): string {
  return `${repo.owner.login}/${repo.name}`;
}

/** True when head and base of a pull request live in different repositories. */
export function isCrossRepository(pull: {
  readonly head: { readonly repository: Repository | null };
  readonly repository: Repository;
}): boolean {
  return pull.head.repository !== pull.repository;
}
