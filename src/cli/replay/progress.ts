/** How far a long reading has come: one line on a terminal, rewritten, wiped at the end, and shown only past a second. */
import { systemClock } from "../../clock.ts";
import { type Terminal } from "../say.ts";

export interface Progress {
  tell(line: string): void;
  done(): void;
}

const AFTER_MS = 1_000;

export function progressOn({ stderr, env }: Terminal): Progress {
  if (stderr.isTTY !== true || env["TERM"] === "dumb") return { tell() {}, done() {} };
  const from = systemClock.now();
  let shown = false;
  return {
    tell(line) {
      if (systemClock.now() - from < AFTER_MS) return;
      shown = true;
      stderr.write(`\r\u001B[K${line} …`);
    },
    done() {
      if (shown) stderr.write("\r\u001B[K");
      shown = false;
    },
  };
}
