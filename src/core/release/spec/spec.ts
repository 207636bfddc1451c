/**
 * A spec: one Markdown file that says what is to be built and why, with front matter for tools. Its words of status and stage, and the
 * keys beside our own, are those of a kep.yaml. Where the file is says how far it came:
 *
 *     specs/2027.1/approved/fast-path.md    agreed for the cycle        specs/backlog/…    wanted, for no cycle yet
 *     specs/2027.1/implemented/…            built in it                 specs/abandoned/…  not to be built
 */
import { z } from "zod";
import { LOGIN } from "../../login.ts";
import { describeIssues, type DescribedIssue } from "../../policy/issue-words.ts";
import { readYaml, YAML_LIMITS, type Place } from "../../policy/yaml-text.ts";
import { fail, ok, type Result } from "../../result.ts";
import { parseDay } from "../../time.ts";

export const STATUSES = [
  ...(["provisional", "implementable", "implemented", "deferred"] as const),
  ...(["rejected", "withdrawn", "replaced"] as const),
] as const;
export const STAGES = ["pre-alpha", "alpha", "beta", "stable"] as const;
export type SpecStatus = (typeof STATUSES)[number];

/** Each is documented in docs/GOVERNANCE.md. */
export const SPEC_RULES = [
  ...(["place", "front-matter", "missing-key", "unknown-key", "wrong-value", "status", "stage", "date"] as const),
  ...(["id-file-name", "duplicate-id", "milestone-folder", "status-folder", "approvers"] as const),
  ...(["title", "heading-missing", "heading-twice", "heading-order", "section-empty"] as const),
  ...(["redirect-line", "redirect-target", "redirect-source"] as const),
] as const;
export type SpecRule = (typeof SPEC_RULES)[number];

export interface SpecProblem extends Place {
  readonly rule: SpecRule;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

export type SpecPlace =
  | { readonly kind: "approved" | "implemented"; readonly cycle: string; readonly name: string }
  | { readonly kind: "backlog" | "abandoned"; readonly name: string };

export interface Spec {
  readonly path: string;
  readonly place: SpecPlace;
  readonly id: string;
  readonly title: string;
  readonly status: SpecStatus;
  readonly stage?: string;
  /** The cycles it is meant for; of a map of stages all of them. */
  readonly milestones: readonly string[];
  /** Logins, without `@`. */
  readonly approvers: readonly string[];
  /** What follows the front matter, line by line; the first is line `bodyLine` of the file. */
  readonly body: readonly string[];
  readonly bodyLine: number;
  /** Where the value of a key stands. */
  at(key: string): Place;
}

export const SPEC_ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const CYCLE_NAME = /^(?!(?:backlog|abandoned)$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

/** Beside the specs: they are none. */
const BESIDE = ["README.md", "template.md", "redirects"];

/** Of a path below the folder of the specs. `undefined`: it is beside the specs. */
export function placeOf(inside: string): SpecPlace | "misplaced" | undefined {
  const parts = inside.split("/");
  const file = parts.at(-1) ?? "";
  if ((parts.length === 1 && BESIDE.includes(file)) || file === ".gitkeep" || file === "README.md") return undefined;
  const name = /^(.+)\.md$/.exec(file)?.[1];
  const [first = "", second] = parts;
  if (name === undefined) return "misplaced";
  if (parts.length === 2 && (first === "backlog" || first === "abandoned")) return { kind: first, name };
  if (parts.length === 3 && CYCLE_NAME.test(first) && (second === "approved" || second === "implemented"))
    return { kind: second, cycle: first, name };
  return "misplaced";
}

const text = z.string("a text: put it in quotes, as `'2027.1'`").min(1).max(300);
const day = z.string().refine((value) => parseDay(value) !== undefined, "a day of the calendar as `2026-11-30`");
const login = z
  .string()
  .transform((value) => value.replace(/^@/, ""))
  .refine((value) => LOGIN.test(value), "a login, such as `alice`");
const other = z.unknown().optional();

const keys = z.strictObject({
  id: z.string().regex(SPEC_ID, "small letters, digits and dashes").max(100),
  status: z.enum(STATUSES),
  stage: z.enum(STAGES).exactOptional(),
  milestone: z.union([text, z.partialRecord(z.enum(STAGES), text)]).exactOptional(),
  approvers: z.array(login).max(20),
  "creation-date": day.exactOptional(),
  "last-updated": day.exactOptional(),
  // What a kep.yaml has besides; kept for its readers, and not looked into.
  ...{ title: other, authors: other, reviewers: other, editor: other, "see-also": other, replaces: other },
  ...{ "superseded-by": other, "kep-number": other, "owning-sig": other, "participating-sigs": other },
  ...{ "latest-milestone": other, "prr-approvers": other, "feature-gates": other, "disable-supported": other },
  metrics: other,
});

/** Only the front matter can fail; what is in the sections is asked by check-spec.ts. */
export function readSpec(path: string, text: string, place: SpecPlace): Result<Spec, readonly SpecProblem[]> {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const end = lines.indexOf("---", 1);
  const problem = (rule: SpecRule, at: Place, message: string, hint: string) => ({ rule, path, ...at, message, hint });
  if (lines[0] !== "---" || end < 0)
    return fail([
      problem(
        "front-matter",
        { line: 1, column: 1 },
        lines[0] === "---" ? "the front matter has no end" : "the file does not begin with front matter",
        "begin with a line `---`, then `id`, `status`, `milestone`, `stage`, `approvers`, then a line `---`",
      ),
    ]);
  // An empty comment in place of the first line keeps the count of lines.
  const yaml = readYaml(["#", ...lines.slice(1, end), ""].join("\n"), { ...YAML_LIMITS, what: "front matter" });
  if (!yaml.ok) return fail(yaml.problem.map((one) => ({ ...one, rule: "front-matter" as const, path })));
  const source = yaml.value;
  const read = keys.safeParse(source.value);
  if (!read.success)
    return fail(
      describeIssues(read.error.issues, source.value).map((issue) => ({
        rule: ruleOf(issue, source.value),
        path,
        ...(issue.key === undefined ? source.at(issue.path) : source.atKey(issue.path, issue.key)),
        message: issue.message,
        hint: issue.hint,
      })),
    );
  const { id, status, stage, milestone, approvers } = read.data;
  const body = lines.slice(end + 1);
  const title = body.find((line) => line.startsWith("# "))?.slice(2);
  return ok({
    ...{ path, place, id, status, approvers, body, bodyLine: end + 2 },
    title: title?.trim() ?? id,
    ...(stage === undefined ? {} : { stage }),
    milestones: milestone === undefined ? [] : typeof milestone === "string" ? [milestone] : Object.values(milestone),
    at: (key) => source.at([key]),
  });
}

function ruleOf({ path: [first], key }: DescribedIssue, value: unknown): SpecRule {
  if (first === undefined) return key === undefined ? "front-matter" : "unknown-key";
  const given = typeof value === "object" && value !== null && String(first) in value;
  if (!given) return "missing-key";
  if (first === "status" || first === "stage") return first;
  return first === "creation-date" || first === "last-updated" ? "date" : "wrong-value";
}
