/** What a situation says of votes and checks, as the snapshot has them. */
import type { Sha } from "../ids.ts";
import { assume } from "../policy/assume.ts";
import { groupsOf, labelOf, permittedRange, type Policy } from "../policy/policy.ts";
import type { Check, Person, PolicySnapshot, Vote } from "../policy/snapshot.ts";
import { fail, ok, type Result } from "../result.ts";
import { after } from "../time.ts";
import type { CheckFacts, Situation } from "./format.ts";
import { readVote } from "./words.ts";

interface Asked {
  readonly policy: Policy;
  /** Without votes and checks. */
  readonly snapshot: PolicySnapshot;
  readonly find: (name: string) => Person;
}

const MINUTE = 60_000;

/** By login, each in the order given. */
export function votesOf(
  given: NonNullable<Situation["votes"]>,
  { policy, snapshot, find }: Asked,
): Result<readonly Vote[], string> {
  const { change, now, groups } = snapshot;
  const written = Object.entries(given).flatMap(([name, votes]) => [votes].flat().map((text) => ({ name, text })));
  const votes: Vote[] = [];
  for (const [index, { name, text }] of written.entries()) {
    const read = readVote(text, now);
    if (!read.ok) return read;
    const { label, value, state, at, permitted } = read.value;
    const found = labelOf(policy, label);
    if (found === undefined)
      return fail(`there is no label \`${label}\`; labels are: ${policy.labels.map((one) => one.name).join(", ")}`);
    const n = read.value.patchSet ?? change.patchSets.length;
    const sha = change.patchSets[n - 1]?.sha;
    if (sha === undefined) return fail(`\`${text}\`: there is no patch set ${n}; there are ${change.patchSets.length}`);
    const user = find(name);
    const may = permittedRange(policy, label, {
      id: user.id,
      owner: user.id === change.owner.id,
      branch: change.branch,
      groups: groupsOf(groups, user.id),
    });
    votes.push({
      user,
      label,
      value,
      patchSet: n,
      sha,
      at: at ?? after(now, -(written.length - index) * MINUTE),
      source: { kind: "review", id: String(10_001 + index) },
      permitted: permitted ?? may ?? { min: 0, max: 0 },
      state,
    });
  }
  return ok(votes);
}

/** Every check of the policy has succeeded on the head where nothing else is said of it. */
export function checksOf(
  given: NonNullable<Situation["checks"]>,
  { policy, snapshot, find, commitOf }: Asked & { readonly commitOf: (patchSet: number) => Sha },
): Result<readonly Check[], string> {
  const unknown = Object.keys(given).find((name) => !policy.checks.some((source) => source.name === name));
  if (unknown !== undefined)
    return fail(`there is no check \`${unknown}\`; checks are: ${policy.checks.map(({ name }) => name).join(", ")}`);
  return ok(
    policy.checks.flatMap(({ name: check }) => {
      const said = given[check] ?? "success";
      const facts: CheckFacts = typeof said === "string" ? { conclusion: said } : said;
      if (facts.conclusion === "none") return [];
      const conclusion = facts.conclusion === "queued" ? "running" : facts.conclusion;
      const made = assume(policy, snapshot, [{ kind: "check", check, conclusion }]).checks;
      return made.map((one) => withFacts(one, facts, { find, commitOf }));
    }),
  );
}

function withFacts(
  { app, workflow, event, headBranch, ...check }: Check,
  facts: CheckFacts,
  { find, commitOf }: { readonly find: (name: string) => Person; readonly commitOf: (patchSet: number) => Sha },
): Check {
  const isOther = facts.app !== undefined || facts.by !== undefined;
  const ofJob = {
    ...(app === undefined ? {} : { app }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(event === undefined ? {} : { event }),
    ...(headBranch === undefined ? {} : { headBranch }),
  };
  return {
    ...check,
    ...(isOther ? {} : ofJob),
    ...(facts.app === undefined ? {} : { kind: "check-run" as const, app: facts.app }),
    ...(facts.by === undefined ? {} : { kind: "status" as const, creator: find(facts.by) }),
    ...(facts.workflow === undefined ? {} : { workflow: facts.workflow }),
    ...(facts.event === undefined ? {} : { event: facts.event }),
    ...(facts.name === undefined ? {} : { name: facts.name }),
    ...(facts.on === undefined ? {} : { sha: commitOf(facts.on) }),
    ...(facts.attempt === undefined ? {} : { attempt: facts.attempt }),
    ...(facts.summary === undefined ? {} : { summary: facts.summary }),
    ...(facts.conclusion === "queued" ? { status: "queued" as const } : {}),
  };
}
