/** What `list` prints: versions, and under each its notes. In mode reno byte for byte as reno does. */
import { commitText } from "./restructured-text.ts";
import type { Source } from "./report.ts";

export interface Listed {
  readonly version: string;
  readonly notes: readonly Source[];
}

/** Without a line end behind the last line. */
export function listText(versions: readonly Listed[], commits: "plain" | "python"): string {
  return versions
    .flatMap(({ version, notes }) => [
      version,
      ...notes.map(({ path, commit }) => `\t${path} (${commitText(commit, commits)})`),
    ])
    .join("\n");
}
