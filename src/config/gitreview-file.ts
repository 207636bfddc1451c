/**
 * The `.gitreview` file: sections `[github]` (ours) and `[gerrit]`, keys as git-review has them, each with its line.
 * It comes with the clone, so it is a stranger's word: see `locate.ts` for what it may not decide alone.
 * The deprecated `git-review.conf` files have the same form.
 */
export interface FileEntry {
  /** Lower case. */
  readonly section: string;
  /** Lower case. */
  readonly key: string;
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
}

export type GitreviewFile = readonly FileEntry[];

/**
 * Comments begin with `#` or `;`; names and values are parted by `=` or `:`. Of a key that stands twice in its section
 * the last one counts, and only that is answered. What is not of this form is left alone, as is what stands before the
 * first section.
 */
export function parseGitreview(text: string): GitreviewFile {
  const entries = new Map<string, FileEntry>();
  let section: string | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const named = /^\[([^\]]+)\]$/.exec(line)?.[1]?.toLowerCase();
    if (named !== undefined) {
      section = named;
      continue;
    }
    const pair = /^([A-Za-z][A-Za-z0-9_-]*)\s*[=:]\s*(.*)$/.exec(line);
    if (pair?.[1] === undefined || section === undefined) continue;
    const key = pair[1].toLowerCase();
    entries.set(`${section}.${key}`, { section, key, value: (pair[2] ?? "").trim(), line: index + 1 });
  }
  return [...entries.values()];
}

/** The lines that `parseGitreview` leaves alone, though they are no comments. */
export function oddLinesOf(text: string): readonly { readonly line: number; readonly text: string }[] {
  let inside = false;
  return text.split(/\r?\n/).flatMap((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) return [];
    if (/^\[[^\]]+\]$/.test(line)) {
      inside = true;
      return [];
    }
    return inside && /^[A-Za-z][A-Za-z0-9_-]*\s*[=:]/.test(line) ? [] : [{ line: index + 1, text: line.slice(0, 100) }];
  });
}
