// How the demo speaks: short lines, a person's command with its prompt, what the check says. Colour only repeats what words say.
import { type WriteStream } from "node:tty";

export interface Teller {
  /** A step of the story, numbered. */
  step(title: string): void;
  /** One line of what happens. */
  line(text: string): void;
  /** A command somebody typed, and the lines of its output worth showing. */
  types(login: string, command: string, output?: string): void;
  /** What the check on a change says. */
  check(number: number, title: string, details?: readonly string[]): void;
  /** As it is, indented. */
  block(text: string): void;
}

const COLOURS = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export function teller(out: NodeJS.WriteStream | WriteStream): Teller {
  const colourful = out.isTTY && process.env["NO_COLOR"] === undefined && process.env["TERM"] !== "dumb";
  const paint = (colour: keyof typeof COLOURS, text: string): string =>
    colourful ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
  const print = (text: string): void => void out.write(`${text}\n`);
  let steps = 0;
  return {
    step(title) {
      steps += 1;
      print(`\n${paint("bold", `${steps}. ${title}`)}`);
    },
    line: (text) => print(`   ${text}`),
    types(login, command, output = "") {
      print(`   ${paint("cyan", `${login}$`)} ${command}`);
      // Addresses are long, and the number says which change it is.
      const lines = output.split("\n").map((one) => one.replace(/ +https?:\/\/\S+/, ""));
      for (const one of lines.filter((text) => text.trim() !== "")) print(`     ${paint("dim", one)}`);
    },
    check(number, title, details = []) {
      const colour = title.startsWith("Waiting") ? "yellow" : /^(Blocked|Left)/.test(title) ? "red" : "green";
      print(`   #${number}  plustwo ${paint(colour, "●")} ${title}`);
      for (const detail of details) print(`       ${detail}`);
    },
    block(text) {
      for (const one of text.split("\n")) print(`   ${one}`.trimEnd());
    },
  };
}

/** For `--json`: the story happens, nobody hears it. */
export const silent: Teller = {
  step: () => undefined,
  line: () => undefined,
  types: () => undefined,
  check: () => undefined,
  block: () => undefined,
};
