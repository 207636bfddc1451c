/**
 * Characters that make a text read otherwise than it is (threat T33, CVE-2021-42574): those that turn the direction of what follows, and
 * those that take no room at all. Joiners between letters and emoji are left alone: scripts need them.
 */

// Directions: U+061C, U+200E–F, U+202A–E, U+2066–9. No room: U+200B, U+2060–4, U+FEFF, U+115F–1160, U+3164, U+FFA0, U+E0000–7F.
const INVISIBLE =
  /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\u115F\u1160\u3164\uFFA0]|\uDB40[\uDC00-\uDC7F]/;

export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text);
}

/**
 * Lines of `after` that have such characters and were not in `before` as they are, counted from 1. A mark of byte order at the very
 * start of a file is none.
 */
export function newInvisibleLines(before: string, after: string): readonly number[] {
  const text = after.replace(/^\uFEFF/, "");
  if (!hasInvisible(text)) return [];
  const old = new Set(before.split(/\r?\n/).filter(hasInvisible));
  return text.split(/\r?\n/).flatMap((line, at) => (hasInvisible(line) && !old.has(line) ? [at + 1] : []));
}
