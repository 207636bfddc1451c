/**
 * Patterns over names: `*` stands for any characters, `/` and none included; everything else stands for itself, upper and lower
 * case apart. No way back: the pieces between the stars are looked for one after the other, so a hostile pattern costs what its
 * length and the name's cost, multiplied at worst; both have limits.
 */

export function matchesGlob(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
