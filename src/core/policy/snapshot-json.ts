/**
 * The policy snapshot as text: `parseSnapshot` and `formatSnapshot` are each other's inverse. This JSON is a public interface: other
 * programs make and drive it, so whatever is not in its schema is refused with the path at which it stands.
 */
import { z } from "zod";
import { fail, ok, type Result } from "../result.ts";
import { describeIssues, formatPath } from "./issue-words.ts";
import type { PolicySnapshot } from "./snapshot.ts";
import { snapshotSchema } from "./snapshot-schema.ts";

/** A change of 3 000 files and 10 000 checks has about 5 MB. */
export const LARGEST_SNAPSHOT = 32 * 1024 * 1024;
const MOST_PROBLEMS = 20;

export interface SnapshotProblem {
  /** `change.patchSets[0].at`; empty for the whole text. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

export function parseSnapshot(text: string): Result<PolicySnapshot, readonly SnapshotProblem[]> {
  if (text.length > LARGEST_SNAPSHOT)
    return whole(
      `it has more than ${LARGEST_SNAPSHOT / 1024 / 1024} MiB`,
      "no change needs as much: was it another file?",
    );
  const json = parseJson(text);
  if (!json.ok) return whole(json.problem, "make one with `plustwo policy fetch --pr N`");
  const read = snapshotSchema.safeParse(json.value);
  if (read.success) return ok(read.data);
  return fail(
    describeIssues(read.error.issues.slice(0, MOST_PROBLEMS), json.value).map(({ path, key, message, hint }) => ({
      path: formatPath(key === undefined ? path : [...path, key]),
      message,
      hint,
    })),
  );
}

/** With a line feed at its end; the same snapshot is always the same text. */
export function formatSnapshot(snapshot: PolicySnapshot): string {
  return `${JSON.stringify(z.encode(snapshotSchema, snapshot), null, 2)}\n`;
}

/** For `policies/snapshot.schema.json`, which is this, and a test says so. */
export function snapshotJsonSchema(): object {
  return {
    title: "plustwo policy snapshot",
    ...z.toJSONSchema(snapshotSchema, { target: "draft-2020-12", io: "input" }),
  };
}

function whole(message: string, hint: string): Result<never, readonly SnapshotProblem[]> {
  return fail([{ path: "", message, hint }]);
}

function parseJson(text: string): Result<unknown, string> {
  if (text.trim() === "") return fail("it is empty");
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch (error) {
    return fail(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
