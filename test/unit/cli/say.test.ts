// What a terminal gets and a pipe does not: colours, links, and a word on the way when something takes its time.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { columns, speaker, widthOf, type Say } from "../../../src/cli/say.ts";

type Environment = Readonly<Record<string, string>>;
const KITTY = { TERM: "xterm-kitty" };
const URL = "https://github.com/acme/api/pull/12";

interface Heard {
  readonly say: Say;
  readonly err: () => string;
}

function listen(env: Environment, isTTY = true): Heard {
  let err = "";
  const stdout = { isTTY, write: () => true };
  const stderr = { isTTY, write: (text: string) => (err += text) };
  return { say: speaker({ stdout, stderr, env, cwd: "/" }), err: () => err };
}

describe("a link", () => {
  const shown = (env: Environment, isTTY = true, url = URL): string => listen(env, isTTY).say.link("#12", url);
  const LINK = `\u001B]8;;${URL}\u001B\\#12\u001B]8;;\u001B\\`;

  it.each([
    ["kitty", KITTY],
    ["foot", { TERM: "foot" }],
    ["alacritty", { TERM: "alacritty" }],
    ["ghostty", { TERM: "xterm-ghostty" }],
    ["iTerm 3.4", { TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.4.19" }],
    ["WezTerm", { TERM_PROGRAM: "WezTerm", TERM_PROGRAM_VERSION: "20240203-110809-5046fc22" }],
    ["VS Code 1.90", { TERM_PROGRAM: "vscode", TERM_PROGRAM_VERSION: "1.90.2" }],
    ["tmux 3.4", { TERM: "tmux-256color", TERM_PROGRAM: "tmux", TERM_PROGRAM_VERSION: "3.4" }],
    ["GNOME's terminal", { TERM: "xterm-256color", VTE_VERSION: "7006" }],
    ["Konsole", { TERM: "xterm-256color", KONSOLE_VERSION: "220401" }],
    ["the terminal of Windows", { WT_SESSION: "0a1b" }],
    ["one of which the user knows it", { TERM: "xterm-256color", FORCE_HYPERLINK: "1" }],
  ] as const)("is a link in %s", (_, env) => {
    expect(shown(env)).toBe(LINK);
  });

  it.each([
    ["an unknown terminal", { TERM: "xterm-256color" }],
    ["a dumb one", { TERM: "dumb", VTE_VERSION: "7006" }],
    ["one whose user wants none", { ...KITTY, FORCE_HYPERLINK: "0" }],
    ["one whose user wants no colours", { ...KITTY, NO_COLOR: "1" }],
    ["a log of CI", { ...KITTY, CI: "true" }],
    ["iTerm 3.0", { TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.0.15" }],
    ["VS Code 1.71", { TERM_PROGRAM: "vscode", TERM_PROGRAM_VERSION: "1.71.0" }],
    ["tmux 3.3", { TERM: "tmux-256color", TERM_PROGRAM: "tmux", TERM_PROGRAM_VERSION: "3.3a", VTE_VERSION: "7006" }],
    ["screen inside of GNOME's terminal", { TERM: "screen-256color", VTE_VERSION: "7006" }],
    ["VTE 0.50.0, which crashes", { TERM: "xterm-256color", VTE_VERSION: "5000" }],
  ] as const)("is its text alone in %s", (_, env) => {
    expect(shown(env)).toBe("#12");
  });

  it("is never one in a pipe, whatever is forced", () => {
    expect(shown({ ...KITTY, FORCE_HYPERLINK: "1" }, false)).toBe("#12");
    const { say } = listen(KITTY, false);
    say.colours("always");
    expect(say.link("#12", URL)).toBe("#12");
  });

  it("goes with the colours when those are turned off", () => {
    const { say } = listen(KITTY);
    say.configured("false");
    expect(say.link("#12", URL)).toBe("#12");
    say.colours("always");
    expect(say.link("#12", URL)).toBe(LINK);
    say.colours("never");
    expect(say.link("#12", URL)).toBe("#12");
  });

  it.each([
    ["javascript:alert(1)"],
    ["file:///etc/passwd"],
    ["https://evil.example/\u001B]0;title\u0007"],
    ["https://evil.example/ space"],
    ["https://evil.example/\u202E"],
    [`https://long.example/${"x".repeat(2_001)}`],
    [undefined],
  ])("opens nothing but an address of the web: %j", (url) => {
    expect(listen(KITTY).say.link("#12", url)).toBe("#12");
  });

  it("takes the room of its text in a column", () => {
    const plain = columns([
      ["#12", "Add parser"],
      ["#7", "Fix"],
    ]);
    const clickable = columns([
      [LINK, "Add parser"],
      ["#7", "Fix"],
    ]);
    expect(clickable).toEqual([plain[0]?.replace("#12", LINK), plain[1]]);
  });
});

describe("a colour", () => {
  const red = (env: Environment, isTTY = true): string => listen(env, isTTY).say.colour("red", "FAIL");

  it("is there on a terminal, and nowhere else unless asked for", () => {
    expect(red({ TERM: "xterm" })).toBe("\u001B[31mFAIL\u001B[0m");
    expect(red({ TERM: "xterm" }, false)).toBe("FAIL");
    const { say } = listen({}, false);
    say.colours("always");
    expect(say.colour("red", "FAIL")).toBe("\u001B[31mFAIL\u001B[0m");
  });

  it("is not there with NO_COLOR or on a dumb terminal", () => {
    expect(red({ NO_COLOR: "1" })).toBe("FAIL");
    expect(red({ TERM: "dumb" })).toBe("FAIL");
  });
});

describe("progress", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** What stands on standard error while something takes so long, and after it. */
  async function during(tookMs: number, env: Environment, isTTY = true): Promise<readonly [string, string]> {
    const { say, err } = listen(env, isTTY);
    const done = say.during("Asking github.com", new Promise<void>((end) => setTimeout(end, tookMs)));
    await vi.advanceTimersByTimeAsync(tookMs - 1);
    const meanwhile = err();
    await vi.advanceTimersByTimeAsync(1);
    await done;
    return [meanwhile, err()];
  }

  it("is said past a second, and wiped", async () => {
    expect(await during(1_500, {})).toEqual(["Asking github.com …", "Asking github.com …\r\u001B[K"]);
  });

  it("is not said of what takes less than a second", async () => {
    expect(await during(999, {})).toEqual(["", ""]);
  });

  it("is never said in a pipe or on a dumb terminal", async () => {
    expect(await during(60_000, {}, false)).toEqual(["", ""]);
    expect(await during(60_000, { TERM: "dumb" })).toEqual(["", ""]);
  });
});

it.each([
  [undefined, 80],
  [20, 60],
  [72, 72],
  [300, 100],
])("a text for people on a terminal of %s columns is %s wide", (wide, expected) => {
  expect(widthOf({ write: () => true, ...(wide === undefined ? {} : { columns: wide }) })).toBe(expected);
});
