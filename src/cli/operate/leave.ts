/**
 * `plustwo leave`: what plustwo has left in a repository, and with --yes the removal of what the token may remove.
 * People's branches, pull requests, reviews and commits are never touched.
 */
import { policyLayers, type PolicyTexts } from "../../core/adopt/policy-layers.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type RepositoryFacts, type RepositoryRef } from "../../forge/forge.ts";
import { type Left } from "../../forge/github/adopt-leave.ts";
import { EXIT, ofForge } from "../problems.ts";
import { counted, oneLine, plain, type CliProblem, type Say, type Terminal } from "../say.ts";
import { openPlace, type Place } from "./place.ts";
import { shippedPresets } from "../../config/presets.ts";

export interface LeaveOptions {
  readonly repository?: string;
  readonly yes: boolean;
  readonly json: boolean;
}

interface Removal {
  readonly what: string;
  readonly kind: "ruleset" | "ref";
  readonly outcome: "listed" | "removed" | "failed";
  readonly why?: string;
}

export async function leave(terminal: Terminal, say: Say, options: LeaveOptions): Promise<Result<number, CliProblem>> {
  const place = await openPlace(terminal, say, options);
  if (!place.ok) return place;
  const { client, project } = place.value;
  const { readRepository } = await import("../../forge/github/repository.ts");
  const { createViewer } = await import("../../forge/github/viewer.ts");
  const { readLeft } = await import("../../forge/github/adopt-leave.ts");
  const facts = await readRepository(client, createViewer(client), project);
  if (!facts.ok) return fail(ofForge(facts.problem));
  const name = `${facts.value.ref.owner}/${facts.value.ref.name}`;
  const left = await say.during(
    `Looking through ${name}`,
    readLeft(client, facts.value.ref, facts.value.defaultBranch),
  );
  if (!left.ok) return fail(ofForge(left.problem));
  const hindrance = options.yes ? await hindranceOf(facts.value.ref, left.value) : undefined;
  if (hindrance !== undefined) return fail(hindrance);
  const removals = options.yes
    ? await say.during(`Removing from ${name}`, removeAll(place.value, left.value))
    : planned(left.value);
  const byHand = byHandOf(place.value, facts.value, left.value);
  const failed = removals.filter(({ outcome }) => outcome === "failed");
  if (options.json) say.json({ version: 1, project: name, removals, byHand, inGate: left.value.inGate });
  else show(say, name, { removals, byHand, left: left.value });
  return ok(failed.length > 0 ? EXIT.partlyDone : EXIT.ok);
}

/** A policy in force brings back what is removed: the gate would build its branches anew. */
async function hindranceOf(
  { owner, name }: RepositoryRef,
  { policy, organisation }: Left,
): Promise<CliProblem | undefined> {
  const refused = (why: string, hint: string): CliProblem => ({
    message: `Cannot remove anything from ${owner}/${name} yet: ${why}`,
    ...{ hint, exit: EXIT.refused },
  });
  const again = "land it through the gate as ever; then run this again";
  if (!organisation.known)
    return refused(
      `whether a policy of ${owner} is in force here could not be read (${organisation.why})`,
      `use a token that may read ${owner}/.github`,
    );
  const presets = await shippedPresets();
  const isInForce = (texts: Pick<PolicyTexts, "organisation" | "repository">): boolean => {
    const layers = policyLayers({ owner, ...texts });
    const loaded = layers.length === 0 ? undefined : loadPolicy(layers, presets);
    // One that does not load closes the gate: nothing is built.
    return loaded?.ok === true && loaded.value.mode === "enforce";
  };
  if (!isInForce({ organisation: organisation.value, repository: policy })) return undefined;
  const remains = isInForce({ organisation: organisation.value, repository: undefined });
  return refused(
    `its policy is in force, and the gate would make its branches anew`,
    remains
      ? `${owner}/.github asks for \`mode: enforce\` of every repository: first set \`mode: observe\` in this one's .github/plustwo.yml, and ${again}; or uninstall the App here`
      : `first remove .github/plustwo.yml (or set \`mode: observe\` in it), and ${again}`,
  );
}

function planned({ rulesets, refs }: Left): readonly Removal[] {
  return [
    ...(rulesets.known ? rulesets.value : []).map(({ name }): Removal => ({
      what: name,
      kind: "ruleset",
      outcome: "listed",
    })),
    ...refs.map(({ ref }): Removal => ({ what: ref, kind: "ref", outcome: "listed" })),
  ];
}

/** Refs first, rulesets last: as long as anything is left the fences stand. */
async function removeAll({ client, project }: Place, { rulesets, refs }: Left): Promise<readonly Removal[]> {
  const { deleteRuleset } = await import("../../forge/github/adopt-leave.ts");
  const { deleteRef } = await import("../../forge/github/pause.ts");
  const { partOf } = await import("../../forge/github/adopt-part.ts");
  const done: Removal[] = [];
  for (const { ref } of refs) {
    const part = partOf(await deleteRef(client, project, ref));
    done.push({
      what: ref,
      kind: "ref",
      ...(part.known ? { outcome: "removed" } : { outcome: "failed", why: part.why }),
    });
  }
  for (const ruleset of rulesets.known ? rulesets.value : []) {
    const part = await deleteRuleset(client, project, ruleset);
    done.push({
      what: ruleset.name,
      kind: "ruleset",
      ...(part.known ? { outcome: "removed" } : { outcome: "failed", why: part.why }),
    });
  }
  return done;
}

function byHandOf({ host, scheme }: Place, facts: RepositoryFacts, { files, rulesets }: Left): readonly string[] {
  const { owner } = facts.ref;
  return [
    ...files.map((file) => `${file}: remove it by a commit on ${facts.defaultBranch}`),
    ...(rulesets.known ? [] : [`rulesets could not be read (${rulesets.why}): ask an admin to run this`]),
    "workflows: take `gate/**` out of their `push:` branches",
    `the App: uninstall it at ${scheme}://${host}/organizations/${owner}/settings/installations (a person's: ${scheme}://${host}/settings/installations)`,
    "the service: stop `plustwo serve`, and delete its data directory or database",
    "required checks named plustwo in rulesets of the organization or in classic protection: an admin takes them off",
  ];
}

interface Shown {
  readonly removals: readonly Removal[];
  readonly byHand: readonly string[];
  readonly left: Left;
}

const MOST_SHOWN = 40;

function show(say: Say, name: string, { removals, byHand, left }: Shown): void {
  const did = removals.some(({ outcome }) => outcome !== "listed");
  say.result(did ? `Removed from ${name}:` : `What plustwo has left in ${name}, and --yes removes:`);
  if (removals.length === 0) say.result("  nothing");
  for (const { what, kind, outcome, why } of removals.slice(0, MOST_SHOWN)) {
    const word = outcome === "failed" ? say.colour("red", `could not be removed: ${oneLine(why ?? "")}`) : "";
    say.result(`  ${kind} ${plain(what)}${word === "" ? "" : `  ${word}`}`);
  }
  if (removals.length > MOST_SHOWN)
    say.result(`  and ${counted(removals.length - MOST_SHOWN, "more", "more")} (--json lists all)`);
  if (left.inGate.length > 0) {
    say.result("In the gate now; they stay open as ordinary pull requests:");
    for (const { number, title } of left.inGate) say.result(`  #${number} ${oneLine(title)}`);
  }
  say.result("By hand:");
  for (const line of byHand) say.result(`  ${plain(line)}`);
  say.result("People's branches, pull requests, reviews and commits are not touched");
}
