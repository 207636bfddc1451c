/**
 * The format of cases for a policy: who is there, what every case starts from, and for each case what is different (given), what
 * happens (when) and what the verdict then says. A change of a few words each; everything not said is as in the table below.
 *
 *     version: 1
 *     policy: |                       # the text of a repository's .github/plustwo.yml; or `preset: small-team` alone, which stands for
 *       version: 1                    # a file that extends it, in mode enforce, with a team for every group of `people`
 *       extends: preset:small-team
 *       groups: { core: { teams: [acme/core] } }
 *       checks: { unit: {} }
 *     people: { alice: [core], bob: [core], carol: [], helper: { bot: true, groups: [] }, dora: { id: 12, groups: [] } }
 *     base: { owner: carol, files: [src/a.ts] }
 *     cases:
 *       - name: One approval by a core is enough
 *         given: { votes: { alice: Code-Review+2 } }
 *         then: submittable
 *       - name: What is pushed after the approval is approved anew
 *         given: { votes: { alice: Code-Review+2 } }
 *         when: [push REWORK by carol, check unit=success]
 *         then:
 *           submittable: false
 *           requirements: { Code-Review: UNSATISFIED, Verified: SATISFIED }
 *           next: [alice, bob]
 *           says: ["no core approval yet"]
 *           not-counted: { alice: outdated }
 *
 * `base` and `given` have the same keys; a key of `given` takes the place of the base's, and in the maps `votes`, `checks` and
 * `owners` name by name, where `none` takes away.
 *
 *     at         2026-09-01T12:00:00Z     the moment of the verdict
 *     opened     30d ago                  an instant, or a duration and `ago`, as everywhere here
 *     owner      the first of `people`    requester: nobody
 *     branch     main                     headBranch: change · number: 7 · repository: acme/api · draft: false
 *     title      Add a parser             body, topic: none · hashtags: []
 *     commits    [the title]              the messages of the change's own commits, oldest first
 *     patchSets  [REWORK]                 `REWORK by carol with dave, erin suggested by bob 2d ago`; by: the owner, or `nobody` knows who; with:
 *                                         co-authors; suggested by: whose "Commit suggestion" went in. When: a day ago, an hour apart
 *     files      [src/a.ts]               `src/a.ts`, `added src/b.ts +10 -0`, `removed old.ts`, `old.ts -> new.ts`
 *     votes      none                     login: one of, or a list of `Code-Review+2`, `Code-Review+2 on 1` (patch set 1),
 *                                         `Workflow+1 5h ago`, `Code-Review-2 dismissed`, `Code-Review+2 permitted -1..+1`
 *                                         (what they might when they gave it; else what they may), in the order they were given,
 *                                         the last a minute ago
 *     checks     every one: success       name: `success`, `failure`, …, `running`, `queued`, `none`, or a map that says more:
 *                                         { conclusion, app: {slug, id}, by, workflow, event, name, on, attempt, summary }
 *     below      none                     { number, ready, state, target, moved }
 *     unresolved 0 · bidi: [] · reviewers: [] · incomplete: [] · foreign: 0 (commits of nobody's change)
 *     backportOf none                     { branch, kind }
 *     newer      none                     newer maintained branches: { branch, has, open }
 *     owners     none                     path of a CODEOWNERS or OWNERS file: its text
 *     freezes    none                     of the cycle: { name, kind, branches, from, to, applies: { paths, tagLabels }, exemptPaths, exception: { until, record } }
 *     overrides  none                     { name, by, reason, at, on, state }
 *     withoutGroups none                  groups that no file defines, so that the preset's default for them is in force
 *
 * `when` takes what `plustwo policy eval --assume` takes, one after the other. `then` is `submittable`, `not submittable`, or a map;
 * `says` are pieces of the sentences that say what is missing, `silent` pieces that none of them has, `next` whose turn it is;
 * `not-counted` has for a login the reason (`outdated`), a piece of its sentence, or `none`: no vote of theirs is passed over;
 * `labels` has the value of a label that is computed from checks.
 */
import { z } from "zod";
import { LOGIN } from "../login.ts";
import { CONCLUSIONS } from "../policy/operators.ts";
import { fail, ok, type Result } from "../result.ts";
import { problemIn } from "../policy/parse.ts";
import type { PolicyProblem } from "../policy/problem.ts";
import { describeIssues } from "../policy/issue-words.ts";
import { readYaml, YAML_LIMITS, type YamlText } from "../policy/yaml-text.ts";

export const KINDS = [
  "NO_CHANGE",
  "NO_CODE_CHANGE",
  "TRIVIAL_REBASE",
  "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE",
  "MERGE_FIRST_PARENT_UPDATE",
  "TARGET_MERGE",
  "REWORK",
] as const;

const text = z.string().max(20_000);
const word = z.string().min(1).max(200);
const texts = z.array(text).max(3_000);
const words = z.array(word).max(200);
const count = z.int().min(0).max(100_000);
const checkWord = z.enum([...CONCLUSIONS, "running", "queued", "none"]);

const checkFacts = z.strictObject({
  conclusion: checkWord,
  app: z.strictObject({ slug: word, id: z.int().positive() }).exactOptional(),
  by: word.exactOptional(),
  workflow: word.exactOptional(),
  event: word.exactOptional(),
  name: word.exactOptional(),
  on: count.exactOptional(),
  attempt: count.exactOptional(),
  summary: text.exactOptional(),
});

const situation = z.strictObject({
  at: word.exactOptional(),
  opened: word.exactOptional(),
  number: z.int().positive().exactOptional(),
  repository: word.exactOptional(),
  owner: word.exactOptional(),
  requester: word.exactOptional(),
  branch: word.exactOptional(),
  headBranch: word.exactOptional(),
  draft: z.boolean().exactOptional(),
  title: text.exactOptional(),
  body: text.exactOptional(),
  topic: word.exactOptional(),
  hashtags: words.exactOptional(),
  commits: texts.exactOptional(),
  patchSets: words.min(1).exactOptional(),
  files: texts.exactOptional(),
  reviewers: words.exactOptional(),
  votes: z.record(word, z.union([word, words])).exactOptional(),
  checks: z.record(word, z.union([checkWord, checkFacts])).exactOptional(),
  below: z
    .array(
      z.strictObject({
        number: z.int().positive(),
        ready: z.boolean().exactOptional(),
        state: z.enum(["open", "merged", "closed"]).exactOptional(),
        target: word.exactOptional(),
        moved: z.boolean().exactOptional(),
      }),
    )
    .max(100)
    .exactOptional(),
  foreign: count.exactOptional(),
  unresolved: count.exactOptional(),
  bidi: texts.exactOptional(),
  backportOf: z.union([z.literal("none"), z.strictObject({ branch: word, kind: z.enum(KINDS) })]).exactOptional(),
  newer: z
    .array(z.strictObject({ branch: word, has: z.boolean(), open: z.int().positive().exactOptional() }))
    .max(100)
    .exactOptional(),
  owners: z.record(word, text).exactOptional(),
  freezes: z
    .array(
      z.strictObject({
        name: word,
        kind: word.exactOptional(),
        branches: words,
        from: word,
        to: word,
        applies: z.strictObject({ paths: words.exactOptional(), tagLabels: words.exactOptional() }).exactOptional(),
        exemptPaths: words.exactOptional(),
        exception: z.strictObject({ until: word, record: word }).exactOptional(),
      }),
    )
    .max(100)
    .exactOptional(),
  overrides: z
    .array(
      z.strictObject({
        name: word,
        by: word,
        reason: text.exactOptional(),
        at: word.exactOptional(),
        on: count.exactOptional(),
        state: z.enum(["current", "edited", "dismissed", "deleted"]).exactOptional(),
      }),
    )
    .max(100)
    .exactOptional(),
  incomplete: words.exactOptional(),
  withoutGroups: words.exactOptional(),
});

const STATUSES = ["SATISFIED", "UNSATISFIED", "OVERRIDDEN", "NOT_APPLICABLE", "ERROR"] as const;

const outcome = z.union([
  z.enum(["submittable", "not submittable"]),
  z.strictObject({
    submittable: z.boolean().exactOptional(),
    requirements: z.record(word, z.enum(STATUSES)).exactOptional(),
    next: words.exactOptional(),
    says: texts.exactOptional(),
    silent: texts.exactOptional(),
    "not-counted": z.record(word, word).exactOptional(),
    labels: z.record(word, z.int()).exactOptional(),
  }),
]);

const casesFile = z.strictObject({
  version: z.literal(1),
  preset: word.exactOptional(),
  policy: text.exactOptional(),
  people: z.record(
    z.string().regex(LOGIN, "a login, such as `alice`"),
    z.union([
      words,
      z.strictObject({
        groups: words.exactOptional(),
        id: z.int().positive().exactOptional(),
        bot: z.boolean().exactOptional(),
      }),
    ]),
  ),
  base: situation.exactOptional(),
  cases: z
    .array(
      z.strictObject({
        name: word,
        given: situation.exactOptional(),
        when: words.exactOptional(),
        then: outcome,
      }),
    )
    .min(1)
    .max(500),
});

export type Situation = z.infer<typeof situation>;
export type Outcome = Exclude<z.infer<typeof outcome>, string>;
export type CheckFacts = z.infer<typeof checkFacts>;
export type CasesKeys = z.infer<typeof casesFile>;
export type CaseKeys = CasesKeys["cases"][number];

export interface CasesText {
  readonly path: string;
  readonly keys: CasesKeys;
  readonly source: YamlText;
}

/** Many cases are more than a policy ever says. */
const LIMITS = { ...YAML_LIMITS, bytes: 1_048_576, entries: 40_000 };

export function parseCases(path: string, yaml: string): Result<CasesText, readonly PolicyProblem[]> {
  const read = readYaml(yaml, LIMITS);
  if (!read.ok) return fail(read.problem.map((problem) => ({ ...problem, kind: "yaml" as const, path, key: "" })));
  const source = read.value;
  const parsed = casesFile.safeParse(source.value);
  if (!parsed.success)
    return fail(
      describeIssues(parsed.error.issues, source.value).map(({ path: at, key, message, hint }) => ({
        ...problemIn({ path, source }, at, { kind: "wrong-value", message, hint }),
        ...(key === undefined ? {} : source.atKey(at, key)),
      })),
    );
  const keys = parsed.data;
  const here = { path, source };
  const twice = keys.cases.flatMap(({ name }, index) =>
    keys.cases.findIndex((one) => one.name === name) === index ? [] : [{ name, index }],
  );
  if (twice.length > 0)
    return fail(
      twice.map(({ name, index }) =>
        problemIn(here, ["cases", index, "name"], {
          kind: "wrong-value",
          message: `there is a case \`${name}\` already`,
          hint: "give each case a name of its own",
        }),
      ),
    );
  if ((keys.preset === undefined) === (keys.policy === undefined))
    return fail([
      problemIn(here, [], {
        kind: "wrong-value",
        message: "it must name either a `preset` or a `policy`",
        hint: "write `preset: small-team`, or `policy: |` and the text of a repository's file",
      }),
    ]);
  return ok({ path, keys, source });
}

/** `submittable` alone is the short form. */
export function outcomeOf({ then }: CaseKeys): Outcome {
  return typeof then === "string" ? { submittable: then === "submittable" } : then;
}
