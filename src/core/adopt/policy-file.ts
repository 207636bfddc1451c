/** The text of `.github/plustwo.yml` that `init` proposes: observe mode, people by id, the project's own checks. */
import { CI_PATH } from "./files.ts";
import { CHECK_NAMES, type Mapping, type Source } from "./mapping.ts";

export interface CoreUser {
  readonly login: string;
  readonly id: number;
}

export interface CoreTeam {
  /** `org/slug`. */
  readonly teams: readonly string[];
  readonly users: readonly CoreUser[];
}

export const PRESETS = ["openstack", "small-team"] as const;
export type PresetName = (typeof PRESETS)[number];

export interface PolicyProposal {
  readonly preset: PresetName;
  readonly target: string;
  readonly core: CoreTeam & { readonly from: string };
  readonly mapping: Mapping;
}

export const POLICY_PATH = ".github/plustwo.yml";

export function policyText({ preset, target, core, mapping }: PolicyProposal): string {
  return [
    `# What must be true before a change lands on ${target}. It is read at the tip of ${target}, never in the change it judges,`,
    "# and whatever is missing or not understood closes the gate. `plustwo doctor` says what is wrong with it.",
    "version: 1",
    `extends: preset:${preset}`,
    "",
    "# observe: a neutral check on every pull request, no comments, nothing blocked. Start here.",
    "# advise: the check says what is missing. enforce: the gate tests changes and lands them.",
    "mode: observe",
    "",
    "groups:",
    `  # Whose approval counts. Guessed from ${core.from}: correct it. The id decides, not the login.`,
    "  core:",
    ...coreLines(core),
    "",
    ...checkLines(preset, mapping),
  ]
    .join("\n")
    .replace(/\n*$/, "\n");
}

function coreLines({ teams, users }: CoreTeam): readonly string[] {
  return [
    ...(teams.length === 0 ? [] : [`    teams: [${teams.map(scalar).join(", ")}]`]),
    ...(users.length === 0 ? [] : ["    users:"]),
    ...users.map(({ login, id }) => `      - { login: ${scalar(login)}, id: ${id} }`),
  ];
}

function checkLines(preset: PresetName, { checks }: Mapping): readonly string[] {
  const found = Object.entries(checks).flatMap(([name, sources]) => (sources.length > 0 ? [name] : []));
  const lines = [
    "# Where the results come from; `*` stands for anything. Every one of them must pass on the commit that lands.",
    "checks:",
  ];
  // The jobs of the CI template, which is written where there is no workflow.
  if (found.length === 0)
    return [...lines, ...CHECK_NAMES.map((name) => `  ${name}: { job: ${name}, workflow: ${CI_PATH} }`)];
  const names: readonly string[] = preset === "openstack" ? CHECK_NAMES : found;
  return [...lines, ...names.flatMap((name) => entryLines(name, checks))];
}

/** A check without a job of its own would be waited for for ever: another's stand in for it. */
function entryLines(name: string, checks: Mapping["checks"]): readonly string[] {
  const has = (other: string): boolean => (checks[other] ?? []).length > 0;
  const standIn = ["unit", "integration", "style"].find(has) ?? name;
  const own = has(name);
  return [
    ...(own ? [] : [`  # No job looked like ${name}; those of ${standIn} stand in for it.`]),
    `  ${name}:`,
    ...(checks[own ? name : standIn] ?? []).map((source) => `    - { ${fields(source).join(", ")} }`),
  ];
}

function fields(source: Source): readonly string[] {
  switch (source.kind) {
    case "job":
      return [
        `job: ${scalar(source.pattern)}`,
        `workflow: ${scalar(source.workflow)}`,
        ...(source.sometimes ? ["required: if-present", "allow: [skipped]"] : []),
      ];
    case "check-run":
      return [`job: ${scalar(source.pattern)}`, `app: { slug: ${scalar(source.app.slug)}, id: ${source.app.id} }`];
    case "status":
      return [`status: ${scalar(source.pattern)}`, `by: { login: ${scalar(source.app.slug)}, id: ${source.app.id} }`];
  }
}

/** Plain where YAML reads it as the same text, else quoted. */
function scalar(text: string): string {
  return /^[A-Za-z_.][A-Za-z0-9_./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|~)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
