/** `plustwo governance decide` and `rules`: one rule, one pull request, and what follows. Pure and offline. */
import { decideMotion, type MotionOutcome } from "../../core/release/governance/motion.ts";
import {
  readVoteRules,
  SHIPPED_RULES,
  type VoteRule,
  type VoteRules,
} from "../../core/release/governance/vote-rules.ts";
import { sayRecordProblem } from "../../core/release/read-record.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { formatInstant, parseInstant, sayInstant } from "../../core/time.ts";
import { EXIT } from "../exit.ts";
import { readSnapshot, readText, type PipedTerminal } from "../policy/files.ts";
import { type CliProblem, type Say } from "../say.ts";

export interface DecideOptions {
  readonly rule: string;
  readonly snapshot: string;
  readonly rules?: string;
  readonly at?: string;
  readonly json: boolean;
}

export async function decide(
  terminal: PipedTerminal,
  say: Say,
  options: DecideOptions,
): Promise<Result<number, CliProblem>> {
  const rules = await rulesOf(terminal, options.rules);
  if (!rules.ok) return rules;
  const rule = Object.hasOwn(rules.value, options.rule) ? rules.value[options.rule] : undefined;
  if (rule === undefined)
    return fail({
      message: `Cannot decide by ${JSON.stringify(options.rule)}: there is no such rule`,
      hint: `there are: ${Object.keys(rules.value).join(", ")}`,
      exit: EXIT.malformed,
    });
  const snapshot = await readSnapshot(terminal, options.snapshot);
  if (!snapshot.ok) return snapshot;
  const at = options.at === undefined ? snapshot.value.now : parseInstant(options.at);
  if (at === undefined)
    return fail({
      message: `Cannot read --at ${JSON.stringify(options.at)}: it is no instant`,
      hint: "write for example --at 2026-09-01T12:00:00Z",
      exit: EXIT.malformed,
    });
  const outcome = decideMotion(rule, snapshot.value, at);
  const { number, title } = snapshot.value.change;
  if (options.json) {
    const { since, until, ...rest } = outcome;
    say.json({
      ...{ version: 1, change: number, rule: options.rule, at: formatInstant(at) },
      ...rest,
      ...(since === undefined ? {} : { since: formatInstant(since) }),
      ...(until === undefined ? {} : { until: formatInstant(until) }),
    });
  } else for (const line of words(outcome, { number, title, rule: options.rule })) say.result(line);
  return ok(outcome.state === "carried" ? EXIT.ok : EXIT.refused);
}

const STATES: Readonly<Record<MotionOutcome["state"], string>> = {
  carried: "carried",
  open: "open",
  against: "not carried as it stands",
  unknown: "cannot be decided",
};

function words(
  { state, inFavour, against, members, needed, since, why }: MotionOutcome,
  { number, title, rule }: { readonly number: number; readonly title: string; readonly rule: string },
): readonly string[] {
  const people = (names: readonly string[]) => (names.length === 0 ? "nobody" : names.join(", "));
  return [
    `#${number} ${title}: ${STATES[state]} (${rule})`,
    `  in favour ${inFavour.length} of ${needed} needed, ${members} members: ${people(inFavour)}`,
    `  against   ${against.length}: ${people(against)}`,
    ...(since === undefined ? [] : [`  its content is as it stands since ${sayInstant(since)}`]),
    ...why.map((one) => `  ${one}`),
  ];
}

export async function listRules(
  terminal: PipedTerminal,
  say: Say,
  options: { readonly rules?: string; readonly json: boolean },
): Promise<Result<number, CliProblem>> {
  const rules = await rulesOf(terminal, options.rules);
  if (!rules.ok) return rules;
  if (options.json) say.json({ version: 1, rules: rules.value });
  else {
    const width = Math.max(...Object.keys(rules.value).map(({ length }) => length));
    for (const [name, rule] of Object.entries(rules.value)) say.result(`${name.padEnd(width)}  ${sayRule(rule)}`);
  }
  return ok(EXIT.ok);
}

function sayRule(rule: VoteRule): string {
  const { inFavour, days, alsoFrom } = rule;
  const votes =
    inFavour === "silence"
      ? "nobody against"
      : `${inFavour}${typeof inFavour === "string" ? " of the members" : ""} in favour`;
  const parts = [
    votes,
    ...alsoFrom.map((name) => `one of ${name}`),
    ...(rule.noneAgainst && inFavour !== "silence" ? ["none against"] : []),
    ...(!rule.noneAgainst && rule.moreThanAgainst ? ["more than against"] : []),
    ...(rule.ownerCounts ? [] : ["its owner not counted"]),
    ...(days === 0 ? [] : [`${days} days after its content last changed`]),
  ];
  return `${parts.join(", ")}: ${rule.about}`;
}

async function rulesOf(terminal: PipedTerminal, path: string | undefined): Promise<Result<VoteRules, CliProblem>> {
  if (path === undefined) return ok(SHIPPED_RULES);
  const text = await readText(terminal, path);
  if (!text.ok) return text;
  const rules = readVoteRules(path, text.value);
  if (rules.ok) return rules;
  return fail({
    message: rules.problem.slice(0, 20).map(sayRecordProblem).join("\n"),
    hint: "mend the table; `plustwo governance rules` shows those that ship",
    exit: EXIT.malformed,
  });
}
