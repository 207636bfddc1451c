/** From the names people type to GitHub's ids: users, teams, tag labels. At most 10 names a request (ruling 15). */
import * as z from "zod/mini";
import type { Named, Reviewer } from "../../core/change/wishes.ts";
import { fail, ok } from "../../core/result.ts";
import type { Answer, FoundNames, Names, RepositoryRef } from "../forge.ts";
import type { Client } from "./client.ts";
import { namesDocument } from "./documents.ts";
import { graphqlProblem } from "./failures.ts";
import { read } from "./from-github.ts";
import { nameOf } from "./repository.ts";
import { chunks } from "./stack.ts";

const MOST_NAMES = 10;

interface Wanted {
  readonly kind: "user" | "team" | "label";
  readonly name: string;
}

const answerSchema = z.nullish(z.record(z.string(), z.unknown()));
const userSchema = z.nullish(z.object({ id: z.string(), login: z.string() }));
const teamSchema = z.nullish(z.object({ team: z.nullish(z.object({ id: z.string(), combinedSlug: z.string() })) }));
const labelSchema = z.nullish(z.object({ id: z.string(), name: z.string() }));

/** GitHub looks names up without regard to case; the answer has its spelling, under the name that was asked. */
export async function lookUpNames(
  client: Client,
  repository: RepositoryRef,
  { people, labels }: Names,
): Answer<FoundNames> {
  const wanted: readonly Wanted[] = [
    ...people.map((name): Wanted => ({ kind: name.includes("/") ? "team" : "user", name })),
    ...labels.map((name): Wanted => ({ kind: "label", name })),
  ];
  const found = { people: new Map<string, Reviewer>(), labels: new Map<string, Named>() };
  for (const some of chunks(wanted, MOST_NAMES)) {
    const tried = `look up ${some.map(({ name }) => name).join(", ")} for ${nameOf(repository)}`;
    const reply = await client.graphql({
      scope: { kind: "repository", repository },
      tried,
      document: namesDocument(some.map(({ kind }) => kind)),
      variables: { owner: repository.owner, name: repository.name, ...variablesOf(some) },
    });
    if (!reply.ok) return reply;
    // A name that is nobody's is an error at its alias; any other error is one of the question.
    const broken = reply.value.errors.find(({ type }) => type !== "NOT_FOUND");
    if (broken !== undefined) return fail(graphqlProblem(broken, tried));
    const inside = read(answerSchema, reply.value.data["repository"], tried);
    if (!inside.ok) return inside;
    for (const [index, { kind, name }] of some.entries()) {
      const raw = (kind === "label" ? inside.value : reply.value.data)?.[`n${index}`];
      if (kind === "label") {
        const label = read(labelSchema, raw, tried);
        if (!label.ok) return label;
        if (label.value) found.labels.set(name, label.value);
      } else {
        const reviewer = reviewerOf(kind, raw, tried);
        if (!reviewer.ok) return reviewer;
        if (reviewer.value !== undefined) found.people.set(name, reviewer.value);
      }
    }
  }
  return ok({ people: Object.fromEntries(found.people), labels: Object.fromEntries(found.labels) });
}

function reviewerOf(kind: "user" | "team", raw: unknown, tried: string) {
  if (kind === "user") {
    const user = read(userSchema, raw, tried);
    if (!user.ok) return user;
    return ok(user.value ? { id: user.value.id, name: user.value.login, kind } : undefined);
  }
  const organization = read(teamSchema, raw, tried);
  if (!organization.ok) return organization;
  const team = organization.value?.team;
  return ok(team ? { id: team.id, name: team.combinedSlug, kind } : undefined);
}

function variablesOf(some: readonly Wanted[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    some.flatMap(({ kind, name }, index) => {
      const [organization = "", slug = ""] = name.split("/");
      return kind === "team"
        ? [
            [`n${index}`, slug],
            [`o${index}`, organization],
          ]
        : [[`n${index}`, name]];
    }),
  );
}
