/** The two lines most people read: the check's title, and whose turn it is. */
import type { JobState } from "../gate/snapshot.ts";
import { isFulfilled } from "./fulfilled.ts";
import { listed } from "./freeze.ts";
import { waitsForOthers, vetoers } from "./next-users.ts";
import type { Explained } from "./explained.ts";
import { clip, oneLine, prose } from "./markdown.ts";
import { stepAfterLeaving } from "./report-body.ts";
import { usesGitReview } from "./review-tool.ts";
import { turnsOf, type Told } from "./explain-turns.ts";
import type { CheckResult, RequirementResult, Verdict } from "./verdict.ts";

const LONGEST_TITLE = 80;
const READY = {
  observe: "Would be ready: everything needed is there",
  advise: "Ready: everything needed is there",
  enforce: "Ready: to the gate",
} as const;

/** "Waiting: 1 more core approval · unit running"; at most 80 characters, whole phrases as long as they fit. */
export function titleOf({ verdict, snapshot, gate }: Explained): string {
  switch (gate?.kind) {
    case "landed":
      return `Landed as ${gate.sha.slice(0, 7)}, the commit that was tested`;
    case "left":
      return clip(`Left the gate: ${oneLine(gate.why, 200)}`, LONGEST_TITLE);
    case "held":
      if (verdict.submittable) return clip(`Held: ${oneLine(gate.why, 200)}`, LONGEST_TITLE);
      break;
    case "queued":
      if (verdict.submittable) return `Ready: in the gate, ${ordinal(gate.position)} of ${gate.of}`;
      break;
    case "building":
      if (verdict.submittable) return fit("Ready: in the gate", gate.jobs.map(jobPhrase), " · ");
      break;
    case undefined:
      if (verdict.submittable) return READY[verdict.mode];
  }
  const blocked = isRed({ verdict, snapshot }) ? verdict.requirements.filter((one) => one.blocked) : [];
  const observing = verdict.mode === "observe";
  if (blocked.length > 0)
    return fit(
      observing ? "Would be blocked:" : "Blocked:",
      unique(blocked.flatMap((one) => blockedPhrases(one, verdict))),
      " ",
    );
  const problems = snapshot.change.draft ? ["draft"] : verdict.problems.length > 0 ? ["facts are missing"] : [];
  const waiting = verdict.requirements
    .filter((one) => !isFulfilled(one))
    .flatMap((one) => (one.blocked && one.checks === undefined ? blockedPhrases : waitingPhrases)(one, verdict));
  return fit(observing ? "Would wait:" : "Waiting:", unique([...problems, ...waiting]), " ");
}

/** Nobody has asked for a verdict on a draft yet: only a broken policy is red there. */
export function isRed({ verdict, snapshot }: Pick<Explained, "verdict" | "snapshot">): boolean {
  return verdict.requirements.some(({ blocked, status }) => blocked && (!snapshot.change.draft || status === "ERROR"));
}

/** "**Next:** bob or erin gives the core approval (either is enough). Nothing for carol to do." */
export function nextLine(facts: Explained): string {
  const words = facts.verdict.mode === "observe" ? "Would come next" : "Next";
  return `**${words}:** ${whatIsNext(facts)}`;
}

function whatIsNext({ verdict, snapshot, gate }: Explained): string {
  const owner = prose(snapshot.change.owner.login);
  switch (gate?.kind) {
    case "landed":
      return "nothing, it has landed.";
    case "left":
      return stepAfterLeaving(gate.because, {
        owner: snapshot.change.owner.login,
        target: verdict.target,
        gitReview: usesGitReview(snapshot.change),
      });
    case "held":
      if (verdict.submittable) return `${prose(gate.why)}. Then it goes on by itself.`;
      break;
    case "queued":
    case "building":
      if (verdict.submittable) return "nobody; it lands when the gate has tested it.";
      break;
    case undefined:
      if (verdict.submittable)
        return verdict.mode === "enforce"
          ? "nobody; the gate tests it and lands it."
          : "nobody; everything that is needed is there.";
  }
  if (snapshot.change.draft) return `${owner} marks it ready for review.`;
  const unmet = verdict.requirements.filter((one) => !isFulfilled(one));
  const first = unmet.some(waitsForOthers);
  const told: Told = { verdict, change: snapshot.change, onlyFirst: first };
  const said = unmet.map((one) => turnsOf(one, told));
  const turns = said.flatMap((one) => one.turns);
  const waits = unique(said.flatMap((one) => one.waits));
  const untils = unique(said.flatMap((one) => one.untils));
  const waited = [
    ...(waits.length === 0 ? [] : [`waiting for ${prose(listed(waits))}`]),
    ...untils.map((until) => `waiting until ${prose(until)}`),
  ];
  const policy = unmet.some(({ status }) => status === "ERROR")
    ? ["whoever may change the policy repairs it on the target branch"]
    : [];
  const nothing =
    turns.length + policy.length > 0 && !verdict.nextUsers.includes(snapshot.change.owner.login)
      ? ` Nothing for ${owner} to do.`
      : "";
  const stuck = unmet.flatMap((one) =>
    one.ways.length === 0 && one.status !== "ERROR" && !first
      ? [`${prose(nounOf(one))}: ${prose(one.unmetBecause.at(-1) ?? "nobody can do anything about it now")}`]
      : [],
  );
  const all = unique([...policy, ...turns, ...waited, ...stuck]);
  return all.length === 0 ? "nobody can do anything yet." : `${all.join("; ")}.${nothing}`;
}

/** "2 core approvals", "core approval". */
export function nounOf({ noun, name, need }: RequirementResult): string {
  const word = noun ?? name;
  return need !== undefined && need > 1 ? `${need} ${word}s` : word;
}

function checkPhrase({ name, state, says }: CheckResult): string {
  if (says !== undefined) return `${name} ${says}`;
  switch (state) {
    case "passed":
      return `${name} ok`;
    case "failed":
      return `${name} failed`;
    case "running":
      return `${name} running`;
    case "missing":
      return `${name} not started`;
    case "not-counted":
      return `${name} does not count`;
  }
}

function waitingPhrases(requirement: RequirementResult, verdict: Verdict): readonly string[] {
  const { have, need, noun, name, checks } = requirement;
  if (checks !== undefined) return checkPhrases(verdict, checks);
  const comesByItself = requirement.ways[0]?.actions.every(({ until }) => until !== undefined) === true;
  if (have !== undefined && need !== undefined && have < need && !comesByItself) {
    const missing = need - have;
    const plural = missing > 1 ? "s" : "";
    return [need === 1 ? (noun ?? name) : `${missing}${have > 0 ? " more" : ""} ${noun ?? name}${plural}`];
  }
  const said = requirement.unmetBecause[0]?.split(":")[0];
  const [action] = requirement.ways[0]?.actions ?? [];
  return [
    oneLine(action?.do.replace(/^wait for (#\d+)$/, "$1 below").replace(/^wait (until .*)$/, "$1") ?? said ?? name, 60),
  ];
}

function blockedPhrases(requirement: RequirementResult, verdict: Verdict): readonly string[] {
  if (requirement.status === "ERROR") return ["the policy is broken"];
  const who = vetoers(requirement);
  if (who.length > 0) return [`${listed(who)} vetoed`];
  return checkPhrases(verdict, requirement.checks ?? []).filter((phrase) => phrase.endsWith(" failed"));
}

function checkPhrases({ checks = [] }: Verdict, names: readonly string[]): readonly string[] {
  const open = checks.filter(({ name, state }) => names.includes(name) && state !== "passed");
  const silent = open.filter(({ state, says }) => state === "missing" && says === undefined);
  // "3 checks not started" says as much as three phrases.
  return silent.length > 1
    ? [...open.filter((check) => !silent.includes(check)).map(checkPhrase), `${silent.length} checks not started`]
    : open.map(checkPhrase);
}

function jobPhrase({ job, state }: JobState): string {
  switch (state) {
    case "passed":
      return `${job} ok`;
    case "failed":
      return `${job} failed`;
    case "lost":
      return `${job} lost`;
    case "running":
      return `${job} running`;
    case "queued":
      return `${job} queued`;
  }
}

function fit(start: string, phrases: readonly string[], before: string): string {
  let title = start;
  for (const [index, phrase] of phrases.entries()) {
    const longer = `${title}${index === 0 ? before : " · "}${oneLine(phrase, 70)}`;
    const room = index === phrases.length - 1 ? LONGEST_TITLE : LONGEST_TITLE - 4;
    if (longer.length > room) return index === 0 ? clip(longer, LONGEST_TITLE) : `${title} · …`;
    title = longer;
  }
  return title;
}

function ordinal(n: number): string {
  const tens = n % 100;
  const end = tens >= 11 && tens <= 13 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[n % 10] ?? "th");
  return `${n}${end}`;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
