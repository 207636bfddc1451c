/** `git review inbox` and `next` on Gerrit: changes whose attention set has whoever asks, or that they review and have not voted on. */
import { systemClock } from "../../clock.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { attendedBy, type Attended } from "../../core/review/attention.ts";
import { formatInstant } from "../../core/time.ts";
import { newestPatchSet } from "../../forge/gerrit/change.ts";
import { type KnownAccount, type ReviewedChange } from "../../forge/gerrit/reviewed-change.ts";
import { type GerritClone } from "../desk.ts";
import { EXIT } from "../problems.ts";
import { clip, columns, counted, oneLine, type CliProblem } from "../say.ts";
import { ageOf } from "../show-inbox.ts";
import { hostWithPort } from "./credentials.ts";
import { ofGerrit } from "./desk.ts";
import { nameOf } from "./list.ts";
import { openReviewDesk, type ReviewDesk } from "./reviewing.ts";

type Entry = Attended<ReviewedChange>;
type Outcome = Promise<Result<number, CliProblem>>;

interface Waiting {
  readonly viewer: KnownAccount;
  /** Oldest first. */
  readonly waiting: readonly Entry[];
}

const LONGEST_SUBJECT = 60;
const INDENT = "    ";

export async function inboxOnGerrit(clone: GerritClone, { json }: { readonly json: boolean }): Outcome {
  const desk = await openReviewDesk(clone, "list what waits for you");
  if (!desk.ok) return desk;
  const { say, location } = desk.value;
  const found = await gather(desk.value);
  if (!found.ok) return found;
  if (json) return print(desk.value, found.value, {});
  const { waiting } = found.value;
  const what =
    waiting.length === 0
      ? "nothing waits for you"
      : `${waiting.length} ${waiting.length === 1 ? "waits" : "wait"} for you${waiting.length > 1 ? ", oldest first" : ""}`;
  say.result(say.colour("bold", `${location.project} · ${what}`));
  if (waiting.length > 0) say.result("");
  for (const line of columns(waiting.map((entry) => row(desk.value, found.value, entry)))) say.result(line);
  return ok(EXIT.ok);
}

export async function nextOnGerrit(clone: GerritClone, { json }: { readonly json: boolean }): Outcome {
  const desk = await openReviewDesk(clone, "list what waits for you");
  if (!desk.ok) return desk;
  const { say } = desk.value;
  const found = await gather(desk.value);
  if (!found.ok) return found;
  const { waiting, viewer } = found.value;
  const [first] = waiting;
  const commands = first === undefined ? [] : stepsOf(first, viewer);
  const others = Math.max(0, waiting.length - 1);
  if (json) {
    const alone = { viewer, waiting: waiting.slice(0, 1) };
    return print(desk.value, alone, { more: others, commands: commands.map(([command]) => command) });
  }
  if (first === undefined) say.result("Nothing waits for you");
  else for (const line of details(desk.value, found.value, first)) say.result(line);
  return ok(EXIT.ok);
}

async function gather({ reviews, location, say }: ReviewDesk): Promise<Result<Waiting, CliProblem>> {
  const query = `project:${location.project} status:open (attention:self OR (reviewer:self -owner:self))`;
  const asked = Promise.all([reviews.viewer(), reviews.find(query)]);
  const [viewer, found] = await say.during(`Asking ${location.host}`, asked);
  if (!viewer.ok) return fail(ofGerrit(viewer.problem));
  if (!found.ok) return fail(ofGerrit(found.problem));
  return ok({ viewer: viewer.value, waiting: attendedBy(viewer.value.id, found.value) });
}

function row({ say, terminal }: ReviewDesk, { viewer }: Waiting, { change, reasons }: Entry): readonly string[] {
  const { clock = systemClock } = terminal;
  return [
    say.link(String(change.number), change.url),
    ageOf(change.createdAt, clock.now()),
    change.ownerId === viewer.id ? "you" : oneLine(nameOf(change.owner)),
    clip(oneLine(change.subject), LONGEST_SUBJECT),
    words(reasons),
  ];
}

function words(reasons: Entry["reasons"]): string {
  return reasons
    .map((reason) =>
      reason.kind === "asked" ? "asked for your review" : reason.do.map((one) => oneLine(one)).join(", "),
    )
    .join("; ");
}

function details({ say, terminal }: ReviewDesk, { viewer, waiting }: Waiting, entry: Entry): readonly string[] {
  const { change, reasons } = entry;
  const { clock = systemClock } = terminal;
  const who = change.ownerId === viewer.id ? "yours" : `by ${oneLine(nameOf(change.owner))}`;
  const age = ageOf(change.createdAt, clock.now());
  const others = waiting.length - 1;
  return [
    say.colour("bold", `${say.link(String(change.number), change.url)}  ${oneLine(change.subject)}`),
    `${INDENT}${who}, opened ${age === "now" ? "just now" : `${age} ago`}${change.workInProgress ? ", work in progress" : ""}`,
    `${INDENT}→ ${words(reasons)}`,
    ...(change.unresolved === 0 ? [] : [`${INDENT}${counted(change.unresolved, "unresolved comment")}`]),
    ...(change.url === undefined ? [] : [INDENT + say.colour("dim", change.url)]),
    "",
    ...columns(stepsOf(entry, viewer).map(([command, why]) => [`  ${command}`, say.colour("dim", why)])),
    ...(others === 0 ? [] : ["", `${others} more ${others === 1 ? "waits" : "wait"} for you: git review inbox`]),
  ];
}

/** What to type, in the order in which one would, and why. A vote that may be given is proposed, never the highest. */
function stepsOf({ change }: Entry, viewer: KnownAccount): readonly (readonly [string, string])[] {
  const bring = [`git review -d ${change.number}`, "check it out"] as const;
  if (change.ownerId === viewer.id) return [bring, ["git review", "send it again, after git commit --amend"]];
  const label = change.labels.find(({ name }) => name === "Code-Review") ?? change.labels[0];
  if (label?.permitted.includes(1) !== true) return [bring];
  return [bring, [`git review vote ${change.number} ${label.name}+1`, "or less, with -m and the reason"]];
}

/** `docs/schemas/inbox.schema.json`. */
async function print(desk: ReviewDesk, { viewer, waiting }: Waiting, more: Readonly<Record<string, unknown>>): Outcome {
  const { server, location, say } = desk;
  const open = await say.during(`Asking ${location.host}`, server.openChanges({ project: location.project }));
  if (!open.ok) return fail(ofGerrit(open.problem));
  say.json({
    version: 1,
    host: hostWithPort(location),
    project: location.project,
    viewer: nameOf(viewer),
    open: open.value.length,
    waiting: waiting.map((entry) => entryJson(entry)),
    notKnown: { noVerdict: [], namesNobody: [], teams: [] },
    ...more,
  });
  return ok(EXIT.ok);
}

function entryJson({ change, reasons }: Entry): unknown {
  const set = newestPatchSet(change);
  return {
    number: change.number,
    url: change.url ?? "",
    subject: change.subject,
    author: nameOf(change.owner),
    draft: change.workInProgress,
    head: set?.commit ?? "",
    openedAt: formatInstant(change.createdAt),
    unresolved: change.unresolved,
    ...(set === undefined ? {} : { patchSet: set.number }),
    reasons,
  };
}
