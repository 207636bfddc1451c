/**
 * How the CLI speaks: results to standard output, everything else to standard error. Colour and progress only on a
 * terminal, and colour only repeats what the words say. Text of other people passes `plain` before it is shown.
 */
import { type Clock } from "../clock.ts";
import { linked, showsLinks, unlinked } from "./hyperlink.ts";

export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Of a terminal. */
  readonly columns?: number;
  readonly rows?: number;
}

export interface Terminal {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Else the system's. */
  readonly clock?: Clock;
  /** From now on Ctrl-C aborts this signal instead of ending the process, once. */
  readonly interrupts?: () => AbortSignal;
}

/** A sentence of what was tried and found, a sentence of what to do next, and the exit code. */
export interface CliProblem {
  readonly message: string;
  readonly hint: string;
  readonly exit: number;
}

export type Colour = "bold" | "dim" | "green" | "yellow" | "red";

/** git's words for `color.ui`. */
export type ColourWhen = "always" | "never" | "auto";

export interface Say {
  /** What the command line says of colours; it wins over `configured`. */
  colours(when: ColourWhen): void;
  /** What git's configuration says of them; `undefined` and other words change nothing. */
  configured(text: string | undefined): void;
  /** What was asked for. */
  result(text: string): void;
  /** One JSON document. */
  json(value: unknown): void;
  /** What happened on the way. */
  note(text: string): void;
  problem(problem: Pick<CliProblem, "message" | "hint">): void;
  /** For standard output. */
  colour(colour: Colour, text: string): string;
  /** For standard output: text that a click opens, where the terminal can. */
  link(text: string, url: string | undefined): string;
  /** Shown when `work` takes longer than a second on a terminal, and wiped afterwards. */
  during<T>(label: string, work: Promise<T>): Promise<T>;
}

const CODES: Readonly<Record<Colour, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };
const PROGRESS_AFTER_MS = 1_000;

export function speaker({ stdout, stderr, env }: Terminal): Say {
  let asked: ColourWhen | undefined;
  let configured: ColourWhen | undefined;
  const coloured = (stream: Stream): boolean => {
    const when = asked ?? ((env["NO_COLOR"] ?? "") === "" ? configured : "never");
    if (when === "always") return true;
    return when !== "never" && stream.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  };
  const paint = (stream: Stream, colour: Colour, text: string): string =>
    coloured(stream) ? `\u001B[${CODES[colour]}m${text}\u001B[0m` : text;
  return {
    colours: (when) => void (asked = when),
    configured: (text) => {
      if (text !== undefined && isColourWhen(text)) configured = text;
      else if (text === "false") configured = "never";
    },
    result: (text) => void stdout.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note: (text) => void stderr.write(`${plain(text)}\n`),
    problem: ({ message, hint }) => {
      stderr.write(`${paint(stderr, "red", plain(message))}\n`);
      stderr.write(`Hint: ${plain(hint)}\n`);
    },
    colour: (colour, text) => paint(stdout, colour, text),
    link: (text, url) => {
      const clickable = (asked ?? configured) !== "never" && showsLinks(stdout, env);
      return url !== undefined && clickable ? linked(text, url) : text;
    },
    during: async (label, work) => {
      if (stderr.isTTY !== true || env["TERM"] === "dumb") return work;
      let shown = false;
      const timer = setTimeout(() => {
        shown = true;
        stderr.write(`${label} …`);
      }, PROGRESS_AFTER_MS);
      try {
        return await work;
      } finally {
        clearTimeout(timer);
        if (shown) stderr.write("\r\u001B[K");
      }
    },
  };
}

/** How wide a text for people may be: the terminal, but 60 to 100 columns; 80 where there is none. */
export function widthOf({ columns: wide = 80 }: Stream): number {
  return Math.max(60, Math.min(wide, 100));
}

export function isColourWhen(text: string): text is ColourWhen {
  return text === "always" || text === "never" || text === "auto";
}

// Control characters could drive the terminal; bidirectional marks show one text and mean another (threat T33).
const DECEIVING = /[\p{Cc}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** Makes every invisible or steering character visible; line ends stay. */
export function plain(text: string): string {
  return text.replaceAll(DECEIVING, (one) =>
    one === "\n" ? one : `\\u{${(one.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}}`,
  );
}

export function oneLine(text: string): string {
  return plain(text.replaceAll(/\s+/g, " ").trim());
}

/** At most so many characters; an ellipsis says that there were more. */
export function clip(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, Math.max(0, most - 1)).join("")}…`;
}

/** `3 changes`, `1 change`. */
export function counted(count: number, word: string, words = `${word}s`): string {
  return `${count} ${count === 1 ? word : words}`;
}

/** Columns under each other, two spaces apart; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, seenWidth(cell))));
  }
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + " ".repeat((widths[index] ?? 0) - seenWidth(cell)),
      )
      .join("  ")
      .trimEnd(),
  );
}

/** Without colour codes and links; one column per character is near enough. */
export function seenWidth(text: string): number {
  return [...unlinked(text).replaceAll(/\u001B\[\d+m/g, "")].length;
}
