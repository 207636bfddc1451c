/** A way down as people read it, one line for each branch, and as scripts do (docs/schemas/backport-plan.schema.json). */
import { subjectOf } from "../../core/commit-message/message.ts";
import type { BranchName } from "../../core/ids.ts";
import type { Twin } from "../../core/release/backport/fix.ts";
import type { Commit } from "../../git/commit.ts";
import { columns, counted, oneLine, type Say } from "../say.ts";
import type { Ground } from "./ground.ts";
import { shown } from "./named-fix.ts";
import type { Hop, HopState } from "./walk.ts";

export interface Shown {
  readonly ground: Ground;
  readonly hops: readonly Hop[];
  /** `tried`: nothing was made; `untried`: not even in memory. */
  readonly how: "made" | "tried" | "untried";
  /** Local branches that this run made before it was stopped. */
  readonly earlier?: ReadonlySet<BranchName> | undefined;
}

export function hopLines(say: Say, { ground, hops, how, earlier }: Shown): readonly string[] {
  const { commits, origin, leftOut } = ground.fix;
  const [first] = commits;
  const title = commits.length === 1 && first !== undefined ? shown(first) : counted(commits.length, "commit");
  const rows = hops.map((hop) => [
    `  ${hop.branch}`,
    `${wordsOf(hop, { ground, how, earlier })}${hop.asked ? "" : " (added: a fix goes down in order)"}`,
  ]);
  return [
    say.colour("bold", `${title}, from ${origin}`),
    ...(commits.length === 1 ? [] : commits.map((commit) => `  ${shown(commit)}`)),
    ...(leftOut.length === 0 ? [] : [`  left out: ${counted(leftOut.length, "merge")} of the range`]),
    ...columns(rows),
  ];
}

function wordsOf({ state, name }: Hop, { ground, how, earlier }: Omit<Shown, "hops">): string {
  const all = ground.fix.commits.length;
  switch (state.kind) {
    case "there":
      return `there: ${twinWords(state.twins)}`;
    case "made":
      return earlier?.has(name) === true ? `made ${name}` : `${name} has it, left as it is`;
    case "picked": {
      if (how === "untried") return `to be picked, as ${name}`;
      const was = state.was === 0 ? "" : `, ${state.was} of ${all} there before`;
      const commits = all === 1 ? "" : ` (${counted(state.commits, "commit")}${was})`;
      return how === "made" ? `made ${name}${commits}` : `picks cleanly, as ${name}${commits}`;
    }
    case "empty":
      return "nothing to pick: what it does is there already";
    case "conflict": {
      const of = all === 1 ? "" : `, at ${state.stop.source.sha.slice(0, 10)}`;
      return `conflicts in ${state.stop.files.map(oneLine).join(", ")}${of}`;
    }
    case "behind":
      return `waits for ${state.behind}`;
    case "taken":
      return state.by === name
        ? `the local branch ${name} is there and does not have it`
        : `the local branch ${state.by} stands in the way of ${name}`;
  }
}

function twinWords(twins: readonly Twin<Commit>[]): string {
  const [first] = twins;
  if (twins.length !== 1 || first === undefined) return `all ${twins.length} commits`;
  return first.by === "the commit" ? "it has the commit" : `${first.as.sha.slice(0, 10)}, by ${byWords(first)}`;
}

function byWords({ by }: Twin<Commit>): string {
  return by === "a pick of it" ? "the line of -x" : by;
}

/** What to type for each branch that is there now; the newest first. */
export function sendLines(hops: readonly Hop[], topic: string | undefined): readonly string[] {
  const made = hops.filter(({ state }) => state.kind === "picked" || state.kind === "made");
  if (made.length === 0) return [];
  const named = topic === undefined ? "" : `-t ${topic} `;
  return [
    "Send them, the newest first:",
    ...made.map(({ branch, name }) => `  git switch ${name} && git review ${named}${branch}`),
  ];
}

const STATES: Readonly<Record<HopState["kind"], string>> = {
  there: "there",
  made: "kept",
  picked: "clean",
  empty: "empty",
  conflict: "conflict",
  behind: "waits",
  taken: "name-taken",
};

export function hopsJson({ ground, hops, how, earlier }: Shown, more: Readonly<Record<string, unknown>> = {}): unknown {
  const { commits, origin } = ground.fix;
  return {
    version: 1,
    origin,
    fix: commits.map(({ sha, message }) => ({ commit: sha, subject: subjectOf(message) })),
    branches: hops.map(({ branch, asked, name, state }) => ({
      ...{
        branch,
        asked,
        name,
        state: earlier?.has(name) === true && state.kind === "made" ? "made" : stateWord(state, how),
      },
      ...factsOf(state, how),
    })),
    ...more,
  };
}

function stateWord({ kind }: HopState, how: Shown["how"]): string {
  if (kind !== "picked") return STATES[kind];
  return how === "made" ? "made" : how === "tried" ? "clean" : "to-pick";
}

function factsOf(state: HopState, how: Shown["how"]): Readonly<Record<string, unknown>> {
  switch (state.kind) {
    case "there":
      return { there: state.twins.map(({ by, as }) => ({ commit: as.sha, by })) };
    case "made":
      return { tip: state.tip };
    case "picked":
      return { ...(how === "made" ? { tip: state.tip } : {}), commits: state.commits };
    case "conflict":
      return { commit: state.stop.source.sha, files: state.stop.files };
    case "behind":
      return { behind: state.behind };
    case "taken":
      return { by: state.by };
    case "empty":
      return {};
  }
}
