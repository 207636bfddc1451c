/** Running the rules over many files, one after the other: what was found, how often, and in which series. */
import { parseDeliverable, type Deliverable } from "../../core/release/deliverable/deliverable.ts";
import type { Finding } from "../../core/release/deliverable/finding.ts";
import { INDEPENDENT, isEnded, type SeriesOrder } from "../../core/release/deliverable/series.ts";
import { validateDeliverable } from "../../core/release/deliverable/validate.ts";
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
    const parsed = parseDeliverable(file, file.text);
    if (parsed.ok) releases += parsed.value.releases.length;
    const found = parsed.ok ? validateDeliverable(parsed.value, { order: tree.order, branchesOf }) : parsed.problem;
    const more = also === undefined ? [] : await also(parsed.ok ? parsed.value : undefined, file);
    findings.push(...[...found, ...more].map((one) => ({ ...one, closed })));
  }
  return { findings, files: files.length, openFiles, releases };
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
    const file = texts.get(`deliverables/${series}/${name}.yaml`);
    if (file === undefined) return undefined;
    const parsed = parseDeliverable(file, file.text);
    return parsed.ok ? parsed.value.branches.map((branch) => branch.name) : [];
  };
}
