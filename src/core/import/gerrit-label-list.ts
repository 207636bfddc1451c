/** All labels of a Gerrit project: those it defines, and those that only its rights speak of, which a parent defines. */
import { labelName, type Draft } from "./draft.ts";
import { ruleOf } from "./gerrit-access.ts";
import type { Function } from "./gerrit-functions.ts";
import { readGerritLabel } from "./gerrit-labels.ts";
import type { ConfigEntry, ConfigFile } from "./git-config.ts";
import { Report, type Place } from "./report.ts";

export interface KnownLabel {
  /** Here. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly ofChecks: boolean;
}

export interface LabelList {
  /** By the name in lower case, as Gerrit looks labels up. */
  readonly labels: ReadonlyMap<string, KnownLabel>;
  readonly functions: readonly { readonly name: string; readonly asks: Function; readonly applicableIf?: string }[];
}

interface Definition {
  readonly name: string;
  readonly line: Place;
  readonly entries: ConfigEntry[];
  /** Nothing of it stands in the file. */
  readonly guessed: boolean;
}

export function readLabels({ sections, entries }: ConfigFile, draft: Draft, report: Report): LabelList {
  const defined = new Map<string, Definition>();
  for (const { section, name, line } of sections)
    if (section === "label") {
      if (name === undefined) report.leftOut(line, "[label]", 'it names no label: write `[label "Code-Review"]`');
      else if (!defined.has(name.toLowerCase()))
        defined.set(name.toLowerCase(), { name, line, entries: [], guessed: false });
    }
  for (const entry of entries)
    if (entry.section === "label" && entry.name !== undefined)
      defined.get(entry.name.toLowerCase())?.entries.push(entry);
  for (const [key, inherited] of inheritedLabels(entries)) {
    if (defined.has(key)) continue;
    defined.set(key, inherited);
    report.leftOut(
      inherited.line,
      `label ${inherited.name}`,
      "rights are given on it and it is defined nowhere: its values, copying and function are a guess until the parent's file is given",
    );
  }
  const labels = new Map<string, KnownLabel>();
  const functions: { name: string; asks: Function; applicableIf?: string }[] = [];
  for (const [key, { name, line, entries: own, guessed }] of defined) {
    const here = labelName(draft, name);
    if (here !== name) report.changed(line, `label ${name}`, `it is called \`${here}\` here`);
    const ofChecks = isOfChecks(key, entries);
    const read = readGerritLabel(here, own, { line, ofChecks }, guessed ? new Report() : report);
    if (read === undefined) continue;
    const { label, min, max, asks, applicableIf } = read;
    draft.labels.set(here, label);
    labels.set(key, { name: here, min, max, ofChecks });
    if (asks !== undefined)
      functions.push({ name: here, asks, ...(applicableIf === undefined ? {} : { applicableIf }) });
  }
  return { labels, functions };
}

const SERVICES = new Set(["service users", "non-interactive users"]);

/** Verified, and whatever services alone vote on. */
function isOfChecks(key: string, entries: readonly ConfigEntry[]): boolean {
  if (key === "verified") return true;
  const voters = entries.flatMap(({ section, key: right, value }) =>
    section === "access" && right.toLowerCase() === `label-${key}` ? [ruleOf(value)?.group.toLowerCase() ?? ""] : [],
  );
  return voters.length > 0 && voters.every((group) => SERVICES.has(group));
}

/** From the widest range that a right gives; Code-Review copies as Gerrit sets it up. */
function inheritedLabels(entries: readonly ConfigEntry[]): ReadonlyMap<string, Definition> {
  const found = new Map<string, { name: string; line: Place; min: number; max: number }>();
  for (const { section, key, value, line } of entries) {
    const name = section === "access" ? /^label-(.+)$/i.exec(key)?.[1] : undefined;
    const rule = ruleOf(value);
    if (name === undefined || rule === undefined) continue;
    const before = found.get(name.toLowerCase()) ?? { name, line, min: 0, max: 0 };
    found.set(name.toLowerCase(), {
      ...before,
      min: Math.max(-10, Math.min(before.min, rule.min)),
      max: Math.min(10, Math.max(before.max, rule.max)),
    });
  }
  return new Map(
    [...found].map(([key, { name, line, min, max }]) => {
      const entry = (what: string, value: string): ConfigEntry => ({ section: "label", name, key: what, value, line });
      const values = [...Array(max - min + 1).keys()].map((index) =>
        entry("value", `${min + index} ${signed(min + index)}`),
      );
      const copy =
        key === "code-review"
          ? ["changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR is:MIN"]
          : min < 0
            ? ["is:MIN"]
            : [];
      const guess = [...values, ...copy.map((condition) => entry("copyCondition", condition))];
      return [key, { name, line, entries: guess, guessed: true }];
    }),
  );
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
