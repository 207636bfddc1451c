/** How `-h` reads: as wide as the terminal, long names on lines of their own, and exit codes folded between their sentences. */
import { type Help, type Option } from "@commander-js/extra-typings";
import { widthOf, type Stream } from "./say.ts";

// Longer names stand on a line of their own, so that the descriptions of all others keep their width.
const WIDEST_NAME = 26;
const GAP = 2;

/** For commander's `configureHelp`. */
export function helpOn(stream: Stream): Partial<Help> {
  return {
    helpWidth: widthOf(stream),
    minWidthToWrap: 20,
    subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(placeTerm)].join(" "),
    optionDescription: describeOption,
    commandDescription: (command) => command.description().replace(/^[a-z]/, (letter) => letter.toUpperCase()),
    padWidth(command, helper) {
      const names = [
        ...helper.visibleOptions(command).map((option) => helper.optionTerm(option)),
        ...helper.visibleCommands(command).map((one) => helper.subcommandTerm(one)),
        ...helper.visibleArguments(command).map((place) => helper.argumentTerm(place)),
      ];
      return Math.max(0, ...names.map((name) => name.length).filter((length) => length <= WIDEST_NAME));
    },
    formatItem(term, nameWidth, description, helper) {
      const indent = " ".repeat(GAP + nameWidth + GAP);
      const lines = helper.boxWrap(description, widthOf(stream) - indent.length).split("\n");
      const first = " ".repeat(GAP) + term;
      return first.length + GAP > indent.length
        ? [first, ...lines.map((line) => indent + line)].join("\n")
        : first.padEnd(indent.length) + lines.join(`\n${indent}`);
    },
  };
}

/** What an option is for, its choices where the words do not say them, and its default. */
export function describeOption({ description, argChoices = [], defaultValue }: Option): string {
  const choices = argChoices.every((choice) => description.includes(choice)) ? "" : ` (${argChoices.join(", ")})`;
  return `${description}${choices}${typeof defaultValue === "string" ? ` (default: ${defaultValue})` : ""}`;
}

/** `Exit codes: 0 done · 1 refused · …`: each line of `text` is broken before a `·` that does not fit, and set in. */
export function folded(text: string, stream: Stream): string {
  const width = widthOf(stream);
  return text
    .split("\n")
    .map((line) => {
      const indent = " ".repeat(line.indexOf(": ") + 2);
      return line
        .split(" · ")
        .reduce<readonly string[]>((lines, part) => {
          const last = lines.at(-1);
          if (last === undefined) return [part];
          if (`${last} · ${part}`.length <= width) return [...lines.slice(0, -1), `${last} · ${part}`];
          return [...lines, indent + part];
        }, [])
        .join("\n");
    })
    .join("\n");
}

function placeTerm(place: { name(): string; readonly required: boolean; readonly variadic: boolean }): string {
  const shown = `${place.name()}${place.variadic ? "..." : ""}`;
  return place.required ? `<${shown}>` : `[${shown}]`;
}
