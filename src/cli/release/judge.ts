/** Running the rules over many files, one after the other: what was found, how often, and in which series. */
import { parseDeliverable, type Deliverable } from "../../core/release/deliverable/deliverable.ts";
import type { Finding } from "../../core/release/deliverable/finding.ts";
import { RULES } from "../../core/release/deliverable/rule.ts";
import { INDEPENDENT, isEnded, type SeriesOrder } from "../../core/release/deliverable/series.ts";
import { validateDeliverable } from "../../core/release/deliverable/validate.ts";
import { fail, type Result } from "../../core/result.ts";
import type { DeliverableTree, TextFile } from "./tree.ts";

export interface Judged {
  readonly findings: readonly FoundIn[];
  readonly files: number;
  readonly openFiles: number;
  readonly releases: number;
}

export interface FoundIn extends Finding {
  /** Of a series whose life has ended: told as a number, and never the reason of an exit code. */
  readonly closed: boolean;
}

/** `file` is `undefined` where it cannot be read. */
export type AlsoAsk = (file: Deliverable | undefined, text: TextFile) => Promise<readonly Finding[]>;

export interface Judging {
  /** This series and all older ones are closed; else those at the end of life. */
  readonly closedUntil?: string;
  readonly also?: AlsoAsk;
  readonly told?: (files: number) => void;
}

export async function judgeFiles(
  files: readonly TextFile[],
  tree: DeliverableTree,
  { closedUntil, also, told }: Judging = {},
): Promise<Judged> {
  const isClosed = closedIn(tree.order, closedUntil);
  const branchesOf = branchesIn(tree);
  const findings: FoundIn[] = [];
  let [openFiles, releases] = [0, 0];
  for (const [index, file] of files.entries()) {
    told?.(index);
    const closed = isClosed(file.series);
    if (!closed) openFiles += 1;
    const parsed = readFile(file);
    if (parsed.ok) releases += parsed.value.releases.length;
    const found = parsed.ok ? validateDeliverable(parsed.value, { order: tree.order, branchesOf }) : parsed.problem;
    const more = also === undefined ? [] : await also(parsed.ok ? parsed.value : undefined, file);
    findings.push(...[...found, ...more].map((one) => ({ ...one, closed })));
  }
  return { findings, files: files.length, openFiles, releases };
}

/** The problems of a file that cannot be read are findings like any: the others are judged all the same. */
export function readFile(file: TextFile): Result<Deliverable, readonly Finding[]> {
  if (file.unreadable === undefined) return parseDeliverable(file, file.text);
  const rule = "file.unreadable" as const;
  const message = `the file cannot be read: ${file.unreadable}`;
  const hint = "see that it is a file, and that you may read it";
  return fail([{ rule, level: RULES[rule].level, path: file.path, line: 1, column: 1, message, hint }]);
}

export function closedIn(order: SeriesOrder, until: string | undefined): (series: string) => boolean {
  const closed = new Set(
    until === undefined ? order.all.filter(isEnded).map(({ name }) => name) : order.from(until).map(({ name }) => name),
  );
  return (series) => series !== INDEPENDENT && closed.has(series);
}

/** Read on demand: only the series under development asks. */
function branchesIn(tree: DeliverableTree) {
  let texts: ReadonlyMap<string, TextFile> | undefined;
  return (series: string, name: string): readonly string[] | undefined => {
    texts ??= new Map(tree.files.map((file) => [file.path, file]));
    // A folder has the name of its series, or its id.
    const ids = [series, tree.order.find(series)?.id ?? series];
    const file = ids.map((id) => texts?.get(`deliverables/${id}/${name}.yaml`)).find((one) => one !== undefined);
    if (file === undefined) return undefined;
    const parsed = readFile(file);
    return parsed.ok ? parsed.value.branches.map((branch) => branch.name) : [];
  };
}
