/** A policy in the making, and its text: what an import found, with the names and tests that every policy needs. */
import { stringify } from "yaml";
import type { Imported, Remark, Report } from "./report.ts";
import { loadPolicy } from "../policy/load.ts";

export interface DraftLabel {
  readonly values: ReadonlyMap<number, string>;
  readonly copyCondition?: string;
  readonly veto?: "sticky";
  readonly computed?: ReadonlyMap<number, string>;
  readonly branch?: readonly string[];
}

export interface DraftRequirement {
  readonly description?: string;
  readonly applicableIf?: string;
  readonly submittableIf: string;
  readonly overrideIf?: string;
  readonly overridesVeto?: true;
  readonly canOverrideInChildProjects?: true;
}

export interface DraftAccess {
  readonly branch: string;
  readonly exclusive: readonly string[];
  /** Right → group → range. */
  readonly grants: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export interface Draft {
  readonly groups: Map<string, { readonly teams: readonly string[]; readonly users: readonly Person[] }>;
  readonly labels: Map<string, DraftLabel>;
  readonly checks: Map<string, Readonly<Record<string, string | readonly string[]>>>;
  readonly access: DraftAccess[];
  readonly requirements: Map<string, DraftRequirement>;
  owners?: { readonly source: "CODEOWNERS" };
  strategy?: "merge-if-necessary" | "squash" | "rebase";
}

export interface Person {
  readonly login: string;
  readonly id: number;
}

export function emptyDraft(): Draft {
  return {
    groups: new Map(),
    labels: new Map(),
    checks: new Map(),
    access: [],
    requirements: new Map(),
  };
}

/** No organisation can have this name on GitHub (two dashes), so nobody is in its teams until it is replaced. */
export const NO_ORGANISATION = "your--org";

/** A group whose people the file does not give. */
export function placeholderGroup(name: string): {
  readonly teams: readonly string[];
  readonly users: readonly Person[];
} {
  return { teams: [`${NO_ORGANISATION}/${name.toLowerCase()}`], users: [] };
}

/** Letters, digits and single dashes, beginning with a letter; of two that would be alike each is its own by a number. */
export function nameFor(text: string, taken: (name: string) => boolean, joint = "-"): string {
  const plain = text
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .replace(/^[-0-9]+/, "")
    .slice(0, 60)
    .replace(/-+$/, "");
  const name = plain === "" ? "unnamed" : plain;
  if (!taken(name)) return name;
  for (let number = 2; ; number += 1) if (!taken(name + joint + number)) return name + joint + number;
}

/** As `nameFor`, but a number stands behind no dash: `label:CI-2` is a vote. */
export function labelName(draft: Draft, wanted: string): string {
  const has = (name: string) => [...draft.labels.keys()].some((one) => one.toLowerCase() === name.toLowerCase());
  return nameFor(wanted.replaceAll(/[^A-Za-z0-9]+(?=[0-9])/g, ""), has, "");
}

const BUILT_IN = ["parents", "contributors", "shape", "policy", "change-id"];

/** As `nameFor`; what every policy asks for has its names already. */
export function requirementName(draft: Draft, wanted: string): string {
  const names = [...BUILT_IN, ...[...draft.requirements.keys()].map((name) => name.toLowerCase())];
  return nameFor(wanted, (name) => names.includes(name.toLowerCase()));
}

/** A commit that nothing tested never lands here: a draft that asks for no check gets one, and says so. */
export function needsTests(draft: Draft, report: Report): void {
  const named = draft.checks.size > 0;
  if (!named) draft.checks.set("test", { job: "test", workflow: ".github/workflows/ci.yml" });
  const computed = [...draft.labels].flatMap(([name, label]) =>
    label.computed === undefined ? [] : [`label:${name}`],
  );
  const asked = [...draft.requirements.values()].some(
    ({ applicableIf, submittableIf }) =>
      applicableIf === undefined && ["check:ALL=success", ...computed].some((test) => submittableIf.includes(test)),
  );
  if (asked) return;
  draft.requirements.set(requirementName(draft, "Tests"), {
    description: "Every check passes on exactly the commit that lands",
    submittableIf: "check:ALL=success",
  });
  report.changed(
    0,
    "tests",
    named
      ? "the file asks for checks in some of its rules; here nothing lands untested: this asks every change for all of them"
      : "the file asks for no test result; here nothing lands untested: name your jobs in place of `checks: {test: …}`",
  );
}

/** The text, with what was left out at its head, where nobody can lose it. */
export function written(draft: Draft, report: Report, from: string): Imported {
  needsTests(draft, report);
  const policy = {
    version: 1,
    mode: "observe",
    ...(draft.groups.size === 0
      ? {}
      : { groups: new Map([...draft.groups].map(([name, group]) => [name, full(group)])) }),
    labels: new Map([...draft.labels].map(([name, label]) => [name, full(label)])),
    checks: draft.checks,
    access: draft.access.map(({ branch, exclusive, grants }) => ({
      branch,
      ...(exclusive.length === 0 ? {} : { exclusive }),
      ...Object.fromEntries(grants),
    })),
    submitRequirements: draft.requirements,
    ...(draft.owners === undefined ? {} : { owners: draft.owners }),
    ...(draft.strategy === undefined ? {} : { pipelines: { gate: { strategy: draft.strategy } } }),
  };
  const text = stringify(policy, { lineWidth: 0, aliasDuplicateObjects: false });
  const loaded = loadPolicy(text, {});
  if (!loaded.ok)
    for (const { key, message, hint } of loaded.problem)
      report.leftOut(0, `the policy that was written, ${key === "" ? "as a whole" : key}`, `${message}; ${hint}`);
  const remarks = report.remarks();
  return { policy: [...head(remarks, from), text].join("\n"), remarks };
}

/** Of what was left out, at the head: a policy is a page. */
const MOST_TOLD = 100;

function head(remarks: Imported["remarks"], from: string): readonly string[] {
  const open = remarks.filter(({ fate }) => fate === "left-out");
  const alike = new Map<string, Remark[]>();
  for (const remark of open) {
    const before = alike.get(remark.how);
    if (before === undefined) alike.set(remark.how, [remark]);
    else before.push(remark);
  }
  const told = [...alike].slice(0, MOST_TOLD);
  return [
    `# Converted from ${from} by \`plustwo policy import\`. It only observes until \`mode\` says otherwise.`,
    `# Teams of \`${NO_ORGANISATION}\` stand for groups of the old place: write yours.`,
    ...(open.length === 0 ? [] : ["# Left out, to be decided:"]),
    ...told.map(([how, all]) => `# - ${safe(whatIsOpen(all))}: ${safe(how)}`),
    ...(alike.size > told.length ? [`# - and ${alike.size - told.length} more, which the report tells`] : []),
    "",
  ];
}

function whatIsOpen(alike: readonly Remark[]): string {
  const [first] = alike;
  const places = alike.flatMap(({ file, line }) =>
    line === 0 ? [] : [`${file === undefined ? "" : `${file}:`}${line}`],
  );
  const more = alike.length === 1 ? "" : ` and ${alike.length - 1} more`;
  const where =
    places.length === 0 ? "" : ` (line ${places.slice(0, 20).join(", ")}${places.length > 20 ? ", …" : ""})`;
  return `${first?.construct.slice(0, 120) ?? ""}${more}${where}`;
}

/** One line of a comment: no control character may end it. */
function safe(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, " ").slice(0, 400);
}

/** Without lists and maps that are empty. */
function full(record: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([, value]: readonly [string, unknown]) =>
        value !== undefined &&
        !(Array.isArray(value) && value.length === 0) &&
        !(value instanceof Map && value.size === 0),
    ),
  );
}
