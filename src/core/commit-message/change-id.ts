/**
 * The Change-Id of a commit: reading it, adding it, making one up. Source: Gerrit, "Change-Ids"; RULINGS 34–37.
 * An id stands in the last paragraph as `Change-Id: I…`, or as `Link: <review url>/id/I…`.
 */
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { parseChangeId, type ChangeId } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { parseMessage } from "./message.ts";
import { sameKey, trailersIn, withTrailer } from "./trailers.ts";

export type ChangeIdProblem =
  /** `misplaced`: an id stands above the last paragraph, where nobody looks for it. */
  | { readonly kind: "none"; readonly misplaced?: ChangeId }
  | { readonly kind: "several"; readonly ids: readonly ChangeId[] }
  | { readonly kind: "malformed"; readonly text: string };

/** What makes an id unlike every other. */
export interface ChangeIdSeed {
  readonly tree: string;
  /** Empty for a root commit. */
  readonly parents: readonly string[];
  /** The committer's line, with its time. */
  readonly committer: string;
  readonly message: string;
  /** Randomness from outside: two commits of one second on one parent must differ (RULINGS 34). */
  readonly salt: string;
}

/** The one id of a message. The same id in both forms is one id. */
export function changeIdOf(text: string): Result<ChangeId, ChangeIdProblem> {
  const message = parseMessage(text);
  const ids = new Set<ChangeId>();
  for (const { key, value } of trailersIn(message)) {
    if (sameKey(key, "Change-Id")) {
      const id = parseChangeId(value);
      if (id === undefined) return fail({ kind: "malformed", text: value });
      ids.add(id);
    } else if (sameKey(key, "Link")) {
      const id = parseChangeId(/^\S+\/id\/(I[0-9a-f]{40})$/.exec(value)?.[1] ?? "");
      if (id !== undefined) ids.add(id);
    }
  }
  const [only, ...more] = ids;
  if (only === undefined) return fail(none(message.lines));
  return more.length === 0 ? ok(only) : fail({ kind: "several", ids: [only, ...more] });
}

/** The message with this id as a trailer; a message that already says something about an id is left as it is. */
export function withChangeId(text: string, id: ChangeId): string {
  const read = changeIdOf(text);
  if (read.ok || read.problem.kind !== "none") return text;
  return withTrailer(text, "Change-Id", id);
}

export function deriveChangeId(seed: ChangeIdSeed): ChangeId {
  const parents = seed.parents.map((parent) => `parent ${parent}\n`).join("");
  return idOf(`tree ${seed.tree}\n${parents}committer ${seed.committer}\nsalt ${seed.salt}\n\n${seed.message}`);
}

/**
 * The id of a commit that carries none in its message, but a Jujutsu or GitButler header: Jujutsu's own rule for Gerrit
 * (`I`, its 32 digits in hex, `6a6a6964`); for ids of another shape, SHA-1 of the id. Nothing is written (RULINGS 37).
 */
export function changeIdFromHeaders(headers: Readonly<Record<string, string>>): ChangeId | undefined {
  const header = headers["change-id"]?.trim();
  if (header !== undefined && /^[k-z]{32}$/.test(header)) return parseChangeId(`I${reverseHex(header)}6a6a6964`);
  const other = (header ?? headers["gitbutler-change-id"])?.trim();
  return other === undefined || other === "" ? undefined : idOf(other);
}

/** What to tell the author; `commit` is how the commit is shown, such as `3f2a91c "Fix parser"`. */
export function describeChangeIdProblem(commit: string, problem: ChangeIdProblem): { message: string; hint: string } {
  switch (problem.kind) {
    case "none":
      return problem.misplaced === undefined
        ? {
            message: `${commit} has no Change-Id`,
            hint: "run `git review setup` once, then `git commit --amend --no-edit`",
          }
        : {
            message: `${commit} has its Change-Id ${problem.misplaced} above the last paragraph, where it does not count`,
            hint: "move the Change-Id line into the last paragraph with `git commit --amend`",
          };
    case "several":
      return {
        message: `${commit} has ${problem.ids.length} Change-Ids in its last paragraph: ${problem.ids.join(", ")}`,
        hint: "keep the one of the change to update and delete the others with `git commit --amend`",
      };
    case "malformed":
      return {
        message: `${commit} has the Change-Id ${JSON.stringify(problem.text)}, which is not \`I\` and 40 lower-case hex digits`,
        hint: "delete that line with `git commit --amend`; the commit-msg hook adds a good one",
      };
  }
}

function none(lines: readonly string[]): ChangeIdProblem {
  const misplaced = lines
    .flatMap((line) => parseChangeId(/^Change-Id:\s*(\S+)\s*$/i.exec(line)?.[1] ?? "") ?? [])
    .at(-1);
  return misplaced === undefined ? { kind: "none" } : { kind: "none", misplaced };
}

/** Jujutsu writes hex digits backwards in the alphabet: `z` is 0, `k` is f. */
function reverseHex(text: string): string {
  return [...text].map((letter) => (122 - letter.charCodeAt(0)).toString(16)).join("");
}

function idOf(text: string): ChangeId {
  const id = parseChangeId(`I${bytesToHex(sha1(utf8ToBytes(text)))}`);
  if (id === undefined) throw new Error("SHA-1 is 40 hex digits");
  return id;
}
