/**
 * Text of others inside our Markdown. Titles, logins, commit emails and a job's last words are written by whoever likes: they may
 * neither call people, nor make links or HTML, nor look like a command another bot obeys, nor hide what they are (threats T33, T34).
 */

/** A code span that holds any text: the fence is longer than every run of backticks inside. One line, at most 200 characters. */
export function code(text: string): string {
  const line = oneLine(text, 200);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = longest > 0 ? " " : "";
  return line === "" ? "` `" : `${fence}${space}${line}${space}${fence}`;
}

/** A sentence of ours that may hold their words: every character stands for itself. One line, at most 500 characters. */
export function prose(text: string): string {
  if (text.length <= 500 && PLAIN.test(text)) return text;
  return oneLine(text, 500)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_{}[\]|~]/g, (char) => `\\${char}`)
    .replaceAll("@", "@\u200B")
    .replaceAll(/:\/\//g, ":\u200B//")
    .replaceAll(/\bwww\./gi, (found) => `${found.slice(0, -1)}\u200B.`)
    .replace(/^([/#+=-])/, "\u200B$1");
}

/** Nothing in it means anything to Markdown: logins and most of our own words. */
const PLAIN = /^[A-Za-z0-9](?:[A-Za-z0-9,;()'-]| (?! ))*[A-Za-z0-9,;()']$/;

export function clip(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const all = [...text];
  return all.length <= characters ? text : `${all.slice(0, characters - 1).join("")}…`;
}

/** No line breaks, no invisible or direction-changing characters: those are shown by their number. */
export function oneLine(text: string, characters: number): string {
  const line = text.replaceAll(/[\s\u2028\u2029]+/g, " ").trim();
  return clip(
    line.replaceAll(INVISIBLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`),
    characters,
  );
}

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
