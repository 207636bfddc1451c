/** The words of man(7): text that says what it says, names in bold, values in italics. */
import { type Described, type DescribedOption, type Value } from "./described.ts";

/** Text between back quotes is shown in bold. */
export function text(words: string): string {
  const marked = words
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll(/`([^`]+)`/g, "\\fB$1\\fR");
  return /^[.']/.test(marked) ? `\\&${marked}` : marked;
}

export function bold(words: string): string {
  return `\\fB${text(words)}\\fR`;
}

/** `change`, `[branch]`, `votes...`, with the value's name in italics. */
export function valueText({ name, required, several }: Value): string {
  const named = `\\fI${text(name)}\\fR${several ? "..." : ""}`;
  return required ? named : `[${named}]`;
}

/** `-n, --dry-run`; `-d change, --download change`. */
export function flagsText({ flags, value }: DescribedOption): string {
  return flags.map((flag) => `${bold(flag)}${value === undefined ? "" : ` ${valueText(value)}`}`).join(", ");
}

/** A summary as a sentence: `show what would be sent` is `Show what would be sent.` */
export function sentence(summary: string): string {
  const begun = summary.charAt(0).toUpperCase() + summary.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** One line of the synopsis: what has to stand there, and `[options]` for what may. */
export function usage({ path, options, places, commands }: Described): string {
  const must = options.filter(({ required }) => required).map(flagsTextShort);
  return [
    bold(path.join(" ")),
    ...must,
    "[\\fIoptions\\fR]",
    ...places.map(valueText),
    ...(commands.length > 0 && places.length === 0 ? ["\\fIcommand\\fR"] : []),
  ].join(" ");
}

function flagsTextShort({ flags, value }: DescribedOption): string {
  return `${bold(flags[0] ?? "")}${value === undefined ? "" : ` ${valueText(value)}`}`;
}
