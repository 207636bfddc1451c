/** `git review status` on Gerrit, for people and for scripts (docs/schemas/status.schema.json). Looks only. */
import { ok, type Result } from "../../core/result.ts";
import { isMet } from "../../core/review/standing.ts";
import { newestPatchSet } from "../../forge/gerrit/change.ts";
import { type RequirementState, type ReviewedChange } from "../../forge/gerrit/reviewed-change.ts";
import { type GerritClone } from "../desk.ts";
import { EXIT } from "../problems.ts";
import { columns, counted, oneLine, type CliProblem } from "../say.ts";
import { hostWithPort } from "./credentials.ts";
import { gatherGerritStatus, type GerritStatus, type StandingChange } from "./gather-status.ts";
import { nameOf } from "./list.ts";
import { openReviewDesk, type ReviewDesk } from "./reviewing.ts";

const INDENT = " ".repeat(8);
const COLOURS = { success: "green", pending: "yellow", failure: "red" } as const;
const GLYPHS = { success: "◐", pending: "○", failure: "●" } as const;

export async function statusOnGerrit(
  clone: GerritClone,
  { json }: { readonly json: boolean },
): Promise<Result<number, CliProblem>> {
  const desk = await openReviewDesk(clone, "say where your changes stand");
  if (!desk.ok) return desk;
  const facts = await gatherGerritStatus(desk.value);
  if (!facts.ok) return facts;
  if (json) desk.value.say.json(documentOf(desk.value, facts.value));
  else for (const line of linesOf(desk.value, facts.value)) desk.value.say.result(line);
  return ok(EXIT.ok);
}

function linesOf(
  { say, place, location }: ReviewDesk,
  { changes, notSent, of, viewer }: GerritStatus,
): readonly string[] {
  const from = place.head.kind === "branch" ? place.head.branch : "detached HEAD";
  const mine = changes.filter(({ change }) => change.attention.some(({ who }) => who.id === viewer.id)).length;
  const count = of === "own" ? `your open changes: ${changes.length}` : counted(changes.length, "change");
  const wait = mine === 0 ? "" : ` · ${mine} ${mine === 1 ? "waits" : "wait"} for you`;
  const heads = columns(
    changes.map(({ change, standing }) => [
      `${say.colour(COLOURS[standing.verdict], GLYPHS[standing.verdict])} ${say.link(String(change.number), change.url)}`,
      oneLine(change.subject),
      `ps ${newestPatchSet(change)?.number ?? "?"}`,
      oneLine(standing.title),
    ]),
  );
  return [
    say.colour("bold", `${from} → ${location.branch} · ${count}${wait}`),
    ...changes.flatMap((one, at) => ["", heads[at] ?? "", ...detailsOf(one, viewer.id).map((line) => INDENT + line)]),
    ...(notSent.length === 0 ? [] : [""]),
    ...notSent.map(({ commit, subject, kind }) => {
      const name = `${commit.slice(0, 7)} "${oneLine(subject)}"`;
      return kind === "new"
        ? `Not sent: ${name}; git review sends it`
        : `Finished: the change of ${name} is merged or abandoned`;
    }),
  ];
}

function detailsOf({ change, mergeable, newer }: StandingChange, viewer: number): readonly string[] {
  const { unresolved, attention, requirements, url } = change;
  const turns = attention.map(({ who, why }) => {
    const name = who.id === viewer ? "you" : oneLine(nameOf(who));
    return why === "" ? name : `${name} (${oneLine(why)})`;
  });
  return [
    ...requirements.filter(({ status }) => status !== "NOT_APPLICABLE").map((one) => requirementLine(change, one)),
    ...(unresolved === 0 ? [] : [counted(unresolved, "unresolved comment")]),
    ...(mergeable === undefined ? ["whether it merges is not known"] : []),
    ...(newer === undefined ? [] : [`${newer.slice(0, 7)} here is newer: git review sends it as the next patch set`]),
    `→ ${turns.length === 0 ? "nobody is asked to do anything now" : turns.join(", ")}`,
    ...(url === undefined ? [] : [url]),
  ];
}

/** `Code-Review: met, dave +2`, `Verified: not met, label:Verified=MAX does not hold`. */
function requirementLine({ labels }: ReviewedChange, requirement: RequirementState): string {
  const { name, status, failing } = requirement;
  const votes = votesOf({ labels }, name).map(({ by, value }) => `${oneLine(by)} ${value > 0 ? "+" : ""}${value}`);
  const words = isMet(requirement)
    ? status === "SATISFIED"
      ? "met"
      : status.toLowerCase()
    : status === "ERROR"
      ? "cannot be evaluated"
      : "not met";
  const why =
    failing.length === 0
      ? []
      : [`${failing.map((one) => oneLine(one)).join(", ")} ${failing.length === 1 ? "does" : "do"} not hold`];
  return `${oneLine(name)}: ${[words, ...votes, ...why].join(", ")}`;
}

/** Of the label that has the requirement's name, as Gerrit's own requirements do. */
function votesOf(
  { labels }: Pick<ReviewedChange, "labels">,
  name: string,
): readonly { readonly by: string; readonly value: number }[] {
  const votes = labels.find((label) => label.name === name)?.votes ?? [];
  return votes.map(({ by, value }) => ({ by: nameOf(by), value }));
}

function documentOf({ location, place }: ReviewDesk, { viewer, of, changes, notSent }: GerritStatus): unknown {
  return {
    version: 1,
    host: hostWithPort(location),
    project: location.project,
    target: location.branch,
    ...(place.head.kind === "branch" ? { localBranch: place.head.branch } : {}),
    viewer: nameOf(viewer),
    of,
    changes: changes.flatMap((one) => changeDocument(one)),
    notSent,
  };
}

/** A change whose newest patch set the server does not show has no head, and is left out. */
function changeDocument({ change, standing, mergeable, newer }: StandingChange): readonly unknown[] {
  const set = newestPatchSet(change);
  if (set === undefined) return [];
  const { number, subject, branch, attention, requirements } = change;
  const verdict = {
    version: 1,
    change: number,
    patchSet: set.number,
    target: branch,
    head: set.commit,
    title: standing.title,
    verdict: standing.verdict,
    submittable: change.submittable,
    mode: "enforce",
    next: attention.map(({ who }) => nameOf(who)),
    requirements: requirements.map((one) => ({
      name: one.name,
      noun: one.name,
      status: one.status === "FORCED" ? "OVERRIDDEN" : one.status,
      blocked: votesOf(change, one.name).some(({ value }) => value < 0) && !isMet(one),
      unmet: one.failing,
      counted: votesOf(change, one.name).map((vote) => ({ ...vote, label: one.name, patchSet: set.number, why: "" })),
      notCounted: [],
      ways: [],
    })),
    checks: [],
    problems: [],
  };
  return [
    {
      number,
      ...(change.url === undefined ? {} : { url: change.url }),
      subject,
      author: nameOf(change.owner),
      draft: change.workInProgress,
      head: set.commit,
      base: branch,
      changeId: change.id,
      ...(newer === undefined ? {} : { newerCommit: newer }),
      checks: [],
      unresolved: change.unresolved,
      ...(mergeable === undefined ? {} : { mergeable }),
      summary: standing.title,
      verdict,
    },
  ];
}
