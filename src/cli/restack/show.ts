/** A restack as people read it, one line per commit, and as scripts do (docs/schemas/restack.schema.json). */
import { type Desk } from "../desk.ts";
import { above } from "../gather-stack.ts";
import { columns, counted, oneLine, type Colour } from "../say.ts";
import { type GatheredRestack } from "./gather.ts";
import { type RestackMoves } from "./move.ts";
import { type Replayed } from "./replay.ts";

export interface ShownRestack {
  readonly gathered: GatheredRestack;
  readonly rows: readonly Replayed[];
  readonly moves: RestackMoves;
  readonly dryRun: boolean;
}

type Action = "unchanged" | "replayed" | "taken" | "dropped";

export function restackLines(desk: Desk, { gathered, rows, moves, dryRun }: ShownRestack): readonly string[] {
  const { say } = desk;
  const { branch, from, to, followers, stay } = moves;
  const onto = `${above(desk, gathered.target)} (${gathered.targetTip.sha.slice(0, 7)})`;
  if (from === to && followers.length === 0)
    return [`Nothing to restack: ${branch} stands on ${onto}, and nothing below it has changed`];
  const title = `${branch} → ${onto} · ${counted(rows.length, "commit")}${dryRun ? " · dry run, nothing moves" : ""}`;
  const lines = rows.map((row) => [
    row.step.remote === undefined ? "#–" : `#${row.step.remote.number}`,
    oneLine(row.step.at.subject),
    say.colour(COLOURS[actionOf(row)], wordOf(row)),
  ]);
  const closed = rows.filter(({ step }) => step.remote?.state === "closed");
  const moved = followers.map(
    (one) => `${one.branch} ${dryRun ? "would follow" : "followed"} to ${one.to.slice(0, 7)}`,
  );
  return [
    say.colour("bold", title),
    ...columns(lines),
    ...closed.map(({ step }) => `#${step.remote?.number} is closed, but its commit is still in your stack`),
    ...moved,
    ...stay.map((one) => `${one.branch} stays: ${one.why}`),
    say.colour(
      "dim",
      dryRun
        ? "`git review restack` does this"
        : `${branch} was at ${from.slice(0, 7)}; \`git review\` sends it as it is now`,
    ),
  ];
}

/** `docs/schemas/restack.schema.json`. */
export function restackJson({ location }: Desk, { gathered, rows, moves, dryRun }: ShownRestack): unknown {
  const { branch, from, to, followers, stay } = moves;
  return {
    ...{ version: 1, dryRun, host: location.host, project: `${location.owner}/${location.name}` },
    ...{ target: gathered.target, targetTip: gathered.targetTip.sha, branch, from, to },
    commits: rows.map((row) => ({
      action: actionOf(row),
      was: row.step.at.commit,
      ...(row.now === undefined ? {} : { now: row.now }),
      subject: row.step.at.subject,
      ...(row.step.remote === undefined ? {} : { number: row.step.remote.number, url: row.step.remote.url }),
    })),
    followers,
    stay,
  };
}

const COLOURS: Readonly<Record<Action, Colour>> = {
  unchanged: "dim",
  replayed: "green",
  taken: "green",
  dropped: "yellow",
};

function actionOf({ step, now }: Replayed): Action {
  if (now === undefined) return "dropped";
  if (now === step.at.commit) return "unchanged";
  return step.kind === "take" || step.kind === "as-sent" ? "taken" : "replayed";
}

function wordOf(row: Replayed): string {
  const { step, now } = row;
  switch (actionOf(row)) {
    case "dropped":
      return step.remote?.state === "merged" ? "merged, left out" : "left out: the target has it already";
    case "unchanged":
      return "unchanged";
    case "taken": {
      const head = step.kind === "take" || step.kind === "as-sent" ? step.head : now;
      const as = now === head ? "" : `, as ${now?.slice(0, 7) ?? ""}`;
      return `the server's newer ${head?.slice(0, 7) ?? ""} taken over${as}`;
    }
    case "replayed":
      return `${now?.slice(0, 7) ?? ""}, was ${step.at.commit.slice(0, 7)}${step.kind === "drop-if-empty" ? "; it was merged, with edits that are not in it" : ""}`;
  }
}
