/** The part of a note's file name that stays when its words change: sixteen characters, by which a note is known through its history. */

const LENGTH = 16;

/** The last sixteen characters before `.yaml`; where a dash is among them, the first sixteen (names of old). Source: reno. */
export function uidOf(path: string): string {
  const stem = stemOf(path);
  const last = stem.slice(-LENGTH);
  return last.includes("-") ? stem.slice(0, LENGTH) : last;
}

export function isNotePath(path: string): boolean {
  return path.endsWith(".yaml");
}

/** Eight bytes make a UID. */
export function uidFrom(bytes: Uint8Array): string {
  return [...bytes.slice(0, LENGTH / 2)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Why a UID looks typed by hand, so that another person may type the same one; `undefined` where it looks drawn. Of UIDs that are
 * drawn one in twenty thousand looks typed.
 */
export function weaknessOf(uid: string): string | undefined {
  if (!/^[0-9a-f]{16}$/.test(uid)) return "it is not sixteen digits of base 16";
  const digits = [...uid].map((digit) => parseInt(digit, 16));
  if (new Set(digits).size < 6) return `it has only ${new Set(digits).size} different digits`;
  if (longestRun(digits) >= 6) return "its digits count up or down";
  // a1b2c3…: letters and figures in turn, each counting.
  const odd = digits.filter((_, index) => index % 2 === 1);
  const even = digits.filter((_, index) => index % 2 === 0);
  const runs = [longestRun(odd), longestRun(even)];
  if (Math.max(...runs) >= 6 || Math.min(...runs) >= 4) return "every other digit counts up or down";
  return uid.slice(0, LENGTH / 2) === uid.slice(LENGTH / 2) ? "its halves are the same" : undefined;
}

/** Digits of which each is one more, or each one less, than the one before. */
function longestRun(digits: readonly number[]): number {
  let longest = 1;
  for (const step of [1, -1]) {
    let run = 1;
    digits.forEach((digit, index) => {
      run = index > 0 && digit - (digits[index - 1] ?? NaN) === step ? run + 1 : 1;
      longest = Math.max(longest, run);
    });
  }
  return longest;
}

/** As Python's `os.path.splitext`: leading dots are part of the stem. */
function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /^(\.*[^.].*)\.[^.]*$/s.exec(name)?.[1] ?? name;
}
