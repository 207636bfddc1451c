/** `plustwo init` in words: what was found, every file against what is there, the fences, and what comes next. */
import { diffLines } from "../../core/adopt/diff.ts";
import { type Source } from "../../core/adopt/mapping.ts";
import { APP_EVENTS, APP_PERMISSIONS, RULESET_CLICKS, rulesetBodies } from "../../core/adopt/rulesets.ts";
import { columns, oneLine, plain, type Say } from "../say.ts";
import { type Place } from "./place.ts";
import { type InitPlan, type PlannedFile } from "./plan-init.ts";

export const NEXT_STEPS: readonly string[] = [
  "read the files, correct the core group and the checks, and land them by an ordinary pull request",
  "make the GitHub App with the permissions above, install it on the repository, and run `plustwo serve`",
  "watch: in mode observe every pull request gets a neutral check that says what plustwo would have done",
  "run `plustwo doctor`; add both rulesets and set `mode: enforce` when nothing of it is wrong",
];

export function showProposal(say: Say, { facts, preset, core, mapping, unknown }: InitPlan): void {
  const { fullName, defaultBranch } = facts.repository;
  say.result(say.colour("bold", `${fullName} → ${defaultBranch}, preset:${preset}`));
  const who = [...core.teams, ...core.users.map(({ login }) => login)].join(", ");
  const rows = [["core", `${who}  (${core.from})`]];
  for (const [name, sources] of Object.entries(mapping.checks))
    rows.push([name, sources.map(sourceWords).join(", ") || "–"]);
  for (const line of columns(rows)) say.result(`  ${plain(line)}`);
  for (const { what, why } of mapping.leftOut)
    say.result(say.colour("dim", `  not a check: ${oneLine(what)} (${oneLine(why)})`));
  for (const sentence of unknown) say.result(say.colour("yellow", `  ${oneLine(sentence)}`));
}

function sourceWords(source: Source): string {
  const from = source.kind === "job" ? source.workflow.replace(/^.*\//, "") : source.app.slug;
  return `${source.pattern} [${from}${source.kind === "job" && source.sometimes ? ", if present" : ""}]`;
}

export function showFiles(say: Say, { files, advice }: InitPlan): void {
  for (const file of files) showFile(say, file);
  for (const { path, lines } of advice) {
    say.result("");
    say.result(say.colour("bold", `${path}: add by hand`));
    for (const line of lines.split("\n")) say.result(`  ${plain(line)}`);
  }
}

function showFile(say: Say, { path, state, before, after, why }: PlannedFile): void {
  const words = { new: "new", changed: "changes", same: "is as it should be", kept: `kept: ${why ?? ""}` }[state];
  say.result("");
  say.result(say.colour("bold", `${path}: ${words}`));
  if (state === "kept" || state === "same") return;
  for (const line of diffLines(before, after)) {
    const colour = line.startsWith("+") ? "green" : line.startsWith("-") ? "red" : "dim";
    say.result(say.colour(colour, plain(line)));
  }
}

interface Fences {
  readonly appId: number | "APP_ID";
  readonly plan: InitPlan;
  readonly place: Place;
}

export function showFences(say: Say, { appId, plan, place }: Fences): void {
  const { owner, name, defaultBranch } = plan.facts.repository;
  say.result("");
  say.result(say.colour("bold", `Two rulesets for ${defaultBranch}, when you enforce`));
  say.result("  By clicks:");
  for (const line of RULESET_CLICKS) say.result(`    ${line}`);
  const host = place.host === "github.com" ? "" : ` --hostname ${place.host}`;
  say.result(
    `  By command${appId === "APP_ID" ? " (put the App's id in place of APP_ID, or give `--app SLUG` here)" : ""}:`,
  );
  for (const body of rulesetBodies(appId)) {
    say.result(`gh api${host} --method POST repos/${owner}/${name}/rulesets --input - <<'JSON'`);
    // APP_ID is a number once it is filled in.
    say.result(JSON.stringify(body, null, 2).replaceAll('"APP_ID"', "APP_ID"));
    say.result("JSON");
  }
  say.result("");
  say.result(say.colour("bold", "The App"));
  const rights = Object.entries(APP_PERMISSIONS).map(([right, access]) => `${right}: ${access}`);
  say.result(`  permissions  ${rights.join(", ")}`);
  say.result(`  events       ${APP_EVENTS.join(", ")}`);
  say.result("");
  say.result(say.colour("bold", "Next"));
  NEXT_STEPS.forEach((step, index) => say.result(`  ${index + 1}. ${step}`));
}
