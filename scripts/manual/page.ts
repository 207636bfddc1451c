/**
 * The generated parts of a manual page. Each stands between `.\" generated: NAME` and `.\" end of NAME`; all around is written by
 * hand. Inside, prose may follow an entry: it begins with `.\" more: KEY` (`--dry-run`, `vote`, `vote --message`) and is kept as
 * it is. Prose whose entry has gone is an error, so that nothing written is lost without a word.
 */
import { all, nameOf, type Described, type DescribedOption } from "./described.ts";
import { bold, flagsText, sentence, text, usage, valueText } from "./roff.ts";

/** By the name of the part: its lines, with a place for prose after each entry. */
export type Parts = Readonly<Record<string, readonly Entry[]>>;

export interface Entry {
  readonly lines: readonly string[];
  /** What prose of it is called; absent = it has none. */
  readonly key?: string;
}

const PART = /^\.\\" generated: (\S+)\n([\s\S]*?)^\.\\" end of \1\n/gm;
const MORE = /^\.\\" more: (.+)\n((?:(?!\.TP|\.SS|\.\\").*\n)*)/gm;

/** The page with its parts written anew. Throws where it lacks a part, or has prose or a part that nothing stands for. */
export function rewrite(page: string, parts: Parts): string {
  const left = new Set(Object.keys(parts));
  const written = page.replaceAll(PART, (_, name: string, before: string) => {
    const entries = parts[name];
    if (entries === undefined) throw new Error(`The page has a part "${name}" that the generator does not know`);
    left.delete(name);
    return `.\\" generated: ${name}\n${fill(entries, proseIn(before)).join("\n")}\n.\\" end of ${name}\n`;
  });
  if (left.size > 0) throw new Error(`The page lacks the part "${[...left].join('", "')}"`);
  return written;
}

export function synopsis(commands: readonly Described[]): readonly Entry[] {
  return [{ lines: [".nf"] }, ...commands.map((one) => ({ lines: [usage(one)] })), { lines: [".fi"] }];
}

/** The places and options of one command, as a list; options that `-h` shows under headings have them here, too. */
export function list(command: Described, prefix = ""): readonly Entry[] {
  return [
    ...command.places.map((place) => ({
      lines: [".TP", valueText(place), text(sentence(place.summary))],
      key: `${prefix}${place.name}`,
    })),
    ...command.options.map((option, index, options) => {
      const { group } = option;
      const heading = group === undefined || options[index - 1]?.group === group ? [] : [`.SS ${group}`];
      return {
        lines: [...heading, ".TP", flagsText(option), text(told(option))],
        key: `${prefix}${nameOf(option)}`,
      };
    }),
  ];
}

/** `Of -t and -T only one may be given.` */
export function exclusive({ options }: Described, groups: readonly (readonly string[])[]): readonly Entry[] {
  const short = (name: string): string => options.find((one) => nameOf(one) === `--${name}`)?.flags[0] ?? `--${name}`;
  const sets = groups.map((group) => group.map((name) => bold(short(name))));
  const listed = sets.map((set) => `${set.slice(0, -1).join(", ")} and ${set.at(-1) ?? ""}`);
  return [{ lines: [".PP", `Only one of each may be given: ${listed.join("; ")}.`] }];
}

/** Each command under a heading of its own, then its places and options. `-h` is said once for all. */
export function commands(named: readonly Described[]): readonly Entry[] {
  return named.flatMap(all).flatMap((command) => {
    const key = command.path.slice(1).join(" ");
    const options = command.options.filter((option) => nameOf(option) !== "--help");
    const heading = [command.path.join(" "), ...command.places.map(plainPlace)].join(" ");
    return [
      { lines: [`.SS "${heading.replaceAll("-", "\\-")}"`, text(sentence(command.summary))], key },
      ...list({ ...command, options }, `${key} `),
    ];
  });
}

function plainPlace({ name, required, several }: Described["places"][number]): string {
  const shown = `${name}${several ? "..." : ""}`;
  return required ? shown : `[${shown}]`;
}

function told({ summary, value, fallback }: DescribedOption): string {
  const words = value?.kind.kind === "words" ? value.kind.words : [];
  const choices = words.every((word) => summary.includes(word)) ? "" : ` One of ${words.join(", ")}.`;
  return `${sentence(summary)}${choices}${fallback === undefined ? "" : ` Default: ${fallback}.`}`;
}

function proseIn(part: string): Map<string, string> {
  return new Map([...part.matchAll(MORE)].map(([, key = "", prose = ""]) => [key, prose.trimEnd()]));
}

function fill(entries: readonly Entry[], prose: Map<string, string>): readonly string[] {
  const lines = entries.flatMap(({ lines: own, key }) => {
    const more = key === undefined ? undefined : prose.get(key);
    if (key === undefined || more === undefined) return own;
    prose.delete(key);
    return [...own, `.\\" more: ${key}`, more];
  });
  const orphans = [...prose.keys()];
  if (orphans.length > 0)
    throw new Error(`The page says more of "${orphans.join('", "')}", which the command line no longer has`);
  return lines;
}
