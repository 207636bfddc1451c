/**
 * Whose records on check runs a snapshot rests on that a person fetches: the App that was named, else the one that the branch rule
 * requires `plustwo/gate` of, else the only one that posted the check `plustwo` on the head. What GitHub Actions posts any workflow of
 * the change may have written: it is nobody's word. Where nobody is believed, a sentence says what the snapshot lacks.
 */
import type { Sha } from "../src/core/ids.ts";
import { GATE_CONTEXT } from "../src/core/adopt/rulesets.ts";
import { GITHUB_ACTIONS } from "../src/core/policy/policy.ts";
import { ok, type Result } from "../src/core/result.ts";
import type { ChangeRead, Forge, ForgeProblem, RepositoryFacts, RepositoryRef } from "../src/forge/forge.ts";
import { readApp, readRequiredApps } from "../src/forge/github/audit-facts.ts";
import type { Client } from "../src/forge/github/client.ts";
import { CHECK_NAME } from "./check-text.ts";

export interface App {
  readonly id: number;
  /** Empty where only its id is known. */
  readonly slug: string;
}

export interface Believed {
  readonly app?: App;
  /** What is lacking, for whoever asked. */
  readonly note?: string;
}

export interface AppAsked {
  readonly project: RepositoryRef;
  readonly facts: RepositoryFacts;
  readonly read: ChangeRead;
  /** Slug or id. */
  readonly app: string | undefined;
}

export async function believedApp(
  client: Client,
  forge: Pick<Forge, "readChecks">,
  asked: AppAsked,
): Promise<Result<Believed, ForgeProblem>> {
  const posted = await postersOn(forge, asked.project, asked.read.head);
  if (!posted.ok) return posted;
  const named = asked.app === undefined ? await ofRules(client, asked) : await ofName(client, asked.project, asked.app);
  if (!named.ok) return named;
  const head = `#${asked.read.number} of ${asked.project.owner}/${asked.project.name}`;
  const [first, ...others] = named.value ?? posted.value;
  if (first === undefined) return ok({ note: lacking(`No service has written its check on the head of ${head}`) });
  if (others.length > 0) {
    const apps = [first, ...others].map(({ id, slug }) => (slug === "" ? String(id) : `${slug} (${id})`)).join(", ");
    return ok({
      note: lacking(`Several Apps could be plustwo here (${apps}); name one with --app, or none is believed`),
    });
  }
  const app = posted.value.find(({ id }) => id === first.id);
  if (app !== undefined) return ok({ app });
  const who = first.slug === "" ? `App ${first.id}` : first.slug;
  return ok({ app: first, note: lacking(`${who} has not written its check on the head of ${head}`) });
}

function lacking(why: string): string {
  return `${why}: what GitHub does not remember (votes that were edited or deleted, heads that were pushed over) may not be in the snapshot`;
}

async function postersOn(
  forge: Pick<Forge, "readChecks">,
  project: RepositoryRef,
  head: Sha,
): Promise<Result<readonly App[], ForgeProblem>> {
  const checks = await forge.readChecks(project, [head]);
  if (!checks.ok) return checks;
  const posted = checks.value.flatMap((check) =>
    check.kind === "check-run" && check.name === CHECK_NAME && check.app !== undefined ? [check.app] : [],
  );
  const apps = [...new Map(posted.map(({ id, slug }) => [id, { id, slug }])).values()];
  return ok(apps.filter(({ id }) => id !== GITHUB_ACTIONS.id));
}

async function ofName(
  client: Client,
  project: RepositoryRef,
  app: string,
): Promise<Result<readonly App[], ForgeProblem>> {
  if (/^\d+$/.test(app)) return ok([{ id: Number(app), slug: "" }]);
  const read = await readApp(client, project, app);
  return read.ok ? ok([read.value]) : read;
}

/** Of the base, else (a base may be the branch of a change below) of the default branch. Undefined: no rule says, or none may be read. */
async function ofRules(
  client: Client,
  { project, facts, read }: AppAsked,
): Promise<Result<readonly App[] | undefined, ForgeProblem>> {
  for (const branch of new Set([read.base, facts.defaultBranch])) {
    const required = await readRequiredApps(client, project, { branch, context: GATE_CONTEXT });
    if (!required.ok) {
      // Not every plan has rules, and not every token may read them.
      if (required.problem.kind === "forbidden" || required.problem.kind === "not-found") return ok(undefined);
      return required;
    }
    const apps = required.value.filter((id) => id !== GITHUB_ACTIONS.id);
    if (apps.length > 0) return ok(apps.map((id) => ({ id, slug: "" })));
  }
  return ok(undefined);
}
