/**
 * `plustwo release auto-propose`: what the cycle's schedule asks for this week, worked out for every deliverable of the series and put
 * together by team. Prints, or makes one branch with one commit for each team; what is proposed already is not proposed again.
 */
import type { Deliverable } from "../../core/release/deliverable/deliverable.ts";
import { dueOf, dueWeek, type Due, type DueWeek } from "../../core/release/deliverable/due.ts";
import type { Planned, PlannedType } from "../../core/release/deliverable/new-release.ts";
import { INDEPENDENT, isEnded, type SeriesFacts } from "../../core/release/deliverable/series.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { dayOf, parseDay, parseInstant, type Instant } from "../../core/time.ts";
import { systemClock } from "../../clock.ts";
import { EXIT } from "../exit.ts";
import { progressOn } from "../replay/progress.ts";
import { counted, type CliProblem, type Say, type Terminal } from "../say.ts";
import { clonesIn, MAIN_BRANCHES, tipOf, type Clones } from "./clones.ts";
import { decide, type Decision } from "./decide-version.ts";
import { planEdit } from "./edit-file.ts";
import { readGround } from "./ground.ts";
import { readFile } from "./judge.ts";
import { openedFrom, type Opened } from "./open-deliverable.ts";
import { ownRepository, type Own } from "./own.ts";
import { commitProposals } from "./proposal-branches.ts";
import { readAgreement } from "./quiet.ts";
import { readScheduleOf } from "./schedule-of.ts";
import { proposalsJson, showProposals, type Told } from "./show-proposals.ts";
import { FOLDER, readRevision, readTree, type DeliverableTree, type TextFile } from "./tree.ts";

export interface AutoOptions {
  /** Else the one under development. */
  readonly series?: string;
  readonly schedule?: string;
  /** A day of the week that is asked about; else today. */
  readonly at?: string;
  readonly dir?: string;
  readonly repos?: string;
  /** Makes the branches; else only prints. */
  readonly commit: boolean;
  readonly json: boolean;
}

export interface Proposal {
  readonly deliverable: string;
  readonly team: string;
  readonly path: string;
  readonly due: Due;
  readonly type: PlannedType;
  readonly planned: Planned;
  readonly reasons: readonly string[];
  /** The whole new file. */
  readonly text: string;
}

export interface Outcome {
  readonly proposals: readonly Proposal[];
  readonly nothing: readonly { readonly deliverable: string; readonly why: string }[];
  readonly problems: readonly ({ readonly deliverable: string } & Pick<CliProblem, "message" | "hint">)[];
}

/** Exit 1: a deliverable that is due could not be worked out, or its branch is there with something else in it. */
export async function autoPropose(
  terminal: Terminal,
  say: Say,
  options: AutoOptions,
): Promise<Result<number, CliProblem>> {
  const now = (terminal.clock ?? systemClock).now();
  const at = options.at === undefined ? now : (atDay(options.at) ?? parseInstant(options.at));
  if (at === undefined)
    return fail({
      message: `Cannot read --at "${options.at ?? ""}": it is no day`,
      hint: "write a day such as 2027-02-25",
      exit: EXIT.malformed,
    });
  const own = await ownRepository(terminal, options.dir ?? ".");
  const base = options.commit ? await baseOf(own) : ok(undefined);
  if (!base.ok) return base;
  const read =
    base.value === undefined
      ? await readTree(terminal, options.dir ?? ".")
      : await readRevision(base.value.own.repository, base.value.tip);
  if (!read.ok) return read;
  const tree = read.value;
  const series = options.series === undefined ? tree.order.current : tree.order.find(options.series);
  if (series === undefined)
    return fail({
      message:
        options.series === undefined
          ? "Cannot tell which series is meant: none is under development"
          : `Cannot find the series "${options.series}": ${tree.seriesFile ?? "deliverables/"} does not list it`,
      hint: `name one of ${tree.order.all
        .map(({ name }) => name)
        .slice(0, 8)
        .join(", ")}`,
      exit: EXIT.malformed,
    });
  const schedule = await readScheduleOf(terminal, { ...options, series });
  if (!schedule.ok) return schedule;
  const week = dueWeek(schedule.value, dayOf(at));
  const folder = "folder" in tree.from ? tree.from.folder : own?.top;
  const agreement = await readAgreement(folder, { path: `${FOLDER}/${series.name}/x.yaml`, sent: now });
  const nobody = { proposals: [], nothing: [], problems: [] };
  const outcome = week === undefined ? nobody : await workOut(terminal, { tree, series, week, own, options });
  const branches =
    base.value === undefined
      ? ok([])
      : await commitProposals(base.value.own.repository, base.value.tip, { series, proposals: outcome.proposals });
  if (!branches.ok) return branches;
  const told: Told = { series, week, outcome, branches: branches.value, agreement, now, at };
  if (options.json) say.json(proposalsJson(told));
  else showProposals(say, told, options);
  const odd = branches.value.some(({ state }) => state === "other");
  return ok(outcome.problems.length > 0 || odd ? EXIT.refused : EXIT.ok);
}

function atDay(text: string): Instant | undefined {
  const day = parseDay(text);
  return day === undefined ? undefined : parseInstant(`${day}T12:00:00Z`);
}

async function baseOf(own: Own | undefined) {
  if (own === undefined)
    return fail<CliProblem>({
      message: "Cannot make branches: there is no work tree here",
      hint: "run it in the checkout of the release files, or leave --commit out",
      exit: EXIT.noRepository,
    });
  const clone = { repository: own.repository, remote: own.remote, shallow: false, path: own.top };
  const tip = await tipOf(clone, MAIN_BRANCHES);
  if (tip === undefined)
    return fail<CliProblem>({
      message: "Cannot make branches: the repository has no default branch",
      hint: `run \`git fetch ${own.remote}\``,
      exit: EXIT.refused,
    });
  return ok({ own, tip: tip.tip });
}

interface Work {
  readonly tree: DeliverableTree;
  readonly series: SeriesFacts;
  readonly week: DueWeek;
  readonly own: Own | undefined;
  readonly options: AutoOptions;
}

async function workOut(terminal: Terminal, { tree, series, week, own, options }: Work): Promise<Outcome> {
  const proposals: Proposal[] = [];
  const nothing: { deliverable: string; why: string }[] = [];
  const problems: Outcome["problems"][number][] = [];
  const [, before] = tree.order.from(series.name);
  const clones = options.repos === undefined ? undefined : clonesIn(terminal, options.repos);
  const wanted = tree.files.filter(({ series: folder }) => folder !== INDEPENDENT);
  const progress = progressOn(terminal);
  for (const [index, text] of wanted.entries()) {
    progress.tell(`${index} of ${counted(wanted.length, "file")}`);
    const its = tree.order.find(text.series);
    const trailing = its !== undefined && its === before && !isEnded(its);
    if (its !== series && !trailing) continue;
    const read = readFile(text);
    const due = read.ok ? dueOf(read.value, week.events, { trailing }) : undefined;
    if (read.ok && due === undefined) continue;
    const opened = openedFrom(text, {
      files: tree.files.filter(({ name }) => name === text.name),
      ...{ order: tree.order, own, isNew: false, root: "." },
    });
    if (!opened.ok || due === undefined) {
      if (!opened.ok) problems.push({ deliverable: text.name, ...opened.problem });
      continue;
    }
    const one = await workOutOne(terminal, { opened: opened.value, due, clones, text });
    if (!one.ok) problems.push({ deliverable: text.name, ...one.problem });
    else if ("why" in one.value) nothing.push({ deliverable: text.name, why: one.value.why });
    else proposals.push(one.value);
  }
  progress.done();
  return { proposals, nothing, problems };
}

interface One {
  readonly opened: Opened;
  readonly due: Due;
  readonly clones: Clones | undefined;
  readonly text: TextFile;
}

async function workOutOne(
  terminal: Terminal,
  { opened, due, clones, text }: One,
): Promise<Result<Proposal | { readonly why: string }, CliProblem>> {
  const { file } = opened;
  const type = due.type === "notes" ? undefined : due.type;
  const ground = await readGround(terminal, opened, {
    shas: [],
    ...(type === undefined ? {} : { type }),
    ...(clones === undefined ? {} : { clones }),
  });
  if (!ground.ok) return ground;
  if (due.onlyWhenNew && unchanged(file, ground.value.heads))
    return ok({ why: `nothing is new since ${file.releases.at(-1)?.version ?? "it began"}` });
  const decided: Result<Decision, CliProblem> =
    type === undefined ? await decide({ opened, ground: ground.value }) : ok({ kind: "release", type, reasons: [] });
  if (!decided.ok) return decided;
  if (decided.value.kind === "nothing-new") return ok({ why: `nothing is new since ${decided.value.since}` });
  const edited = planEdit({
    ...decided.value,
    ...{ opened, ground: ground.value },
    options: { force: false, stableBranch: due.stableBranch, bugfixBranch: false },
  });
  if (!edited.ok) return edited;
  const { planned, text: after } = edited.value;
  const { reasons, type: as } = decided.value;
  return ok({
    ...{ deliverable: file.name, team: file.keys.team, path: text.path, due, type: as, planned },
    reasons: [...reasons, ...planned.remarks],
    text: after,
  });
}

/** Every repository is tagged where its branch is; one without a clone may have anything. */
function unchanged({ releases, repositories }: Deliverable, heads: ReadonlyMap<string, string>): boolean {
  const last = new Map(releases.flatMap(({ projects }) => projects.map(({ repo, hash }) => [repo, hash] as const)));
  return releases.length > 0 && repositories.every((repo) => heads.has(repo) && heads.get(repo) === last.get(repo));
}
