/**
 * What the changes that brought a release file asked for, read where the file stands now. Each change asks for the release that is the
 * newest once it has landed; several may have landed since anybody looked. The last word on a release is the file's: one that was taken
 * out or altered again before it was made is not made.
 */
import { parseDeliverable, type Deliverable, type FilePlace } from "../deliverable/deliverable.ts";
import { describeFinding } from "../deliverable/finding.ts";
import type { ReleaseOrder } from "./order.ts";
import { ordersOf } from "./order.ts";

/** One change to the file that landed: its text before, where there was one, and after. */
export interface Brought {
  /** The pull request, where it is known. */
  readonly change?: number;
  readonly before?: string;
  readonly after: string;
}

export interface ReleaseFileNow extends FilePlace {
  /** `owner/name` of where it is. */
  readonly repository: string;
  readonly text: string;
}

export interface AskedFor {
  readonly change?: number;
  readonly orders: readonly ReleaseOrder[];
  /** Why it asks for nothing: clauses. */
  readonly problems: readonly string[];
}

/** Problems of a file that cannot be read are many; nobody reads more. */
const MOST_FINDINGS = 5;

const ALTERED = "was altered in the file before it could be made";

/** `brought`: oldest first. */
export function askedFor(file: ReleaseFileNow, brought: readonly Brought[]): readonly AskedFor[] {
  const now = parseDeliverable(file, file.text);
  if (!now.ok) {
    const problems = now.problem.slice(0, MOST_FINDINGS).map(describeFinding);
    return [{ ...changeOf(brought.at(-1)), orders: [], problems }];
  }
  const asks = new Map<string, Ask>();
  const refused: AskedFor[] = [];
  for (const one of brought) {
    const ask = askOf(file, one);
    if (ask === undefined) continue;
    if ("problem" in ask) {
      refused.push({ ...changeOf(one), orders: [], problems: [ask.problem] });
      continue;
    }
    const earlier = asks.get(ask.version);
    // Whoever only touched the file has not asked for what was asked before.
    if (earlier?.entry === ask.entry) continue;
    if (earlier !== undefined && earlier.change !== ask.change)
      refused.push({ ...changeOf(earlier), orders: [], problems: [`${ask.version} ${ALTERED}`] });
    asks.delete(ask.version);
    asks.set(ask.version, ask);
  }
  return [...refused, ...[...asks.values()].map((ask) => answer(file, now.value, ask))];
}

interface Ask {
  readonly change?: number;
  readonly version: string;
  /** All that the file says of the release. */
  readonly entry: string;
}

/** undefined: it asked for nothing, or could not be read as it was. */
function askOf(place: FilePlace, { before, after, change }: Brought): Ask | { readonly problem: string } | undefined {
  const [then, was] = [
    parseDeliverable(place, after),
    before === undefined ? undefined : parseDeliverable(place, before),
  ];
  const newest = then.ok ? then.value.releases.at(-1) : undefined;
  if (!then.ok || newest === undefined) return undefined;
  const known = was?.ok === true ? new Set(was.value.releases.map(({ version }) => version)) : undefined;
  const added = then.value.releases.filter(({ version }) => known?.has(version) === false);
  if (added.length > 1) {
    const names = added.map(({ version }) => version).join(", ");
    return { problem: `the change adds ${added.length} releases (${names}), and one change asks for one` };
  }
  return { ...changeOf({ change }), version: newest.version, entry: entryOf(newest) };
}

function answer(file: ReleaseFileNow, now: Deliverable, { version, entry, change }: Ask): AskedFor {
  const by = changeOf({ change });
  const stands = now.releases.findLast((release) => release.version === version);
  if (stands === undefined || entryOf(stands) !== entry) {
    const what = stands === undefined ? "was taken out of the file before it could be made" : ALTERED;
    return { ...by, orders: [], problems: [`${version} ${what}`] };
  }
  const { keys, releases, branches } = now;
  const type = keys["release-type"];
  const asked = { team: keys.team, ...(type === undefined ? {} : { "release-type": type }), releases, branches };
  const orders = ordersOf(asked, { path: file.path, repository: file.repository, version, ...by });
  return orders.ok ? { ...by, orders: orders.value, problems: [] } : { ...by, orders: [], problems: orders.problem };
}

function entryOf({ projects, "diff-start": start }: Deliverable["releases"][number]): string {
  return JSON.stringify([start, projects.map(({ repo, hash }) => [repo, hash])]);
}

function changeOf(of: { readonly change?: number | undefined } | undefined): { readonly change?: number } {
  return of?.change === undefined ? {} : { change: of.change };
}
