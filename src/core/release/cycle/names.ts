/** Names of a series: the next letter of the alphabet, after Z again A; ids `YYYY.N`, the Nth release of a year. */
/** The letter that the name after this one begins with: after `indri` J, after `zed` A. */
export function letterAfter(name: string): string {
  const code = name.toLowerCase().charCodeAt(0) - 97;
  return String.fromCharCode(65 + ((code + 1) % 26));
}

/** The next id: of `last`, and `2027.1` when it is the first of 2027. `perYear`: releases planned in a year; 2 is the custom. */
export function idAfter(last: string, perYear = 2): string {
  const [year = 0, count = 0] = last.split(".").map(Number);
  return count < perYear ? `${year}.${count + 1}` : `${year + 1}.1`;
}

/** Every first release of a year. */
export function isSlurp(releaseId: string): boolean {
  return releaseId.endsWith(".1");
}

/** What is wrong with a proposed name, in words; `undefined`: nothing. */
export function nameProblem(name: string, before: string | undefined): string | undefined {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return `\`${name}\` is no name: write a lower-case word`;
  if (before === undefined) return undefined;
  const letter = letterAfter(before);
  return name.startsWith(letter.toLowerCase())
    ? undefined
    : `\`${name}\` does not begin with ${letter}, the letter after \`${before}\``;
}
