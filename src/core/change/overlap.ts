/**
 * Pull requests from forks overlap: a base has to be a branch of the project, so each is opened against the target and shows
 * the commits of the changes below it until those have landed. Their text says so, and leads to the one commit that is theirs.
 * Its address has the pull request's own number, so a new one is told of it after it was made.
 */
import { updatedText, type Overlap, type PullRequestText, type TextMarks } from "./pull-request-text.ts";
import { type PlannedWrite, type RemoteChange, type Step, type UploadPlan } from "./upload.ts";

/** By head branch: pull requests that an upload has just made. */
export type Made = Readonly<Record<string, { readonly number: number; readonly nodeId: string; readonly url: string }>>;

/**
 * What the text of an open pull request says of what is below it: nothing where it shows its own commit alone, and what it says now
 * where the one below has no number yet.
 */
export function overlapOf(
  { over }: Pick<Step, "over">,
  { url }: Pick<RemoteChange, "url">,
  steps: readonly Step[],
): Overlap | "as it is" | undefined {
  if (over === undefined) return undefined;
  const below = steps.find(({ branch }) => branch === over);
  if (below === undefined || below.kind === "create") return "as it is";
  return { below: below.remote.number, url };
}

export function supersession(step: Step): TextMarks {
  return step.kind === "create" && step.supersedes !== undefined ? { supersedes: step.supersedes.number } : {};
}

/** Once the new ones have numbers: the texts that have to name one. Bottom first. */
export function textsToFinish(
  { steps, writes }: Pick<UploadPlan, "steps" | "writes">,
  made: Made,
): readonly Extract<PlannedWrite, { readonly kind: "update" }>[] {
  return steps.flatMap((step) => {
    if (step.over === undefined || step.kind === "merged") return [];
    const below = steps.find(({ branch }) => branch === step.over);
    if (below === undefined || (step.kind !== "create" && below.kind !== "create")) return [];
    const number = below.kind === "create" ? made[below.branch]?.number : below.remote.number;
    const own = step.kind === "create" ? made[step.branch] : step.remote;
    // One that could not be made is reported by its own write.
    if (number === undefined || own === undefined) return [];
    const { body } = updatedText(step.change, textNow(step, writes), undefined, { below: number, url: own.url });
    return body === undefined ? [] : [{ kind: "update", number: own.number, nodeId: own.nodeId, body }];
  });
}

/** As the writes have left it. */
function textNow(step: Exclude<Step, { readonly kind: "merged" }>, writes: readonly PlannedWrite[]): PullRequestText {
  const number = step.kind === "create" ? undefined : step.remote.number;
  const write = writes.find((one) => (one.kind === "create" ? one.head === step.branch : one.number === number));
  const before = step.kind === "create" ? { title: step.change.subject, body: "" } : step.remote;
  return { title: write?.title ?? before.title, body: write?.body ?? before.body };
}

/** The same plan for a fork that got another name than was expected of it. */
export function withForkNamed(plan: UploadPlan, expected: string, name: string): UploadPlan {
  const named = <T extends { readonly fork?: string }>(one: T): T =>
    one.fork === expected ? { ...one, fork: name } : one;
  return {
    ...plan,
    steps: plan.steps.map(named),
    push: plan.push.map(named),
    writes: plan.writes.map((one) => (one.kind === "create" ? named(one) : one)),
  };
}
