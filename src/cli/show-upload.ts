/** An upload as people read it, one line per change, and as scripts do (docs/schemas/upload.schema.json). */
import { type Orphan } from "../core/change/orphans.ts";
import { type Step, type UploadPlan } from "../core/change/upload.ts";
import { type Wish } from "../core/change/wishes.ts";
import { type Created } from "./apply-upload.ts";
import { type Desk } from "./desk.ts";
import { type GatheredStack } from "./gather-stack.ts";
import { columns, counted, oneLine, type Colour, type Say } from "./say.ts";

export interface Shown {
  readonly plan: UploadPlan;
  readonly gathered: GatheredStack;
  /** Absent = a dry run. */
  readonly created?: Created;
  /** With `--abandon`: what becomes of the changes whose commits are gone. */
  readonly orphans?: readonly Orphan[];
}

export function uploadLines(desk: Desk, { plan, gathered, created, orphans }: Shown): readonly string[] {
  const { say } = desk;
  const from = desk.place.head.kind === "branch" ? desk.place.head.branch : "detached HEAD";
  const topic = plan.topic === undefined ? "" : ` · topic ${oneLine(plan.topic)}`;
  const title = `${from} → ${plan.target} · ${counted(plan.steps.length, "change")}${topic}${forkWords(plan)}${created === undefined ? " · dry run, nothing is sent" : ""}`;
  const rows = plan.steps.map((step) => {
    const url = urlOf(step, created);
    return [
      say.link(numberOf(step, created), url),
      oneLine(step.change.subject),
      say.colour(colourOf(step), wordOf(step)),
      url === undefined ? `onto ${shortBase(step)}` : say.link(url, url),
    ];
  });
  return [
    say.colour("bold", title),
    ...columns(rows),
    ...wishLines(plan),
    ...keptLines(plan),
    ...supersededLines(plan),
    ...orphanLines(plan, orphans, created),
    ...leftLine(gathered),
  ];
}

/** `docs/schemas/upload.schema.json`. */
export function uploadJson(desk: Desk, { plan, gathered, created, orphans = [] }: Shown): unknown {
  const { location } = desk;
  return {
    version: 1,
    dryRun: created === undefined,
    host: location.host,
    project: `${location.owner}/${location.name}`,
    target: plan.target,
    targetTip: gathered.targetTip,
    changes: plan.steps.map((step) => ({
      action: step.kind,
      // Made up anew by the run that sends it.
      ...(created === undefined && gathered.given.has(step.change.commit) ? {} : { changeId: step.change.id }),
      commit: step.change.commit,
      subject: step.change.subject,
      branch: step.branch,
      base: step.base,
      ...(step.fork === undefined ? {} : { fork: step.fork }),
      ...(step.kind === "create" && step.supersedes !== undefined ? { supersedes: step.supersedes.number } : {}),
      ...withNumber(step, created),
      ...(step.kind === "create" || step.kind === "merged" || step.patchSet === undefined
        ? {}
        : { patchSet: step.patchSet }),
    })),
    ...(plan.topic === undefined ? {} : { topic: plan.topic }),
    wishes: plan.wishes.map(({ branch, wish }) => ({ branch, ...wishJson(wish) })),
    orphans: plan.orphans.map(({ number, title, url }) => {
      const judged = orphans.find(({ remote }) => remote.number === number);
      return { number, subject: title, url, abandoned: judged !== undefined && judged.stays === undefined };
    }),
  };
}

export function nextStep(say: Say, plan: UploadPlan, effects: boolean): string {
  if (!effects) return "Nothing new: the server has all of this already";
  const open = plan.steps.filter(({ kind }) => kind !== "merged").length;
  return say.colour(
    "dim",
    `Next: wait for votes on ${open === 1 ? "it" : "them"}; \`git review status\` shows who has to do what`,
  );
}

/** Where the commits go, if not to the project. */
function forkWords({ push }: UploadPlan): string {
  const forks = [...new Set(push.flatMap(({ fork }) => fork ?? []))];
  return forks.length === 0 ? "" : ` · through ${forks.join(", ")}`;
}

function wordOf(step: Step): string {
  switch (step.kind) {
    case "create":
      if (step.supersedes !== undefined) return `new, instead of #${step.supersedes.number}`;
      return step.replaces === undefined ? "new" : `new (#${step.replaces.number} was closed)`;
    case "update":
      return patchSet(step.patchSet);
    case "message-only":
      return `${patchSet(step.patchSet)}, message only`;
    case "retarget":
      return `unchanged, now on ${shortBase(step)}`;
    case "reword":
      return "text updated";
    case "unchanged":
      return step.remote.theirs === true ? `as ${oneLine(step.remote.author.login)} sent it` : "unchanged";
    case "merged":
      return "merged already";
  }
}

function colourOf(step: Step): Colour {
  switch (step.kind) {
    case "create":
    case "update":
    case "message-only":
      return "green";
    case "retarget":
    case "reword":
      return "yellow";
    case "unchanged":
    case "merged":
      return "dim";
  }
}

/** Head branches are long; people know the target's name and the change below. */
function shortBase({ base }: Step): string {
  return base.startsWith("review/") ? "the change below" : base;
}

function patchSet(n: number | undefined): string {
  return n === undefined ? "new patch set" : `patch set ${n}`;
}

function numberOf(step: Step, created: Created | undefined): string {
  const number = step.kind === "create" ? created?.[step.branch]?.number : step.remote.number;
  return number === undefined ? "#–" : `#${number}`;
}

function urlOf(step: Step, created: Created | undefined): string | undefined {
  return step.kind === "create" ? created?.[step.branch]?.url : step.remote.url;
}

function withNumber(step: Step, created: Created | undefined): { number?: number; url?: string } {
  if (step.kind !== "create") return { number: step.remote.number, url: step.remote.url };
  const made = created?.[step.branch];
  return made === undefined ? {} : { number: made.number, url: made.url };
}

function wishJson(wish: Wish): object {
  switch (wish.kind) {
    case "draft":
    case "ready":
      return { kind: wish.kind };
    case "ask":
      return { kind: wish.kind, names: wish.reviewers.map(({ name }) => name) };
    case "label":
      return { kind: wish.kind, names: wish.labels.map(({ name }) => name) };
  }
}

/** What is wished beside the commits, one line for each kind of wish. */
function wishLines({ wishes, writes, steps }: UploadPlan): readonly string[] {
  const made = writes.flatMap((one) => (one.kind === "create" && one.draft ? [one.head] : []));
  const all: readonly { readonly branch: string; readonly wish: Wish }[] = [
    ...made.map((branch) => ({ branch, wish: { kind: "draft" as const } })),
    ...wishes,
  ];
  const lines = new Map<string, string[]>();
  for (const { wish, branch } of all) {
    const step = steps.find((one) => one.branch === branch);
    const isNew = step === undefined || step.kind === "create";
    const name = isNew ? oneLine(step?.change.subject ?? branch) : `#${step.remote.number}`;
    const line = wishWords(wish);
    lines.set(line, [...(lines.get(line) ?? []), name]);
  }
  return [...lines].map(([line, on]) => `${line}: ${on.join(", ")}`);
}

function wishWords(wish: Wish): string {
  switch (wish.kind) {
    case "draft":
      return "Work in progress, a draft";
    case "ready":
      return "Ready for review";
    case "ask":
      return `Review asked of ${wish.reviewers.map(({ name }) => oneLine(name)).join(", ")}`;
    case "label":
      return `Labels ${wish.labels.map(({ name }) => oneLine(name)).join(", ")}`;
  }
}

/** What becomes of the one that is to be replaced is not ours to decide. */
function supersededLines({ steps }: UploadPlan): readonly string[] {
  return steps.flatMap((step) => {
    if (step.kind !== "create" || step.supersedes === undefined) return [];
    const { number, author } = step.supersedes;
    const who = oneLine(author.login);
    return [
      `#${number} is ${who}'s, on a branch you may not push: it stays open until ${who} or a core reviewer closes it, and only then can yours land`,
    ];
  });
}

function keptLines(plan: UploadPlan): readonly string[] {
  return plan.steps.flatMap((step) => {
    if (step.kind === "create" || step.kind === "merged" || step.kept.length === 0) return [];
    const what = step.kept.map((part) => (part === "body" ? "text" : part)).join(" and ");
    return [
      `#${step.remote.number}: its ${what} on the web ${step.kept.length > 1 ? "differ" : "differs"} from the commit and ${step.kept.length > 1 ? "are" : "is"} kept`,
    ];
  });
}

function leftLine({ left }: GatheredStack): readonly string[] {
  if (left.length === 0) return [];
  const names = left.map(({ commit, subject }) => `${commit.slice(0, 7)} "${oneLine(subject)}"`);
  const few = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return [`Not sent, being above --to: ${few.join(", ")}`];
}

function orphanLines(
  plan: UploadPlan,
  judged: readonly Orphan[] | undefined,
  created: Created | undefined,
): readonly string[] {
  const lines = plan.orphans.map(({ number, title }) => {
    const orphan = judged?.find(({ remote }) => remote.number === number);
    return `#${number} "${oneLine(title)}" was sent from here and is no longer in your commits; ${orphanWords(orphan, created)}`;
  });
  const hint = "`git review --abandon` closes those of them that are yours";
  return lines.length === 0 || judged !== undefined ? lines : [...lines, hint];
}

function orphanWords(orphan: Orphan | undefined, created: Created | undefined): string {
  if (orphan === undefined) return "it stays open";
  switch (orphan.stays?.kind) {
    case undefined:
      return created === undefined ? "it would be closed" : "it is closed";
    case "of-another":
      return `it stays open, being a change of ${oneLine(orphan.stays.login)}`;
    case "moved":
      return "it stays open, since it is not as this clone sent it";
  }
}
