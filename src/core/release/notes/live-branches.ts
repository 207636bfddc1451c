/** Which branches still make releases, and where each of them is. */
import type { NotesConfig } from "./config.ts";
import type { LiveBranch } from "./next-version.ts";
import { commitOf, seriesBranches } from "./scan-refs.ts";
import { readVersions } from "./scan-stop.ts";
import type { ScanInput } from "./shapes.ts";

export interface LiveBranches {
  /** What was scanned is a branch of a series. */
  readonly isSeries: boolean;
  /** Whose ranges are theirs: the other series, and for a series the default branch. What is no series leads to the default branch. */
  readonly others: readonly LiveBranch[];
}

/** `scanned`: the name of the branch; `undefined` where none is checked out: then it is known by its commit. */
export function liveBranches(input: ScanInput, config: NotesConfig, scanned: string | undefined): LiveBranches {
  // A tag that stands for a closed branch says that nothing is released there.
  const series = seriesBranches(
    input.refs.map(({ name }) => name),
    config,
  );
  const own = (scanned ?? series.find((name) => commitOf(input, name) === input.head))?.replace(/^origin\//, "");
  const isSeries = own !== undefined && series.includes(own);
  const names = [...(isSeries ? [config.defaultBranch] : []), ...series.filter((name) => name !== own)];
  return {
    isSeries,
    others: names.flatMap((name) => {
      const head = commitOf(input, name);
      if (head === undefined) return [];
      return [
        { name, isSeries: name !== config.defaultBranch, current: readVersions({ ...input, head }, config).current },
      ];
    }),
  };
}
