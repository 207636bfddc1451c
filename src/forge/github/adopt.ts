/**
 * What GitHub says of a repository that is about to use plustwo: workflows, recent jobs, other results, teams, people.
 * Read with a person's token. Whatever is refused is kept as unknown with its reason; only a repository that cannot be
 * read at all, or a server that does not answer, is a problem.
 */
import * as z from "zod/mini";
import { type BranchName } from "../../core/ids.ts";
import { type ProjectFacts, type ProjectRepository, type WorkflowText } from "../../core/adopt/facts.ts";
import { fail, ok } from "../../core/result.ts";
import { type Answer, type RepositoryRef } from "../forge.ts";
import { downOf, partOf, type Part } from "./adopt-part.ts";
import { readCodeowners, readPeople, readTeams } from "./adopt-people.ts";
import { readJobs, readResults } from "./adopt-results.ts";
import { type Client } from "./client.ts";
import { branchNamed, permissionOf, read, readAll, repositoryRefOf, repositorySchema } from "./from-github.ts";
import { nameOf, pathOf, readFile } from "./repository.ts";
import { createViewer } from "./viewer.ts";

const MOST_WORKFLOWS = 40;

export async function readProject(client: Client, repository: RepositoryRef): Answer<ProjectFacts> {
  const base = await readBase(client, repository);
  if (!base.ok) return base;
  const viewer = await createViewer(client).person({ kind: "repository", repository });
  if (!viewer.ok) return viewer;
  const ref = { owner: base.value.owner, name: base.value.name };
  const workflows = await readWorkflows(client, ref, base.value.defaultBranch);
  const jobs = await readJobs(client, ref);
  const results = await readResults(client, ref, base.value.defaultBranch);
  const [codeowners, teams, people] = await Promise.all([
    readCodeowners(client, ref, base.value.defaultBranch),
    readTeams(client, ref),
    readPeople(client, ref),
  ]);
  const facts = { repository: base.value, viewer: viewer.value, workflows, jobs, results, codeowners, teams, people };
  const down = downOf([workflows, jobs, results, codeowners, teams, people]);
  return down === undefined ? ok(facts) : fail(down);
}

const ownerSchema = z.object({
  owner: z.object({ login: z.string(), type: z.string() }),
  html_url: z.string(),
});

async function readBase(client: Client, repository: RepositoryRef): Answer<ProjectRepository> {
  const tried = `read the repository ${nameOf(repository)}`;
  const reply = await client.ask({
    scope: { kind: "repository", repository },
    tried,
    route: `GET ${pathOf(repository)}`,
  });
  if (!reply.ok) return reply;
  const raw = read(repositorySchema, reply.value.data, tried);
  if (!raw.ok) return raw;
  const more = read(ownerSchema, reply.value.data, tried);
  if (!more.ok) return more;
  const { owner, name } = repositoryRefOf(raw.value.full_name) ?? repository;
  return ok({
    ...{ fullName: `${owner}/${name}`, owner, name },
    ownerKind: more.value.owner.type === "Organization" ? "Organization" : "User",
    defaultBranch: branchNamed(raw.value.default_branch, 0),
    private: raw.value.private,
    archived: raw.value.archived ?? false,
    permission: permissionOf(raw.value.permissions),
    mergeMethods: {
      merge: raw.value.allow_merge_commit ?? true,
      squash: raw.value.allow_squash_merge ?? true,
      rebase: raw.value.allow_rebase_merge ?? true,
    },
    url: more.value.html_url,
  });
}

const entriesSchema = z.array(z.object({ path: z.string(), type: z.string() }));
const workflowSchema = z.object({ path: z.string(), state: z.string() });

/** The files at the tip, and which of them are switched off. */
async function readWorkflows(
  client: Client,
  repository: RepositoryRef,
  at: BranchName,
): Promise<Part<readonly WorkflowText[]>> {
  const tried = `list the workflows of ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const listed = await client.ask({
    scope,
    tried,
    route: `GET ${pathOf(repository)}/contents/.github/workflows`,
    params: { ref: at },
  });
  if (!listed.ok) {
    // Without the folder GitHub says 404; the repository itself was read before.
    return listed.problem.kind === "not-found" ? { known: true, value: [] } : partOf(listed);
  }
  const entries = read(entriesSchema, listed.value.data, tried);
  if (!entries.ok) return partOf(entries);
  const paths = entries.value
    .filter(({ path, type }) => type === "file" && /\.ya?ml$/.test(path))
    .map(({ path }) => path);
  const rows = await client.pages({ scope, tried, route: `GET ${pathOf(repository)}/actions/workflows` }, "workflows");
  const states = rows.ok ? readAll(workflowSchema, rows.value, tried) : rows;
  const off = new Set(
    states.ok ? states.value.filter(({ state }) => state.startsWith("disabled")).map(({ path }) => path) : [],
  );
  const files: WorkflowText[] = [];
  for (const path of paths.slice(0, MOST_WORKFLOWS)) {
    const text = await readFile(client, repository, { ref: at, path });
    if (!text.ok) return partOf(text);
    if (text.value !== undefined) files.push({ path, text: text.value, ...(off.has(path) ? { disabled: true } : {}) });
  }
  return { known: true, value: files };
}
