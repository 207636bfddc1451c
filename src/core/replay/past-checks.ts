/** What the checks of a merged head said at its merge, in the words of the snapshot. The forge keeps the newest run of each name alone. */
import type { Check } from "../policy/snapshot.ts";
import type { MergeCheck, MergeFacts } from "./merge.ts";

/** What ran again after the merge is not among them: it says nothing of then. */
export function checksThen({ checks, head, mergedAt }: MergeFacts): readonly Check[] {
  return checks.read
    .filter(({ sha, startedAt }) => sha === head.sha && (startedAt === undefined || startedAt <= mergedAt))
    .map((check): Check => {
      const { conclusion, startedAt, endedAt } = check;
      const ended = endedAt !== undefined && endedAt <= mergedAt;
      return {
        ...producedBy(check),
        at: startedAt ?? endedAt ?? mergedAt,
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(ended
          ? { status: "completed", ...(conclusion === undefined ? {} : { conclusion }) }
          : { status: "in_progress" }),
      };
    });
}

/** Those of the head that ran again after the merge, as if they had ended like this before it. */
export function rerunAs({ checks, head, mergedAt }: MergeFacts, conclusion: "success" | "failure"): readonly Check[] {
  return checks.read
    .filter(({ sha, startedAt }) => sha === head.sha && startedAt !== undefined && startedAt > mergedAt)
    .map((check): Check => ({
      ...producedBy(check),
      ...{ status: "completed", conclusion, at: mergedAt, startedAt: mergedAt },
    }));
}

function producedBy(check: MergeCheck): Pick<Check, "kind" | "name" | "sha" | "attempt"> & Partial<Check> {
  const { kind, name, sha, workflow, event, headBranch, creator, url, appId, by } = check;
  const run = runOf(check);
  return {
    ...{ kind, name, sha, attempt: 1 },
    ...(appId === undefined ? {} : { app: { id: appId, slug: by } }),
    ...(creator === undefined ? {} : { creator }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(event === undefined ? {} : { event }),
    ...(run === undefined ? {} : { run }),
    ...(headBranch === undefined ? {} : { headBranch }),
    ...(url === undefined ? {} : { url }),
  };
}

/** Only its link says which run a job belongs to. */
function runOf({ url }: MergeCheck): number | undefined {
  const [, id] = /\/actions\/runs\/(\d{1,15})\b/.exec(url ?? "") ?? [];
  return id === undefined ? undefined : Number(id);
}
