/**
 * What a policy may say. A repository's (or organisation's) file may use the narrow set; only a preset, which ships with the
 * program, may define labels, rights and requirements. Defaults are filled in by `load.ts`, where layers are merged.
 */
import { z } from "zod";

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*$/, "letters, digits and single dashes, starting with a letter");
const login = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\[bot\])?$/, "a login, such as `alice`");
const id = z.int().positive();
const duration = z.string().regex(/^\d{1,9}(?:ms|s|m|h|d|w)$/, "a duration with its unit, such as `30s`");

const group = z
  .strictObject({
    teams: z
      .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9][A-Za-z0-9._-]*$/, "a team written `org/slug`"))
      .optional()
      .describe("Teams whose members are in the group, as `org/slug`."),
    users: z
      .array(z.strictObject({ login, id }))
      .optional()
      .describe("People by login and numeric id; the id decides, because logins can be renamed and claimed by others."),
  })
  .describe("Who is in the group: members of any of the teams, and the people named.");

const pattern = z.string().min(1).max(200);
const entry = z.strictObject({
  job: pattern
    .optional()
    .describe(
      "Name of the job or check run as its producer gives it; `*` stands for any characters: `test (*)`, `build / unit`. Default: the check's own name.",
    ),
  workflow: z
    .string()
    .regex(/^\.github\/workflows\/[^/]+\.ya?ml$/, "a path such as `.github/workflows/ci.yml`")
    .optional()
    .describe("The workflow file the job must come from. Default: `.github/workflows/ci.yml`."),
  app: z
    .strictObject({ slug: z.string().min(1), id })
    .optional()
    .describe("The app whose check runs count, in place of jobs of GitHub Actions."),
  status: pattern.optional().describe("Context of a commit status, in place of `job`; needs `by`. `*` as in `job`."),
  by: z
    .strictObject({ login, id })
    .optional()
    .describe("The account whose statuses count: anybody with write access can set one. The id decides."),
  required: z
    .enum(["always", "if-present"])
    .optional()
    .describe(
      "always (default): there must be a result. if-present: there may be none, once it is settled that none comes.",
    ),
  allow: z
    .array(z.enum(["skipped", "neutral"]))
    .max(2)
    .optional()
    .describe("What passes besides success, such as `[skipped]` for jobs that leave out what a change does not touch."),
  within: duration.optional().describe("How long a result may take to appear before it counts as absent. Default: 5m."),
});
const check = z
  .union([entry, z.array(entry).min(1).max(50)])
  .describe(
    "The producers whose results count for this check, one or several: each must be there, and everything that matches must succeed. Results of the same name from elsewhere are shown, never counted.",
  );

const version = z.literal(1).describe("The version of this format.");
const groups = z.record(name, group).describe("Groups of people, by the names the preset expects, such as `core`.");
const checks = z
  .record(name, check)
  .describe("Where the checks come from, by name: those the preset expects, and others of the repository's own.");
const pipelines = z
  .strictObject({
    gate: z
      .strictObject({
        strategy: z
          .enum(["auto", "merge-if-necessary", "squash", "rebase"])
          .optional()
          .describe(
            "How a change lands. auto (default): merge-if-necessary where the repository allows merge commits, else squash, else rebase.",
          ),
        settle: duration
          .optional()
          .describe("How long a red job is provisional in the gate, in case somebody reruns it. Default: 30s."),
        start: duration
          .optional()
          .describe(
            "How long the gate waits for a run to start on its commit before the build counts as lost. Default: 10m.",
          ),
        progress: duration
          .optional()
          .describe("How long no job of a build may change its state before the build counts as lost. Default: 60m."),
        timeout: duration
          .optional()
          .describe("How long a job of a build may take in all. Default: chosen from how long it usually takes."),
      })
      .optional(),
  })
  .describe("Settings of the pipelines.");
const shape = z
  .enum(["any", "one-commit"])
  .describe("any (default): a change may have several commits. one-commit: it has exactly one.");

export const repositoryPolicy = z
  .strictObject({
    version,
    extends: z
      .string()
      .regex(/^preset:[a-z][a-z0-9-]*$/, "a preset, such as `preset:openstack`")
      .optional()
      .describe("The preset this policy builds on, such as `preset:openstack`."),
    mode: z
      .enum(["observe", "advise", "enforce"])
      .optional()
      .describe(
        "observe: a neutral check and nothing else (default). advise: the check says what is missing. enforce: the gate lands changes.",
      ),
    shape: shape.optional(),
    groups: groups.optional(),
    checks: checks.optional(),
    pipelines: pipelines.optional(),
  })
  .describe("plustwo policy of a repository: `.github/plustwo.yml` on the target branch.");

const values = z.record(z.string().regex(/^[+-]?\d{1,4}$/, "a whole number"), z.string());
const expression = z.string();

const label = z.strictObject({
  values,
  copyCondition: expression.optional(),
  veto: z.enum(["none", "sticky"]).optional(),
  computed: z.record(z.string().regex(/^[+-]?\d{1,4}$/, "a whole number"), expression).optional(),
});

const requirement = z.strictObject({
  description: z.string(),
  noun: z.string().optional(),
  applicableIf: expression.optional(),
  submittableIf: expression,
  overrideIf: expression.optional(),
  overridesVeto: z.boolean().optional(),
});

const access = z
  .object({ branch: z.string().min(1) })
  .catchall(z.record(z.string(), z.string().regex(/^[+-]?\d{1,4}\.\.[+-]?\d{1,4}$/, "a range such as `-2..+2`")));

export const presetPolicy = z.strictObject({
  version,
  expects: z.strictObject({ groups: z.array(name), checks: z.union([z.array(name), z.literal("any")]) }),
  labels: z.record(name, label),
  access: z.array(access),
  submitRequirements: z.record(name, requirement),
  identities: z.array(z.array(z.strictObject({ login, id })).min(2)).optional(),
  identity: z.strictObject({
    unknownContributors: z.enum(["block", "warn"]),
    suggestionsMakeContributors: z.boolean(),
  }),
  shape: shape.optional(),
  pipelines: pipelines.optional(),
});

export type CheckKeys = z.infer<typeof entry>;
export type RepositoryPolicy = z.infer<typeof repositoryPolicy>;
export type PresetPolicy = z.infer<typeof presetPolicy>;

/** JSON Schema of the repository's file, for editors; `policies/policy.schema.json` is this, and a test says so. */
export function policyJsonSchema(): object {
  return {
    title: "plustwo policy",
    ...z.toJSONSchema(repositoryPolicy, { target: "draft-2020-12", io: "input" }),
  };
}
