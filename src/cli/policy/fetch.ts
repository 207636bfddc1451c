/** `plustwo policy fetch`: the snapshot of a real pull request, gathered with the code that the service gathers with. Reads only. */
import { isAbsolute, join } from "node:path";
import { apiOf } from "../../config/locate.ts";
import { formatSnapshot } from "../../core/policy/snapshot-json.ts";
import type { PolicySnapshot } from "../../core/policy/snapshot.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { RepositoryRef } from "../../forge/forge.ts";
import { openPlace } from "../operate/place.ts";
import { EXIT, ofForge } from "../problems.ts";
import { progressOn } from "../replay/progress.ts";
import { atServer } from "../replay/replay.ts";
import { oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";

export interface FetchOptions {
  /** Number of the pull request. */
  readonly pr: string;
  /** `owner/name`; else the clone's. */
  readonly repository?: string;
  /** REST address of the server. */
  readonly api?: string;
  /** Slug or id of the App whose records on check runs are believed; else the branch rule's, else the one that posted `plustwo`. */
  readonly app?: string;
}

/** What gathering needs; the composition root has it, since the CLI does not know the service. */
export interface FetchAsked {
  readonly project: RepositoryRef;
  readonly change: number;
  readonly restUrl: string;
  readonly graphqlUrl: string;
  /** For git, without credentials. */
  readonly gitUrl: string;
  readonly token: string;
  readonly app?: string;
  /** A folder of this user's for what may be made again; absent: nothing is kept. */
  readonly cache?: string;
  /** How far it is; one line. */
  readonly tell: (line: string) => void;
  /** Why it takes longer, and what is lacking in the answer; one line. */
  readonly note: (line: string) => void;
}

export type FetchSnapshot = (asked: FetchAsked) => Promise<Result<PolicySnapshot, CliProblem>>;

/** 74 where something of it could not be read: it is in the snapshot as lacking, and closes it. */
export async function fetchPullRequest(
  terminal: Terminal,
  say: Say,
  { options, fetchSnapshot }: { readonly options: FetchOptions; readonly fetchSnapshot: FetchSnapshot },
): Promise<Result<number, CliProblem>> {
  const change = /^#?([1-9]\d{0,8})$/.exec(options.pr)?.[1];
  if (change === undefined)
    return fail({
      message: `Cannot use --pr ${JSON.stringify(options.pr)}: it is no number of a pull request`,
      hint: "write for example --pr 12",
      exit: EXIT.malformed,
    });
  const place = await openPlace(atServer(terminal, options.api), say, options);
  if (!place.ok) return place;
  const { client, project, host, scheme } = place.value;
  const scope = { kind: "repository", repository: project } as const;
  const header = await client.credentials.authorization(scope, `read ${project.owner}/${project.name}`);
  if (!header.ok) return fail(ofForge(header.problem));
  const progress = progressOn(terminal);
  const fetched = await fetchSnapshot({
    ...{ project, change: Number(change), ...apiOf(scheme, host), token: header.value.replace(/^\S+\s+/, "") },
    gitUrl: `${scheme}://${host}/${encodeURIComponent(project.owner)}/${encodeURIComponent(project.name)}.git`,
    ...(options.app === undefined ? {} : { app: options.app }),
    ...cacheIn(terminal.env),
    tell: progress.tell,
    note: (line) => {
      progress.done();
      say.note(line);
    },
  });
  progress.done();
  if (!fetched.ok) return fetched;
  terminal.stdout.write(formatSnapshot(fetched.value));
  const { incomplete } = fetched.value;
  for (const { what, why } of incomplete) say.note(`In the snapshot is lacking: ${oneLine(what)}: ${oneLine(why)}`);
  return ok(incomplete.length === 0 ? EXIT.ok : EXIT.partlyDone);
}

/** Source: XDG Base Directory Specification, by which an address that is not absolute is to be ignored. */
function cacheIn({ XDG_CACHE_HOME: given = "", HOME: home = "" }: Terminal["env"]): { readonly cache?: string } {
  if (isAbsolute(given)) return { cache: join(given, "plustwo") };
  return isAbsolute(home) ? { cache: join(home, ".cache", "plustwo") } : {};
}
