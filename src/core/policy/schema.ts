/**
 * What a policy may say: one form for every layer, the preset, the organisation's file and the repository's. What a layer leaves
 * out is filled in by `load.ts`, where layers are merged; a preset also says what it expects of the files.
 */
import { z } from "zod";
import { LOGIN } from "../login.ts";

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*$/, "letters, digits and single dashes, starting with a letter");
const login = z.string().regex(LOGIN, "a login, such as `alice`");
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

const folder = z
  .string()
  .regex(/^(?!\/)(?!\.{1,2}(?:\/|$))[\w.-]+(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)*$/, "a folder such as `schedules`")
  .max(200);
const cycle = z
  .strictObject({
    files: folder.describe("Schedules by cycle, `<files>/<cycle>/schedule.yaml`, and `<files>/freezes.yaml`."),
    exceptions: folder
      .optional()
      .describe("Exceptions from freezes, `<exceptions>/<cycle>/<pull request>.yaml`. Default: `exceptions`."),
  })
  .describe("Where the release cycle's files are, on the default branch: its freezes are those of `freeze:active`.");

const globs = z.array(z.string().min(1).max(300)).min(1).max(100);
const notes = z
  .strictObject({
    folder: folder.optional().describe("Where the notes are. Default: any `releasenotes/notes`."),
    neededFor: globs
      .optional()
      .describe("Paths that need a note, such as `src/*`; `*` crosses `/`. Default: every change needs one."),
    except: globs.optional().describe("Of those the paths that need none, such as `*.md`."),
  })
  .describe("Which changes need a release note: what `has:release-note` asks for.");

const forks = z
  .strictObject({
    reviewBases: z
      .union([z.literal("off"), name])
      .describe(
        "A label whose greatest vote lets the service put a change from a fork under `review-base/…`, so that the change above it shows its own commits alone; or off (default).",
      ),
  })
  .describe("How changes from forks are shown.");

const expression = z.string().max(8_192);
const whole = z.string().regex(/^[+-]?\d{1,4}$/, "a whole number");
const branches = z.union([pattern, z.array(pattern).min(1).max(50)]);

const label = z.strictObject({
  values: z
    .record(whole, z.string().max(200))
    .describe("Every value a vote can have, without gaps, with what it says."),
  copyCondition: expression
    .optional()
    .describe("Which votes move on to the next patch set: `changekind:NO_CHANGE OR is:MIN`. Default: none."),
  veto: z
    .enum(["none", "sticky"])
    .optional()
    .describe("sticky: the lowest value stays until its author votes again. Default: none."),
  computed: z
    .record(whole, expression)
    .optional()
    .describe("Nobody votes: the label has the lowest value whose condition holds."),
  branch: branches
    .optional()
    .describe("The label is there on changes for these branches; `*` stands for any characters. Default: all."),
});

const requirement = z.strictObject({
  description: z.string().max(500).optional().describe("One sentence for people. Default: the name."),
  noun: z.string().max(80).optional().describe("What people call one of what is needed: `core approval`."),
  applicableIf: expression.optional().describe("For which changes it is asked at all. Default: all."),
  submittableIf: expression.describe("What has to hold."),
  overrideIf: expression
    .optional()
    .describe("What makes it hold all the same; has to repeat the vetoes of submittableIf."),
  overridesVeto: z.boolean().optional().describe("The override is meant to hold although a veto stands."),
  canOverrideInChildProjects: z
    .boolean()
    .optional()
    .describe(
      "A later layer may define it, and what it depends on, anew. Default: false, which locks it with its labels, rights, groups, checks and identities.",
    ),
});

const access = z
  .object({
    branch: pattern.describe("`*` stands for any characters, `/` included."),
    exclusive: z
      .array(z.string().regex(/^label-[A-Za-z]/, "a right such as `label-Code-Review`"))
      .optional()
      .describe("For these rights, lines with wider patterns do not count on the branches that match."),
  })
  .catchall(z.record(name, z.string().regex(/^[+-]?\d{1,4}\.\.[+-]?\d{1,4}$/, "a range such as `-2..+2`")))
  .describe("Who may vote what: `label-Code-Review: { anyone: -1..+1, core: -2..+2 }`.");

const source = z.enum(["CODEOWNERS", "OWNERS"]);
const owners = z
  .strictObject({
    source: source.optional().describe("Where owners are written down, in place of `sources`."),
    sources: z
      .array(source)
      .min(1)
      .max(2)
      .optional()
      .describe("The first that is there speaks for the whole tree. Default: CODEOWNERS, then OWNERS."),
    fallback: z
      .enum(["none", "anyone"])
      .optional()
      .describe(
        "Whose approval a path without an owner needs: nobody's can do (none, default), or anyone's who may vote.",
      ),
    stickyPerFile: z
      .boolean()
      .optional()
      .describe("Only false: which approvals reach the next patch set is what the label's copyCondition says."),
    renames: z
      .literal("both")
      .optional()
      .describe("A renamed file needs the owners of both its places; there is no other way."),
    minApprovers: z
      .record(pattern, z.int().min(1).max(20))
      .optional()
      .describe(
        "How many owners a path needs, by a pattern: as in CODEOWNERS (`/src/crypto/`), or from `^` on an expression for the whole path.",
      ),
    allOf: z
      .record(pattern, z.array(name).min(1).max(20))
      .optional()
      .describe("Groups each of which has to approve a path beside its owners, by a pattern as in `minApprovers`."),
    vote: z
      .strictObject({ label: name, value: z.int().min(1).max(9_999) })
      .optional()
      .describe("What an owner's approval is: a standing vote of at least this. Default: Code-Review +1."),
  })
  .describe("Who owns which paths, and what their approval is.");

const local = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?)?$/, "a day or a time such as `2026-09-01T00:00`");
const freeze = z.strictObject({
  name: name.describe("What people read: `frozen by feature-freeze until …`."),
  branches: branches.describe("`*` stands for any characters."),
  from: local.describe("The first moment of the freeze."),
  to: local.describe("The first moment after it."),
  timezone: z.string().min(1).max(80).optional().describe("An IANA zone such as `Europe/Berlin`. Default: UTC."),
  except: expression.optional().describe("The freeze is none for changes for which this holds."),
});

const override = z.strictObject({
  group: name.describe("Who may ask for it."),
  people: z.int().min(1).max(20).optional().describe("How many different people of the group have to ask. Default: 2."),
  requireReason: z.boolean().optional().describe("Default: true."),
  expires: duration.describe("How long after the last person's word it holds."),
  lifts: z.array(name).min(1).max(50).describe("The requirements it lifts; nothing else is."),
  overridesVeto: z
    .boolean()
    .optional()
    .describe("It lifts a requirement although a veto stands in it. Default: false."),
  notify: z.enum(["comment", "none"]).optional().describe("Where it is announced. Default: comment."),
});

const releases = z
  .strictObject({
    files: z
      .string()
      .regex(/^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/, "a folder such as `deliverables`")
      .max(200)
      .optional()
      .describe("The folder of release files, on the default branch: what is merged there is tagged by the service."),
    from: z
      .array(z.string().regex(/^[\w.-]+\/[\w.-]+$/, "a repository such as `acme/releases`"))
      .max(20)
      .optional()
      .describe("Repositories of the same owner whose release files may tag this one."),
    signed: z
      .boolean()
      .optional()
      .describe(
        "No tag is made without a signature: nothing is released while the service has no key. Default: false.",
      ),
  })
  .describe("Releases are reviewed changes: which files ask for tags, branches and releases.");

const layer = {
  shape: shape.optional(),
  groups: groups.optional(),
  identities: z
    .array(z.array(z.strictObject({ login, id })).min(2).max(20))
    .optional()
    .describe("Accounts of one human, each a list: they count once, and one of them that contributed is all of them."),
  labels: z.record(name, label).optional().describe("What people vote on, by name."),
  checks: checks.optional(),
  access: z.array(access).optional().describe("Who may vote what, by branch. Without a line that matches nobody may."),
  submitRequirements: z
    .record(name, requirement)
    .optional()
    .describe("What has to hold before a change may enter the gate, and again before it lands."),
  owners: owners.optional(),
  freezes: z.array(freeze).max(200).optional().describe("When nothing lands on which branches."),
  overrides: z
    .record(name, override)
    .optional()
    .describe("How several people may lift named requirements of one patch set for a while, with a reason."),
  identity: z
    .strictObject({
      unknownContributors: z
        .enum(["block", "warn"])
        .optional()
        .describe("block: a change that somebody unknown worked on waits. Default: warn."),
      suggestionsMakeContributors: z
        .boolean()
        .optional()
        .describe("Whoever's committed suggestion is in the change is a contributor. Default: true."),
      onBehalfOf: z
        .literal(true)
        .optional()
        .describe("Whoever asked a bot for the change is a contributor. Always so; it can be written, not changed."),
    })
    .optional()
    .describe("Who counts as somebody who worked on a change, and so cannot approve it."),
  pipelines: pipelines.optional(),
  releases: releases.optional(),
  cycle: cycle.optional(),
  notes: notes.optional(),
  forks: forks.optional(),
  explain: z
    .strictObject({
      people: z
        .enum(["names", "counts"])
        .optional()
        .describe("Whether what is still needed is told with the names of those who could give it. Default: names."),
    })
    .optional()
    .describe("How much the verdict tells."),
};

/** A file of a repository or of an organisation. */
export const policyFile = z
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
    dialect: z
      .enum(["strict", "gerrit"])
      .optional()
      .describe(
        "How the expressions of this file are read: strict (default), or gerrit, as Gerrit reads them where that is safe, and refused where it is not. For those who migrate; presets are strict.",
      ),
    ...layer,
  })
  .describe(
    "plustwo policy: `.github/plustwo.yml` on the target branch, and in `<org>/.github` for all of an organisation.",
  );

/** A preset: the same, and what it expects of the files that build on it. */
export const presetPolicy = z.strictObject({
  version,
  expects: z.strictObject({
    /** Groups that a file has to define. */
    groups: z.array(name).optional(),
    /** Checks that have to pass; `any`: all that the files name, at least one. */
    checks: z.union([z.literal("any"), z.array(name)]).optional(),
    /** Groups that a file may define; where none does they are the group named. */
    defaults: z.record(name, name).optional(),
  }),
  ...layer,
});

export type CheckKeys = z.infer<typeof entry>;
export type PolicyFile = z.infer<typeof policyFile>;
export type PresetPolicy = z.infer<typeof presetPolicy>;
/** What every layer has in common. */
export type LayerKeys = Omit<PolicyFile, "extends" | "mode">;
export type LabelKeys = z.infer<typeof label>;
export type RequirementKeys = z.infer<typeof requirement>;
export type AccessKeys = z.infer<typeof access>;
export type OwnersKeys = z.infer<typeof owners>;
export type FreezeKeys = z.infer<typeof freeze>;
export type OverrideKeys = z.infer<typeof override>;

/** JSON Schema of a policy file, for editors; `policies/policy.schema.json` is this, and a test says so. */
export function policyJsonSchema(): object {
  return {
    title: "plustwo policy",
    ...z.toJSONSchema(policyFile, { target: "draft-2020-12", io: "input" }),
  };
}
