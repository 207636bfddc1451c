// Kills the service at the points of a path, one after the other, and says how many. A point is a call, before or after its effect.
// Which points: CRASH_SAMPLE=n takes n, evenly
// spread; CRASH_FROM and CRASH_POINTS take a run of them, so that a long run can be resumed; else all.
import { expect } from "vitest";
import { openHouse } from "../bot/stage.ts";
import { type Path, openLine, type Line } from "./crash-line.ts";
import { type Point } from "./crash-life.ts";

/** Every this many seconds a line says how far it is. */
const TELL_S = 20;

export function isWanted({ word }: Path): boolean {
  return [undefined, word].includes(process.env["CRASH_PATH"]);
}

export async function killAlong(path: Path): Promise<void> {
  const house = await openHouse();
  let line = await openLine(house, path);
  try {
    await line.tell(); // the first one meets an empty mirror and starts the line
    const whole = await line.tell();
    const all = pointsOf(whole.calls);
    const wanted = chosen(all);
    let killed = 0;
    const wrong: string[] = [];
    let told = performance.now();
    for (const [index, point] of wanted) {
      const what = `point ${index} of ${all.length}, ${point.when} call ${point.n} (${whole.calls[point.n - 1] ?? ""})`;
      const problem = await differs(line, point, whole.picture);
      if (problem.died) killed += 1;
      if (problem.text !== undefined) {
        wrong.push(`${path.name}: ${what}:\n${problem.text}`);
        console.error(wrong.at(-1));
        await line.close().catch(() => undefined);
        line = await openLine(house, path); // what went wrong must not spoil the points after it
        await line.tell();
      }
      if (performance.now() - told > TELL_S * 1000) {
        told = performance.now();
        console.log(`${path.name}: up to point ${index}; resume with --path ${path.word} --from ${index + 1}`);
      }
    }
    console.log(`killed at ${killed} of ${all.length} points (${path.name})`);
    expect(wrong).toEqual([]);
    expect(killed, "points at which the service was killed").toBe(wanted.length);
  } finally {
    await line.close();
    await house.close();
  }
}

interface Found {
  readonly died: boolean;
  readonly text?: string;
}

async function differs(line: Line, point: Point, picture: string): Promise<Found> {
  try {
    const outcome = await line.tell(point);
    const died = outcome.diedAt !== undefined;
    if (!died) return { died, text: "the service was not killed: this time the path has fewer calls" };
    return outcome.picture === picture
      ? { died }
      : {
          died,
          text: `killed at ${outcome.diedAt ?? ""}\n--- undisturbed\n${picture}\n--- after the crash\n${outcome.picture}`,
        };
  } catch (error) {
    return { died: true, text: error instanceof Error ? error.message : String(error) };
  }
}

/** An answer that reaches nobody has changed nothing: dying after a question is dying before the next call. */
const QUESTION = /^store Select |^git (upload-pack|token)$|^forge (repositor|watched|open|read|members|file|statuses)/;

function pointsOf(calls: readonly string[]): readonly Point[] {
  return calls.flatMap((what, index) => {
    const n = index + 1;
    return QUESTION.test(what)
      ? [{ n, when: "before" }]
      : [
          { n, when: "before" },
          { n, when: "after" },
        ];
  });
}

/** Points with their number, counted from 1. */
function chosen(all: readonly Point[]): readonly (readonly [number, Point])[] {
  const numbered = all.map((point, index) => [index + 1, point] as const);
  const sample = Number(process.env["CRASH_SAMPLE"] ?? 0);
  if (sample > 0) {
    const size = Math.min(sample, all.length);
    const picked = new Set(Array.from({ length: size }, (_, k) => Math.floor(((k + 0.5) * all.length) / size)));
    return numbered.filter((_, index) => picked.has(index));
  }
  const from = Number(process.env["CRASH_FROM"] ?? 1);
  const count = Number(process.env["CRASH_POINTS"] ?? all.length);
  return numbered.slice(from - 1, from - 1 + count);
}
