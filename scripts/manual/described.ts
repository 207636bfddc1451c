/** A command line as data: what the manual pages and the completions are written from. Read from commander's own objects. */
import { type CommandUnknownOpts, type Option } from "@commander-js/extra-typings";

export interface Described {
  /** `["git review", "vote"]`: as it is typed. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly places: readonly Place[];
  readonly options: readonly DescribedOption[];
  readonly commands: readonly Described[];
}

/** An argument without a name of its own on the command line. */
export interface Place extends Value {
  readonly summary: string;
}

export interface DescribedOption {
  /** `["-n", "--dry-run"]`; one of them may be all there is. */
  readonly flags: readonly string[];
  readonly value?: Value;
  readonly required: boolean;
  /** It may stand there several times. */
  readonly repeats: boolean;
  readonly summary: string;
  readonly fallback?: string;
  /** The heading it stands under in `-h`: `What is sent`. */
  readonly group?: string;
}

export interface Value {
  readonly name: string;
  readonly required: boolean;
  readonly several: boolean;
  readonly kind: ValueKind;
}

/** What may stand there. `free`: nobody can know. */
export type ValueKind =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "branch" | "change" | "file" | "remote" | "free" };

const KINDS: Readonly<Record<string, "branch" | "change" | "file">> = {
  branch: "branch",
  change: "change",
  file: "file",
  files: "file",
  cases: "file",
  old: "file",
  new: "file",
};

/** `name`: as it is typed, `git review`. */
export function describe(command: CommandUnknownOpts, path: readonly string[] = [command.name()]): Described {
  const help = command.createHelp();
  return {
    path,
    summary: command.description(),
    places: command.registeredArguments.map((place) => ({
      name: place.name(),
      required: place.required,
      several: place.variadic,
      summary: place.description,
      kind: kindOf(place.name(), undefined, place.argChoices),
    })),
    options: help.visibleOptions(command).map(describeOption),
    commands: help
      .visibleCommands(command)
      .filter((one) => one.name() !== "help")
      .map((one) => describe(one, [...path, one.name()])),
  };
}

/** The command and all below it, each before those of its own. */
export function all(command: Described): readonly Described[] {
  return [command, ...command.commands.flatMap(all)];
}

/** The long name if there is one: `--dry-run`. */
export function nameOf(option: DescribedOption): string {
  return option.flags.at(-1) ?? "";
}

function describeOption(option: Option): DescribedOption {
  const takes = option.required || option.optional;
  const name = /[<[]([^\]>.]+)/.exec(option.flags)?.[1] ?? "";
  const fallback = typeof option.defaultValue === "string" ? option.defaultValue : undefined;
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    required: option.mandatory,
    // A function that gathers the values, or a variadic option.
    repeats: option.variadic || option.parseArg !== undefined,
    summary: option.description,
    ...(fallback === undefined ? {} : { fallback }),
    ...(option.helpGroupHeading === undefined ? {} : { group: option.helpGroupHeading.replace(/:$/, "") }),
    ...(takes
      ? {
          value: {
            name,
            required: option.required,
            several: option.variadic,
            kind: kindOf(name, option.long, option.argChoices),
          },
        }
      : {}),
  };
}

function kindOf(name: string, option: string | undefined, choices: readonly string[] | undefined): ValueKind {
  if (choices !== undefined) return { kind: "words", words: choices };
  if (option === "--remote") return { kind: "remote" };
  if (option === "--branch") return { kind: "branch" };
  return { kind: KINDS[name] ?? "free" };
}
