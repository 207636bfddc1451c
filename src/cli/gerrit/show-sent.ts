/** A push to Gerrit as people read it, one line per change, and as scripts do (docs/schemas/gerrit-upload.schema.json). */
import { isAbout, type PushReport, type ReportedChange } from "../../forge/gerrit/push-report.ts";
import { columns, counted, oneLine } from "../say.ts";
import { hostWithPort } from "./credentials.ts";
import { type GerritDesk } from "./desk.ts";
import { type GatheredCommits, type SentCommit } from "./gather.ts";

export interface Planned {
  readonly gathered: GatheredCommits;
  readonly options: readonly string[];
  readonly thin: boolean;
}

export interface Sent {
  readonly gathered: GatheredCommits;
  readonly report: PushReport;
  /** The server had all of it. */
  readonly nothingNew: boolean;
  readonly options: readonly string[];
}

/** The dry run: what would go up, and the command that would do it. */
export function planLines(desk: GerritDesk, { gathered, options, thin }: Planned): readonly string[] {
  const { say } = desk;
  const rows = gathered.commits.map(({ commit, subject }) => [commit.slice(0, 7), oneLine(subject)]);
  return [
    say.colour("bold", `${title(desk, gathered)} · dry run, nothing is sent`),
    ...columns(rows),
    `git push --no-follow-tags${thin ? "" : " --no-thin"} ${desk.location.remote} HEAD:${reviewRef(desk, options)}`,
  ];
}

export function planJson(desk: GerritDesk, { gathered, options }: Planned): unknown {
  return {
    ...common(desk, gathered, options),
    dryRun: true,
    changes: gathered.commits.map((one) => asJson(one, gathered, true)),
  };
}

export function sentLines(desk: GerritDesk, { gathered, report, nothingNew, options }: Sent): readonly string[] {
  const { say } = desk;
  if (nothingNew) {
    const ignored =
      options.length > 0 ? `; ${options.join(" ")} would count only with a new patch set, so amend first` : "";
    return [`Nothing new: the server has all of this already${ignored}`];
  }
  const changes = matched(report, gathered);
  const rows = gathered.commits.map((one) => {
    const found = changes.get(one.commit);
    if (found === undefined) return ["–", oneLine(one.subject), say.colour("dim", "unchanged")];
    const { number, url } = found;
    return [
      say.link(String(number), url),
      oneLine(one.subject),
      say.colour("green", wordOf(found)),
      say.link(url, url),
    ];
  });
  return [
    say.colour("bold", title(desk, gathered)),
    ...columns(rows),
    ...others(report, gathered).map(({ url, subject }) => `${oneLine(subject)}  ${url}`),
    ...report.said.map((line) => `server: ${oneLine(line)}`),
  ];
}

export function sentJson(desk: GerritDesk, { gathered, report, nothingNew, options }: Sent): unknown {
  const changes = matched(report, gathered);
  return {
    ...common(desk, gathered, options),
    dryRun: false,
    changes: gathered.commits.map((one) => {
      const found = nothingNew ? undefined : changes.get(one.commit);
      const action = found === undefined ? "unchanged" : found.isNew ? "new" : "updated";
      return {
        ...asJson(one, gathered, false),
        action,
        ...(found === undefined
          ? {}
          : { number: found.number, url: found.url, workInProgress: found.workInProgress, private: found.private }),
      };
    }),
    said: report.said,
  };
}

export function tellGiven(desk: GerritDesk, { given }: GatheredCommits, dryRun: boolean): void {
  for (const [now, { was, subject, lostSignature }] of given) {
    const commit = `${was.slice(0, 7)} "${subject}"`;
    if (dryRun) desk.say.note(`${commit} will be given a Change-Id`);
    else desk.say.note(`Gave ${commit} a Change-Id: it is ${now.slice(0, 7)} now, your files are untouched`);
    if (lostSignature && !dryRun)
      desk.say.note(`${now.slice(0, 7)} is no longer signed; sign it with \`git commit --amend -S --no-edit\``);
  }
}

function title({ place, location }: GerritDesk, { commits }: GatheredCommits): string {
  const from = place.head.kind === "branch" ? place.head.branch : "detached HEAD";
  return `${from} → ${location.branch} · ${counted(commits.length, "change")}`;
}

function common({ location }: GerritDesk, { targetTip }: GatheredCommits, options: readonly string[]) {
  return {
    version: 1,
    server: "gerrit",
    host: hostWithPort(location),
    project: location.project,
    target: location.branch,
    targetTip,
    options,
  };
}

function asJson({ commit, id, subject }: SentCommit, { given }: GatheredCommits, dryRun: boolean) {
  // One that is given is made up anew by the run that sends it.
  return { ...(dryRun && given.has(commit) ? {} : { changeId: id }), commit, subject };
}

function reviewRef({ location }: GerritDesk, options: readonly string[]): string {
  return `refs/for/${location.branch}${options.length === 0 ? "" : `%${options.join(",")}`}`;
}

/** By commit. Both are bottom first, so of two commits with one subject each gets its own line. */
function matched({ changes }: PushReport, { commits }: GatheredCommits): ReadonlyMap<string, ReportedChange> {
  const left = [...changes];
  const found = new Map<string, ReportedChange>();
  for (const { commit, subject } of commits) {
    const at = left.findIndex((one) => isAbout(one, subject));
    for (const one of at < 0 ? [] : left.splice(at, 1)) found.set(commit, one);
  }
  return found;
}

/** Changes of the report that no commit of ours is about; what the server did beside the push is not hidden. */
function others({ changes }: PushReport, { commits }: GatheredCommits): readonly ReportedChange[] {
  return changes.filter((one) => !commits.some(({ subject }) => isAbout(one, subject)));
}

function wordOf({ isNew, workInProgress, private: hidden }: ReportedChange): string {
  const marks = [...(workInProgress ? ["work in progress"] : []), ...(hidden ? ["private"] : [])];
  return [isNew ? "new" : "new patch set", ...marks].join(", ");
}
