/**
 * The verdict as our check run carries it for programs: fenced JSON that `git review status` reads back. It names nobody who is
 * not named above it, and holds no time that passes by itself, so that it changes only when something happened.
 */
import { z } from "zod";
import type { CheckVerdict } from "../gate/snapshot.ts";
import { formatInstant } from "../time.ts";
import { clip } from "./markdown.ts";
import { actionsIn } from "./next-users.ts";
import type { Person } from "./snapshot.ts";
import type { Action, RequirementResult, Verdict, VoteNotCounted } from "./verdict.ts";

const text = z.string();
const vote = z.object({ by: text, label: text, value: z.number(), patchSet: z.number(), why: text });

const published = z.object({
  version: z.literal(1),
  change: z.number(),
  patchSet: z.number(),
  target: text,
  head: text,
  title: text,
  verdict: z.enum(["success", "failure", "pending", "neutral"]),
  submittable: z.boolean(),
  mode: z.enum(["observe", "advise", "enforce"]),
  next: z.array(text),
  requirements: z.array(
    z.object({
      name: text,
      noun: text,
      status: z.enum(["SATISFIED", "UNSATISFIED", "OVERRIDDEN", "NOT_APPLICABLE", "ERROR"]),
      blocked: z.boolean(),
      have: z.number().optional(),
      need: z.number().optional(),
      unmet: z.array(text),
      counted: z.array(vote),
      notCounted: z.array(vote.extend({ reason: text })),
      /** Who could do what, whatever alternative it belongs to. `who` is empty where nobody has to, or names are not told. */
      ways: z.array(z.object({ who: z.array(text), anyOf: z.boolean(), action: text })),
      alternatives: z
        .array(
          z.object({
            actions: z.array(
              z.object({
                kind: text,
                who: z.array(text),
                need: z.number(),
                /** How many could; more than `who` where the list was cut or names are not told. */
                of: z.number(),
                group: text.optional(),
                do: text,
                until: text.optional(),
              }),
            ),
          }),
        )
        .optional(),
      earliest: text.optional(),
      lifted: text.optional(),
    }),
  ),
  checks: z.array(
    z.object({
      name: text,
      state: z.enum(["passed", "failed", "running", "missing", "not-counted"]),
      why: text,
      startedAt: text.optional(),
      endedAt: text.optional(),
      url: text.optional(),
    }),
  ),
  problems: z.array(text),
  certificate: text,
});

export type PublishedVerdict = z.infer<typeof published>;

/** A verdict, and where it is to be read: what is not told there is left out. */
export interface Publication {
  readonly title: string;
  readonly state: CheckVerdict;
  readonly owner?: Person;
}

const OPENING = "```json plustwo";
const LONGEST_LIST = 30;

export function publish(verdict: Verdict, { title, state, owner }: Publication): PublishedVerdict {
  const isTold = (login: string) => verdict.people !== "counts" || login === owner?.login || hasVoted(login, verdict);
  return {
    version: 1,
    change: verdict.change,
    patchSet: verdict.patchSet,
    target: verdict.target,
    head: verdict.head,
    title,
    verdict: state,
    submittable: verdict.submittable,
    mode: verdict.mode,
    next: verdict.nextUsers.filter(isTold).slice(0, LONGEST_LIST),
    requirements: verdict.requirements.map((requirement) => publishRequirement(requirement, isTold)),
    checks: (verdict.checks ?? []).map(({ name, state: is, why, startedAt, endedAt, url }) => ({
      name,
      state: is,
      why: clip(why, 200),
      ...(startedAt === undefined ? {} : { startedAt: formatInstant(startedAt) }),
      ...(endedAt === undefined ? {} : { endedAt: formatInstant(endedAt) }),
      ...(url === undefined ? {} : { url }),
    })),
    problems: verdict.problems.slice(0, LONGEST_LIST).map((problem) => clip(problem, 300)),
    certificate: verdict.certificate,
  };
}

/** Characters that mean something to Markdown or HTML are escaped in the JSON, so nothing in it can end the fence. */
export function formatPublished(facts: PublishedVerdict): string {
  const json = JSON.stringify(facts).replaceAll(
    /[`<>&@]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${OPENING}\n${json}\n\`\`\``;
}

/** The facts in a check run's text; undefined where there are none, or of a version this program does not know. */
export function parsePublished(markdown: string): PublishedVerdict | undefined {
  const start = markdown.lastIndexOf(`${OPENING}\n`);
  if (start < 0) return undefined;
  const from = start + OPENING.length + 1;
  const end = markdown.indexOf("\n```", from);
  if (end < 0) return undefined;
  const json = parseJson(markdown.slice(from, end));
  const read = published.safeParse(json);
  return read.success ? read.data : undefined;
}

type Published = PublishedVerdict["requirements"][number];

function publishRequirement(requirement: RequirementResult, isTold: (login: string) => boolean): Published {
  const { ways, earliest, lift } = requirement;
  return {
    name: requirement.name,
    noun: requirement.noun ?? requirement.name,
    status: requirement.status,
    blocked: requirement.blocked,
    ...(requirement.have === undefined ? {} : { have: requirement.have }),
    ...(requirement.need === undefined ? {} : { need: requirement.need }),
    unmet: requirement.unmetBecause.slice(0, LONGEST_LIST).map((sentence) => clip(sentence, 300)),
    counted: requirement.counted.slice(0, LONGEST_LIST).map((one) => publishVote(one)),
    notCounted: requirement.notCounted
      .slice(0, LONGEST_LIST)
      .map((one) => ({ ...publishVote(one), reason: one.reason })),
    ways: actionsIn(requirement).map((action) => ({
      who: toldOf(action, isTold),
      anyOf: action.need < action.who.length,
      action: action.do,
    })),
    ...(ways.length === 0
      ? {}
      : { alternatives: ways.map(({ actions }) => ({ actions: actions.map((one) => publishAction(one, isTold)) })) }),
    ...(earliest === undefined ? {} : { earliest: formatInstant(earliest) }),
    ...(lift === undefined ? {} : { lifted: clip(lift.sentence, 300) }),
  };
}

function publishAction(action: Action, isTold: (login: string) => boolean) {
  const { kind, who, need, group, until } = action;
  return {
    kind,
    who: toldOf(action, isTold),
    need,
    of: who.length,
    ...(group === undefined ? {} : { group }),
    do: clip(action.do, 200),
    ...(until === undefined ? {} : { until: formatInstant(until) }),
  };
}

/** All of them or nobody: half a list would be taken for the whole. */
function toldOf({ who }: Action, isTold: (login: string) => boolean): string[] {
  return who.every(isTold) ? who.slice(0, LONGEST_LIST) : [];
}

function hasVoted(login: string, { requirements }: Verdict): boolean {
  return requirements.some(({ counted, notCounted }) =>
    [...counted, ...notCounted].some(({ by }) => by.login === login),
  );
}

function publishVote({
  by,
  label,
  value,
  patchSet,
  why,
}: Pick<VoteNotCounted, "by" | "label" | "value" | "patchSet" | "why">) {
  return { by: by.login, label, value, patchSet, why: clip(why, 200) };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Somebody's text, cut or changed: the same as no facts.
    return undefined;
  }
}
