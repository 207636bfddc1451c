/**
 * Several files `project.config`, the parent's before its child's, as the one that is in force. A child's label or submit requirement
 * replaces the parent's whole, where the parent lets it; of rights on one ref the child's count, and `exclusiveGroupPermissions`
 * leaves the parent's on that ref out. Source: Gerrit, "Label Inheritance", "Submit Requirement Inheritance", PermissionCollection.
 */
import { ruleOf } from "./gerrit-access.ts";
import { isTrue } from "./gerrit-copying.ts";
import type { ConfigEntry, ConfigFile } from "./git-config.ts";
import type { Report } from "./report.ts";

export interface NamedConfig extends ConfigFile {
  readonly file: string;
}

/** One file alone is in force as it is, but for rights that are given twice. */
export function inForce(files: readonly NamedConfig[], report: Report): ConfigFile {
  const dropped = [
    ...replaced(files, "label", (entries) => valueOf(entries, "canOverride", true)),
    ...replaced(files, "submit-requirement", (entries) => valueOf(entries, "canOverrideInChildProjects", false)),
  ];
  for (const { file, section, name, why } of dropped) {
    const found = file.sections.find((one) => one.section === section && sameName(one.name, name));
    report.kept(found?.line ?? 0, `${section} ${name}`, why);
  }
  const keys = new Set(dropped.map(({ file, section, name }) => `${file.file}\0${section}\0${name.toLowerCase()}`));
  const isDropped = ({ file }: NamedConfig, section: string, name = "") =>
    keys.has(`${file}\0${section}\0${name.toLowerCase()}`);
  return {
    sections: files.flatMap((file) => file.sections.filter(({ section, name }) => !isDropped(file, section, name))),
    entries: [
      ...files.flatMap((file) =>
        file.entries.filter(({ section, name }) => section !== "access" && !isDropped(file, section, name)),
      ),
      ...rightsInForce(files, report),
    ],
  };
}

interface Dropped {
  readonly file: NamedConfig;
  readonly section: string;
  readonly name: string;
  readonly why: string;
}

/** Definitions that another file's replace, or that the parent does not let replace its own. */
function replaced(
  files: readonly NamedConfig[],
  section: "label" | "submit-requirement",
  mayBeReplaced: (entries: readonly ConfigEntry[]) => boolean,
): readonly Dropped[] {
  const dropped: Dropped[] = [];
  const defined = new Map<string, { readonly file: NamedConfig; readonly free: boolean }>();
  for (const file of files)
    for (const name of new Set(
      file.sections.flatMap((one) => (one.section === section && one.name !== undefined ? [one.name] : [])),
    )) {
      const own = file.entries.filter((one) => one.section === section && sameName(one.name, name));
      const before = defined.get(name.toLowerCase());
      if (before?.file === file) continue;
      if (before?.free === false) {
        dropped.push({
          file,
          section,
          name,
          why: `as in Gerrit it counts for nothing: ${before.file.file} does not let it be replaced`,
        });
        continue;
      }
      const empty = section === "submit-requirement" && !own.some(({ key }) => key.toLowerCase() === "submittableif");
      if (before !== undefined && empty) {
        dropped.push({
          file,
          section,
          name,
          why: `as in Gerrit it counts for nothing without submittableIf: ${before.file.file}'s stays`,
        });
        continue;
      }
      if (before !== undefined)
        dropped.push({
          file: before.file,
          section,
          name,
          why: `that of ${file.file} stands in its place, as in Gerrit`,
        });
      defined.set(name.toLowerCase(), { file, free: mayBeReplaced(own) });
    }
  return dropped;
}

/** Of two rules for one group on one ref the nearest file's first one counts. */
function rightsInForce(files: readonly NamedConfig[], report: Report): readonly ConfigEntry[] {
  const seen = new Set<string>();
  const exclusive = new Set<string>();
  const kept: ConfigEntry[][] = [];
  for (const { entries } of [...files].reverse()) {
    const own = entries.filter(({ section }) => section === "access");
    kept.unshift(
      own.filter((entry) => {
        const { name: ref = "", key, value, line } = entry;
        if (!/^label-/i.test(key)) return true;
        const right = `${ref}\0${key.toLowerCase()}`;
        const rule = `${right}\0${ruleOf(value)?.group.toLowerCase() ?? value}`;
        const overruled = exclusive.has(right) || seen.has(rule);
        seen.add(rule);
        if (overruled)
          report.kept(
            line,
            `access "${ref}": ${key} = ${value}`,
            "as in Gerrit it counts for nothing: another rule on this ref comes first",
          );
        return !overruled;
      }),
    );
    for (const { name: ref = "", key, value } of own)
      if (key.toLowerCase() === "exclusivegrouppermissions")
        for (const right of value.split(/[\s,]+/)) exclusive.add(`${ref}\0${right.toLowerCase()}`);
  }
  return kept.flat();
}

function valueOf(entries: readonly ConfigEntry[], key: string, otherwise: boolean): boolean {
  const found = entries.findLast((entry) => entry.key.toLowerCase() === key.toLowerCase());
  return found === undefined ? otherwise : isTrue(found.value);
}

function sameName(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase();
}
