/** A piece of the terminal that is drawn again in place: one write per frame, nothing where nothing changed, no line ever folded. */
import { type Stream } from "../say.ts";

export interface Screen {
  draw(lines: readonly string[]): void;
}

const FALLBACK = { columns: 80, rows: 24 };
const TO_LINE_END = "\u001B[K";
const TO_SCREEN_END = "\u001B[J";

export function screenOn(stream: Stream): Screen {
  let drawn = 0;
  let shown: string | undefined;
  return {
    draw(lines) {
      const { columns = FALLBACK.columns, rows = FALLBACK.rows } = stream;
      const fitting = fit(lines, Math.max(2, rows - 1)).map((line) => cut(line, Math.max(1, columns - 1)));
      const frame = fitting.map((line) => `${line}${TO_LINE_END}\n`).join("");
      if (frame === shown) return;
      const back = drawn === 0 ? "" : `\u001B[${drawn}A\r`;
      stream.write(`${back}${frame}${TO_SCREEN_END}`);
      drawn = fitting.length;
      shown = frame;
    },
  };
}

/** What has scrolled away cannot be drawn again: the last line stays, those before it that do not fit are counted. */
function fit(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most - 2);
  return [...kept, `… ${lines.length - kept.length - 1} more lines: git review status shows them`, lines.at(-1) ?? ""];
}

const CODES = /\u001B\[\d+m|\u001B\]8;;[^\u0007\u001B]*(?:\u0007|\u001B\\)|([^\u001B]+)/g;
const LINK_OFF = "\u001B]8;;\u001B\\";
const COLOUR_OFF = "\u001B[0m";

/** By what is seen: codes for colours and links take no room, and what is on at the cut is put off. */
export function cut(line: string, most: number): string {
  let room = most;
  let made = "";
  for (const [code, text = ""] of line.matchAll(CODES)) {
    const characters = [...text];
    if (characters.length > room) {
      const off = `${line.includes("\u001B]8") ? LINK_OFF : ""}${line.includes("\u001B[") ? COLOUR_OFF : ""}`;
      return `${made}${characters.slice(0, Math.max(0, room - 1)).join("")}…${off}`;
    }
    room -= characters.length;
    made += code;
  }
  return made;
}
