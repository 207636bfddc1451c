/**
 * Text that a click opens (OSC 8). No terminal can be asked whether it knows them: those that do are known by what they set. An
 * unknown one gets plain text, as a few print the address as rubbish.
 * Source: "Hyperlinks in terminal emulators" (Egmont Koblinger), and what the terminals' own documents say since when.
 */
import { type Stream } from "./say.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** By TERM_PROGRAM: the first version that knows links; an empty list stands for all. */
const PROGRAMS: Readonly<Record<string, readonly number[]>> = {
  "iTerm.app": [3, 1],
  WezTerm: [20200620],
  vscode: [1, 72],
  ghostty: [],
  zed: [],
  tmux: [3, 4],
};
const TERMS = /^(xterm-kitty|xterm-ghostty|alacritty|foot|contour|wezterm)/;
// Control characters, spaces and what is not ASCII may not stand in an address here; longer ones are cut by some terminals.
const ADDRESS = /^https?:\/\/[\x21-\x7E]{1,2000}$/;

export function showsLinks({ isTTY }: Stream, env: Environment): boolean {
  if (isTTY !== true || env["TERM"] === "dumb" || (env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_HYPERLINK"] ?? "";
  if (forced !== "") return forced !== "0" && forced !== "false";
  if ((env["CI"] ?? "") !== "") return false;
  const program = env["TERM_PROGRAM"] ?? "";
  const since = PROGRAMS[program];
  if (since !== undefined) return reaches(env["TERM_PROGRAM_VERSION"] ?? "", since);
  // Whatever is around a terminal in a terminal has set its variables, too.
  const term = env["TERM"] ?? "";
  if (/^(screen|tmux)/.test(term)) return false;
  // VTE 0.50.0 knows them and crashes.
  return (
    TERMS.test(term) ||
    (env["WT_SESSION"] ?? "") !== "" ||
    Number(env["VTE_VERSION"] ?? 0) > 5000 ||
    Number(env["KONSOLE_VERSION"] ?? 0) >= 201200
  );
}

/** The text alone where the address is none that a browser opens. */
export function linked(text: string, url: string): string {
  return ADDRESS.test(url) ? `\u001B]8;;${url}\u001B\\${text}\u001B]8;;\u001B\\` : text;
}

/** Without links: the text of each. */
export function unlinked(text: string): string {
  return text.replaceAll(/\u001B\]8;;[^\u001B]*\u001B\\/g, "");
}

function reaches(version: string, wanted: readonly number[]): boolean {
  const parts = (version.match(/\d+/g) ?? []).map(Number);
  const different = wanted.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return different < 0 || (parts[different] ?? 0) > (wanted[different] ?? 0);
}
