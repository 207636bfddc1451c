/** What plustwo has left in a repository, and how each is taken away. */
import * as z from "zod/mini";
import { type RulesetFacts } from "../../core/adopt/facts.ts";
import { isOurs } from "../../core/adopt/rulesets.ts";
import { type BranchName, type Sha } from "../../core/ids.ts";
import { fail, ok } from "../../core/result.ts";
import { type Answer, type RepositoryRef } from "../forge.ts";
import { partOf, type Part } from "./adopt-part.ts";
import { readOrganisation } from "./adopt-organisation.ts";
import { readRulesets } from "./adopt-rulesets.ts";
import { type Client } from "./client.ts";
import { read, readAll, shaSchema } from "./from-github.ts";
import { matchingRefs } from "./pause.ts";
import { nameOf, pathOf, readFile } from "./repository.ts";

export interface Left {
  /** Ours, of this repository. */
  readonly rulesets: Part<readonly RulesetFacts[]>;
  /** `refs/heads/gate/*`, `refs/plustwo/*`, `refs/changes/*`: ours and nobody's work. */
  readonly refs: readonly { readonly ref: string; readonly sha: Sha }[];
  /** On the default branch. */
  readonly files: readonly string[];
  readonly policy?: string;
  /** The layer below it. */
  readonly organisation: Part<string | undefined>;
  /** Open pull requests whose heads are being built in the gate. */
  readonly inGate: readonly { readonly number: number; readonly title: string }[];
}

export async function readLeft(client: Client, repository: RepositoryRef, branch: BranchName): Answer<Left> {
  const rulesets = await readRulesets(client, repository, branch);
  if ("down" in rulesets) return fail(rulesets.down);
  const refs: { ref: string; sha: Sha }[] = [];
  for (const prefix of ["heads/gate/", "plustwo/", "changes/"]) {
    const found = await matchingRefs(client, repository, prefix);
    if (!found.ok) return found;
    refs.push(...found.value);
  }
  const files: string[] = [];
  let policy: string | undefined;
  for (const path of [".github/plustwo.yml", ".gitreview"]) {
    const text = await readFile(client, repository, { ref: branch, path });
    if (!text.ok) return text;
    if (text.value === undefined) continue;
    files.push(path);
    if (path.endsWith(".yml")) policy = text.value;
  }
  const organisation = await readOrganisation(client, repository);
  if ("down" in organisation) return fail(organisation.down);
  const inGate = await readInGate(
    client,
    repository,
    refs.filter(({ ref }) => ref.startsWith("refs/heads/gate/")).map(({ sha }) => sha),
  );
  if (!inGate.ok) return inGate;
  return ok({
    rulesets: rulesets.known ? { known: true, value: rulesets.value.filter(isOurs) } : rulesets,
    refs,
    files,
    ...(policy === undefined ? {} : { policy }),
    organisation,
    inGate: inGate.value,
  });
}

const pullSchema = z.object({ number: z.number(), title: z.string(), head: z.object({ sha: shaSchema }) });

/** A gate commit is the head itself or a merge with it. */
async function readInGate(client: Client, repository: RepositoryRef, gates: readonly Sha[]): Answer<Left["inGate"]> {
  if (gates.length === 0) return ok([]);
  const tried = `read the open pull requests of ${nameOf(repository)}`;
  const scope = { kind: "repository", repository } as const;
  const rows = await client.pages({
    scope,
    tried,
    route: `GET ${pathOf(repository)}/pulls`,
    params: { state: "open" },
  });
  if (!rows.ok) return rows;
  const pulls = readAll(pullSchema, rows.value, tried);
  if (!pulls.ok) return pulls;
  const heads = new Set<Sha>(gates);
  for (const sha of gates) {
    const reply = await client.ask({ scope, tried, route: `GET ${pathOf(repository)}/git/commits/${sha}` });
    if (!reply.ok) return reply;
    const commit = read(z.object({ parents: z.array(z.object({ sha: shaSchema })) }), reply.value.data, tried);
    if (!commit.ok) return commit;
    for (const parent of commit.value.parents) heads.add(parent.sha);
  }
  return ok(pulls.value.filter(({ head }) => heads.has(head.sha)).map(({ number, title }) => ({ number, title })));
}

export async function deleteRuleset(
  client: Client,
  repository: RepositoryRef,
  { id, name }: RulesetFacts,
): Promise<Part<void>> {
  const tried = `delete the ruleset "${name}" of ${nameOf(repository)}`;
  const route = `DELETE ${pathOf(repository)}/rulesets/${id}`;
  const reply = await client.ask({ scope: { kind: "repository", repository }, tried, route });
  return reply.ok ? { known: true, value: undefined } : partOf(reply);
}
