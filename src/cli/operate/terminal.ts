/** A terminal that may be asked: only where a person sits at both ends. */
import { createInterface } from "node:readline/promises";
import { type Say, type Stream, type Terminal } from "../say.ts";

/** Standard input, as far as a question needs it. */
export interface Keyboard extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
}

export interface AskingTerminal extends Terminal {
  /** Answers a question; absent where nobody would. Tests give their own. */
  readonly ask?: (question: string) => Promise<string>;
}

export function askingTerminal(terminal: Terminal, keyboard: Keyboard): AskingTerminal {
  if (keyboard.isTTY !== true || terminal.stderr.isTTY !== true) return terminal;
  return { ...terminal, ask: (question) => askAt(keyboard, terminal.stderr, question) };
}

async function askAt(input: Keyboard, stream: Stream, question: string): Promise<string> {
  stream.write(question);
  const lines = createInterface({ input });
  try {
    return await new Promise((resolve) => {
      lines.once("line", resolve);
      // End of input: nobody said yes.
      lines.once("close", () => resolve(""));
    });
  } finally {
    lines.close();
  }
}

/** `undefined` = nobody to ask. */
export async function agrees({ ask }: AskingTerminal, question: string): Promise<boolean | undefined> {
  if (ask === undefined) return undefined;
  return /^(?:y|yes)$/i.test((await ask(`${question} [y/N] `)).trim());
}

/** Lines of a list, each with two spaces in front. */
export function bullets(say: Say, lines: readonly string[]): void {
  for (const line of lines) say.result(`  ${line}`);
}
