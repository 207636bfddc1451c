/**
 * An exception from a freeze: `exceptions/<cycle>/<pull request>.yaml`, itself a reviewed change. Its file name says for which change
 * it is; no title, branch name or tag label ever lets anything through.
 *
 *     kind: FFE
 *     requested: 2027-02-26
 *     thread: https://lists.acme.org/…
 *     decided-by: [alice]
 *     expires: 2027-03-05
 */
import { z } from "zod";
import { LOGIN } from "../../login.ts";
import { fail, ok, type Result } from "../../result.ts";
import { dayAfter, parseDay, startOfDay, type Instant } from "../../time.ts";
import { isFreezeName, type FreezeName } from "../cycle/schedule-shapes.ts";
import { asCycleProblem, type CycleProblem, type CycleRule } from "../cycle/problem.ts";
import { readRecord } from "../read-record.ts";

/** What it lets through: FFE the feature freeze, RFE the requirements freeze, a word or a freeze of one's own those of that name. */
export type ExceptionKind = (typeof KINDS)[number] | `x-${string}`;

export const KINDS = ["FFE", "RFE", "string", "library", "membership", "release"] as const;

export interface ExceptionRecord {
  /** From the root of the tree. */
  readonly path: string;
  readonly cycle: string;
  readonly change: number;
  readonly kinds: readonly ExceptionKind[];
  readonly thread: string;
  readonly decidedBy: readonly string[];
  /** The first moment at which it lets nothing through any more: its last day, in UTC, is over. */
  readonly until: Instant;
}

const FREEZES_OF: Readonly<Record<(typeof KINDS)[number], readonly FreezeName[]>> = {
  FFE: ["feature"],
  RFE: ["requirements"],
  string: ["soft-string", "hard-string"],
  library: ["library", "client-library"],
  membership: ["membership"],
  release: ["release"],
};

export function letsThrough({ kinds }: ExceptionRecord, freeze: FreezeName): boolean {
  return kinds.some((kind) => (isOwn(kind) ? kind === freeze : FREEZES_OF[kind].includes(freeze)));
}

const day = z.string().refine((text) => parseDay(text) !== undefined, "a day of the calendar as `2026-11-30`");
const kind = z
  .string()
  .refine(isKind, `one of ${KINDS.join(", ")}, or the name of a freeze of your own, which begins with \`x-\``);
const record = z.strictObject({
  kind: z.union([kind, z.array(kind).min(1).max(10)]),
  requested: day,
  thread: z.url({ protocol: /^https?$/, error: "the address of the thread in which it was asked for" }),
  "decided-by": z
    .array(z.string().regex(LOGIN, "a login, such as `alice`"))
    .min(1, "at least one login, such as `[alice]`")
    .max(20),
  expires: day,
  reason: z.string().max(2_000).optional(),
});

export function readException(
  { path, text }: { readonly path: string; readonly text: string },
  of: { readonly cycle: string; readonly change: number },
): Result<ExceptionRecord, readonly CycleProblem[]> {
  const read = readRecord({ path, text }, record, "an exception");
  if (!read.ok) return fail(read.problem.map((problem) => asCycleProblem(problem, ruleOf)));
  const { keys, source } = read.value;
  const last = parseDay(keys.expires);
  if (last === undefined || keys.expires < keys.requested)
    return fail([
      {
        ...{ rule: "exception-dates", path, ...source.at(["expires"]) },
        message: `it expires on ${keys.expires}, before it was requested`,
        hint: `write the last day on which it holds, ${keys.requested} or later`,
      },
    ]);
  const until = startOfDay(dayAfter(last, 1), "UTC").first;
  const kinds = [keys.kind].flat().filter(isKind);
  return ok({ path, ...of, kinds, thread: keys.thread, decidedBy: keys["decided-by"], until });
}

const RULES: ReadonlyMap<string | undefined, CycleRule> = new Map([
  ["kind", "exception-kind"],
  ["decided-by", "exception-decided-by"],
  ["thread", "exception-thread"],
  ["requested", "exception-dates"],
  ["expires", "exception-dates"],
]);

function ruleOf(key: string | undefined): CycleRule {
  return RULES.get(key) ?? "wrong-value";
}

function isKind(text: string): text is ExceptionKind {
  return KINDS.some((one) => one === text) || (text.startsWith("x-") && isFreezeName(text));
}

function isOwn(kindOf: ExceptionKind): kindOf is `x-${string}` {
  return kindOf.startsWith("x-");
}
