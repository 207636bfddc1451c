/**
 * What it takes to decide something, as data: a table of rules that a project writes down and tests, in place of prose and a script that
 * drifts from it. The rules that ship are those of OpenStack's charter and house rules; `votes.yaml` in a tree changes or adds some.
 * A motion is a pull request, a vote a review of it; the clock starts with the last patch set that changed its content.
 */
import { z } from "zod";
import { fail, ok, type Result } from "../../result.ts";
import { readRecord, type RecordProblem } from "../read-record.ts";

function isPart(text: string): boolean {
  const [part = 0, whole = 0] = text.split("/").map(Number);
  return part <= whole;
}

const count = z.int().min(1).max(100);

const rule = z
  .strictObject({
    about: z.string().min(1).max(300).describe("What is decided by it."),
    /** At least this many in favour: a number, or a part of the members, rounded up. */
    inFavour: z.union([
      count,
      z
        .string()
        .regex(/^[1-9]\d?\/[1-9]\d?$/, "a part of the members such as `1/3`")
        .refine(isPart, "a part of the members such as `1/3`, no more than all of them"),
      z.literal("silence"),
    ]),
    moreThanAgainst: z.boolean().default(true),
    noneAgainst: z.boolean().default(false),
    days: z.int().min(0).max(90).default(0),
    ownerCounts: z.boolean().default(true),
    /** Whose votes count; a group of the policy. */
    members: z.string().min(1).max(100).default("members"),
    /** Each of these groups has to have somebody in favour, beside that. */
    alsoFrom: z.array(z.string().min(1).max(100)).max(5).default([]),
    label: z.string().min(1).max(60).default("Rollcall-Vote"),
  })
  .refine(({ inFavour, days }) => inFavour !== "silence" || days > 0, {
    path: ["days"],
    error: "silence decides only after days",
  });

const file = z.strictObject({
  version: z.literal(1),
  rules: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,60}$/), rule),
});

export type VoteRule = z.output<typeof rule>;
export type VoteRules = Readonly<Record<string, VoteRule>>;

const shipped = (given: z.input<typeof rule>): VoteRule => rule.parse(given);

/** Sources: OpenStack governance, charter ("Motions", "Amendment") and house rules. */
export const SHIPPED_RULES: VoteRules = {
  "formal-vote": shipped({ about: "Any motion that no other rule speaks of", inFavour: "1/3", days: 7 }),
  "charter-change": shipped({ about: "A change of the charter", inFavour: "2/3", days: 7 }),
  "typo-fix": shipped({ about: "What changes no meaning", inFavour: 1, ownerCounts: false, noneAgainst: true }),
  "code-change": shipped({ about: "Tools and their tests", inFavour: 2, ownerCounts: false, noneAgainst: true }),
  "documentation-change": shipped({
    about: "Pages that are no rules",
    inFavour: 2,
    ownerCounts: false,
    noneAgainst: true,
  }),
  "election-results": shipped({ about: "Who was elected", inFavour: 2, ownerCounts: false, noneAgainst: true }),
  "goal-proposal": shipped({ about: "A goal that is proposed", inFavour: 2, ownerCounts: false, noneAgainst: true }),
  "project-update": shipped({
    ...{ about: "What a team says of itself", inFavour: 2, ownerCounts: false, noneAgainst: true },
    alsoFrom: ["team-lead"],
  }),
  "goal-update": shipped({ about: "Progress of a goal", inFavour: "silence", noneAgainst: true, days: 7 }),
};

/** The shipped rules with those of the file over them, by name. */
export function readVoteRules(path: string, text: string): Result<VoteRules, readonly RecordProblem[]> {
  const read = readRecord({ path, text }, file, "a table of votes");
  return read.ok ? ok({ ...SHIPPED_RULES, ...read.value.keys.rules }) : fail(read.problem);
}

/** Of so many members: `1/3` of 13 is 5, `2/3` of 9 is 6. */
export function neededOf({ inFavour }: Pick<VoteRule, "inFavour">, members: number): number {
  if (typeof inFavour === "number") return inFavour;
  if (inFavour === "silence") return 0;
  const [part = 0, whole = 1] = inFavour.split("/").map(Number);
  return Math.ceil((members * part) / whole);
}
