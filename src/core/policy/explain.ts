/**
 * The verdict in people's words: the check run of a change. The title is what the pull-request list shows; the summary says whose turn
 * it is, what is needed and there, which votes do not count and why; the field's own words stand under Details.
 * Yellow while something is awaited, red only for a veto, a failure or a broken policy; nothing in it changes by time alone.
 */
import type { CheckVerdict, DequeueReason } from "../gate/snapshot.ts";
import { broughtLine } from "./brought.ts";
import { kindWord } from "./copy.ts";
import { isFulfilled } from "./fulfilled.ts";
import type { Explained } from "./explained.ts";
import { neededTable } from "./explain-table.ts";
import { isRed, nextLine, titleOf } from "./explain-words.ts";
import { clip, code, prose } from "./markdown.ts";
import { formatPublished, publish } from "./published.ts";
import type { PatchSet } from "./snapshot.ts";
import { signed } from "./tally.ts";
import type { RequirementResult, Verdict } from "./verdict.ts";

const MODE_LINES = {
  observe: ["plustwo only observes here: nothing is blocked, and nothing lands through it. This is what it would say."],
  advise: ["plustwo advises here: it says what is missing, blocks nothing, and nothing lands through it."],
  enforce: [],
} as const;

/** At most 80 characters of title, 60 000 of summary. */
export function explain(facts: Explained): {
  readonly title: string;
  readonly summary: string;
  readonly verdict: CheckVerdict;
} {
  const state = colour(facts);
  const title = titleOf(facts);
  const parts = [
    ...MODE_LINES[facts.verdict.mode],
    nextLine(facts),
    stackLine(facts),
    ...facts.verdict.problems.map((problem) => `- ${prose(problem)}`),
    broughtLine(facts),
    neededTable(facts),
    notCountedList(facts.verdict),
    patchSetLine(facts.snapshot.change.patchSets),
  ].filter((part) => part !== "");
  const programs = section(
    "For programs",
    formatPublished(publish(facts.verdict, { title, state, owner: facts.snapshot.change.owner })),
  );
  const readable = clip([...parts, details(facts)].join("\n\n"), Math.max(0, 60_000 - programs.length));
  return { title, summary: `${readable}\n\n${programs}`, verdict: state };
}

/** Red where the change failed; a lost build, a wait or a wish is nobody's failure (ruling 24). */
const LEFT: Readonly<Record<DequeueReason, CheckVerdict>> = {
  "own-fault": "failure",
  "with-others": "failure",
  conflict: "failure",
  lost: "pending",
  dependency: "pending",
  withdrawn: "pending",
  requirement: "pending",
};

function colour({ verdict, gate, snapshot }: Explained): CheckVerdict {
  if (verdict.mode === "observe") return "neutral";
  switch (gate?.kind) {
    case "landed":
      return "success";
    case "left":
      return LEFT[gate.because];
    case "held":
      return isRed({ verdict, snapshot }) ? "failure" : "pending";
    case "queued":
    case "building":
    case undefined:
      if (verdict.submittable) return "success";
      return isRed({ verdict, snapshot }) ? "failure" : "pending";
  }
}

function stackLine({ verdict, snapshot }: Explained): string {
  const open = snapshot.change.below.filter(({ state }) => state === "open");
  const [nearest] = open;
  const place = nearest === undefined ? [] : [`change ${open.length + 1} from the bottom of its stack`];
  const needs = nearest === undefined ? [] : [`needs #${nearest.number} first${nearest.ready ? " (ready)" : ""}`];
  return sentence([...place, `patch set ${verdict.patchSet}`, `to ${code(verdict.target)}`, ...needs].join(" · "));
}

function notCountedList({ requirements }: Verdict): string {
  const votes = requirements.flatMap(({ notCounted }) => notCounted);
  if (votes.length === 0) return "";
  const lines = votes
    .slice(0, 50)
    .map(({ by, label, value, why }) => `- ${prose(by.login)} ${shortLabel(label)}${signed(value)}: ${prose(why)}`);
  const more = votes.length > 50 ? [`- and ${votes.length - 50} more`] : [];
  return ["**Not counted**", "", ...lines, ...more].join("\n");
}

/** Code-Review is what people vote most; other labels are named. */
function shortLabel(label: string): string {
  return label === "Code-Review" ? "" : `${prose(label)} `;
}

function patchSetLine(patchSets: readonly PatchSet[]): string {
  const steps = patchSets.slice(1).map(({ n, kind }) => `${n - 1}→${n} ${kindWord(kind)}`);
  if (steps.length === 0) return "";
  const shown = steps.slice(-12);
  return `**Patch sets** ${steps.length > shown.length ? "… · " : ""}${shown.join(" · ")}`;
}

function details({ verdict }: Explained): string {
  const sources = (verdict.sources ?? []).map(({ path, sha }) => `${path}@${sha.slice(0, 7)}`).join(", ");
  const body = [
    ...verdict.requirements.map(requirementDetail),
    ...(sources === "" ? [] : [`- policy: ${code(sources)}`]),
    `- certificate: ${code(verdict.certificate)}`,
  ].join("\n");
  return section("Details: expressions, policy, certificate", body);
}

function requirementDetail(requirement: RequirementResult): string {
  const atoms = requirement.atoms.map(({ text, value }) => `  - ${value ? "true" : "false"}: ${code(text)}`);
  const why = isFulfilled(requirement) ? [] : requirement.unmetBecause.map((because) => `  - ${prose(because)}`);
  const expression = requirement.expression === "" ? "" : `: ${code(requirement.expression)}`;
  return [`- ${prose(requirement.name)} ${requirement.status}${expression}`, ...atoms, ...why].join("\n");
}

function section(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
