/** Gerrit's groups: its file `groups` says which there are, nobody's file says who is in them. */
import { nameFor, placeholderGroup, type Draft } from "./draft.ts";
import type { Report } from "./report.ts";

/** UUID, then the name, divided by a tab; `#` begins a comment. */
export interface GroupsFile {
  readonly names: ReadonlyMap<string, string>;
  readonly uuids: ReadonlyMap<string, string>;
}

/** undefined: it is no such file. */
export function parseGroupsFile(text: string): GroupsFile | undefined {
  const names = new Map<string, string>();
  const uuids = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, uuid, name] = /^\s*([^\t]*[^\s])\s*\t\s*(\S.*?)\s*$/.exec(line.slice(0, 1_000)) ?? [];
    if (uuid === undefined || name === undefined) return undefined;
    names.set(uuid, name);
    uuids.set(name.toLowerCase(), uuid);
  }
  return { names, uuids };
}

/** Everybody, and who opened the change: not groups here, but words of `access`. Of Gerrit's own groups, by UUID or by name. */
const WORDS: ReadonlyMap<string, "anyone" | "owner"> = new Map([
  ["global:registered-users", "anyone"],
  ["global:anonymous-users", "anyone"],
  ["global:change-owner", "owner"],
  ["registered users", "anyone"],
  ["anonymous users", "anyone"],
  ["change owner", "owner"],
]);

export interface GroupNames {
  /** Of a name or a UUID, the name here; a group that was not asked for before is added to the draft. */
  readonly nameOf: (name: string) => string;
  /** The same for `access`, where two of Gerrit's groups are words. */
  readonly whoOf: (name: string) => string;
  readonly isKnown: (name: string) => boolean;
}

/** `listed`: what the file `groups` says, undefined: there is none. */
export function groupNamesFor(draft: Draft, listed: GroupsFile | undefined, report: Report): GroupNames {
  const known = new Map<string, string>();
  const called = (name: string) => listed?.names.get(name) ?? name;
  const nameOf = (given: string): string => {
    const name = called(given);
    const before = known.get(name.toLowerCase());
    if (before !== undefined) return before;
    const here = nameFor(
      name,
      (taken) =>
        ["anyone", "owner"].includes(taken.toLowerCase()) ||
        [...draft.groups.keys()].some((one) => one.toLowerCase() === taken.toLowerCase()),
    );
    known.set(name.toLowerCase(), here);
    draft.groups.set(here, placeholderGroup(here));
    const unlisted = listed !== undefined && !listed.uuids.has(name.toLowerCase());
    report.changed(
      0,
      `group ${name}`,
      `who is in it only Gerrit knows: write its team into \`groups.${here}\`${
        unlisted ? "; the file `groups` does not list it, so Gerrit gives it nothing" : ""
      }`,
    );
    return here;
  };
  return {
    nameOf,
    whoOf(given) {
      const name = called(given);
      const uuid = listed?.uuids.get(name.toLowerCase());
      return WORDS.get((uuid ?? name).toLowerCase()) ?? WORDS.get(name.toLowerCase()) ?? nameOf(name);
    },
    isKnown: (name) => known.has(called(name).toLowerCase()) || listed?.uuids.has(name.toLowerCase()) === true,
  };
}
