/**
 * The policy snapshot as JSON, field by field; `policies/snapshot.schema.json` is made of this. Instants are ISO-8601 with Z there
 * and milliseconds here. A key that is not in the table is refused: a fact under another name would be a fact that is left out.
 */
import { z } from "zod";
import { parseBranchName, parseChangeId, parseSha, userId, type UserId } from "../ids.ts";
import { formatInstant, instant, parseInstant, type Instant } from "../time.ts";
import type { PolicySnapshot } from "./snapshot.ts";

const text = z.string();

/** Text that is one of our names once it is read; back again it is the same text. */
function named<T extends string>(
  read: (text: string) => T | undefined,
  { source, is }: { source: RegExp; is: string },
) {
  return z.codec(
    z.string().regex(source, is),
    z.custom<T>((value) => typeof value === "string"),
    {
      decode: (written, context) => {
        const name = read(written);
        if (name !== undefined) return name;
        context.issues.push({ code: "custom", message: is, input: written });
        return z.NEVER;
      },
      encode: (name): string => name,
    },
  );
}

const sha = named(parseSha, { source: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, is: "40 or 64 lower-case hex digits" });
const branch = named(parseBranchName, { source: /^[A-Za-z0-9._/@#+=,-]{1,200}$/, is: "a branch without refs/heads/" });
const changeId = named(parseChangeId, { source: /^I[0-9a-f]{40}$/, is: "I and 40 lower-case hex digits" });
const id = z.codec(
  z.int().nonnegative(),
  z.custom<UserId>((value) => typeof value === "number"),
  { decode: (number) => userId(number), encode: (user): number => user },
);
const at = z.codec(
  z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/, "an instant such as 2026-09-01T12:00:00Z"),
  z.custom<Instant>((value) => typeof value === "number"),
  {
    decode: (written, context) => {
      const read = parseInstant(written);
      // A 31st of February is read as a day of March: what does not come back the same is none.
      if (read !== undefined && formatInstant(instant(read)).startsWith(written.slice(0, 16))) return read;
      context.issues.push({ code: "custom", message: "an instant such as 2026-09-01T12:00:00Z", input: written });
      return z.NEVER;
    },
    encode: (when) => formatInstant(when),
  },
);

const person = z.strictObject({ id, login: text, type: z.enum(["User", "Bot"]) });
const member = z.strictObject({ id, login: text });
const reviewSource = z.strictObject({ kind: z.literal("review"), id: text });
const kind = z.enum([
  "NO_CHANGE",
  "NO_CODE_CHANGE",
  "TRIVIAL_REBASE",
  "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE",
  "MERGE_FIRST_PARENT_UPDATE",
  "TARGET_MERGE",
  "REWORK",
]);
const signature = z.strictObject({
  name: text,
  email: text,
  user: person.exactOptional(),
  via: z.literal("suggestion").exactOptional(),
  carried: z.literal(true).exactOptional(),
});
const patchSet = z.strictObject({
  n: z.int().positive(),
  sha,
  parent: sha,
  tree: sha,
  kind,
  pusher: person.exactOptional(),
  authors: z.array(signature),
  committers: z.array(signature),
  coauthors: z.array(signature),
  at: at.exactOptional(),
  earlierReviews: z.array(text).exactOptional(),
  undone: z.literal(true).exactOptional(),
});
const vote = z.strictObject({
  user: person,
  label: text,
  value: z.int(),
  patchSet: z.int().nonnegative(),
  sha,
  at,
  endedAt: at.exactOptional(),
  source: reviewSource,
  permitted: z.strictObject({ min: z.int(), max: z.int() }).exactOptional(),
  state: z.enum(["current", "superseded", "retracted", "dismissed", "edited", "deleted"]),
});
const check = z.strictObject({
  kind: z.enum(["job", "check-run", "status"]),
  name: text,
  app: z.strictObject({ id: z.int(), slug: text }).exactOptional(),
  creator: person.exactOptional(),
  workflow: text.exactOptional(),
  event: text.exactOptional(),
  run: z.int().exactOptional(),
  headBranch: branch.exactOptional(),
  sha,
  status: z.enum(["queued", "in_progress", "completed"]),
  conclusion: text.exactOptional(),
  at,
  startedAt: at.exactOptional(),
  attempt: z.int(),
  summary: text.exactOptional(),
  url: text.exactOptional(),
});
const file = z.strictObject({
  path: text,
  previousPath: text.exactOptional(),
  mode: text,
  previousMode: text.exactOptional(),
  binary: z.literal(true).exactOptional(),
  additions: z.int().nonnegative(),
  deletions: z.int().nonnegative(),
  status: z.enum(["added", "modified", "removed", "renamed"]),
});
const lower = z.strictObject({
  number: z.int().positive(),
  builtOn: sha,
  currentHead: sha,
  builtOnPatchSet: z.int().exactOptional(),
  currentPatchSet: z.int().exactOptional(),
  state: z.enum(["open", "merged", "closed"]),
  target: branch,
  ready: z.boolean(),
});
const layer = z.strictObject({ from: z.enum(["preset", "org", "repo"]), path: text, sha, text });
const change = z.strictObject({
  number: z.int().positive(),
  repository: text.exactOptional(),
  owner: person,
  requester: person.exactOptional(),
  branch,
  base: sha,
  head: sha,
  headBranch: branch,
  draft: z.boolean(),
  title: text,
  body: text,
  changeId: changeId.exactOptional(),
  sameId: z.strictObject({ number: z.int().positive(), owner: text }).exactOptional(),
  topic: text.exactOptional(),
  hashtags: z.array(text),
  openedAt: at,
  below: z.array(lower),
  foreignCommits: z.array(sha),
  conflicts: z.array(text).exactOptional(),
  commits: z.array(z.strictObject({ sha, message: text, parents: z.int().nonnegative().exactOptional() })),
  reviewers: z.array(person),
  patchSets: z.array(patchSet),
  files: z.array(file),
  brings: z.array(layer).exactOptional(),
});

export const snapshotShape = z.strictObject({
  version: z.literal(1),
  policy: z.union([text, z.array(layer)]),
  change,
  votes: z.array(vote),
  checks: z.array(check),
  groups: z.record(z.string().regex(/^@?[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, "the name of a group"), z.array(member)),
  freezes: z.array(
    z.strictObject({
      name: text,
      kind: text.exactOptional(),
      branches: z.array(text),
      from: at,
      to: at,
      applies: z.strictObject({ paths: z.array(text), tagLabels: z.array(text) }).exactOptional(),
      exemptPaths: z.array(text).exactOptional(),
      exception: z.strictObject({ until: at, record: text }).exactOptional(),
    }),
  ),
  overrides: z.array(
    z.strictObject({
      name: text,
      by: person,
      reason: text,
      at,
      sha: sha.exactOptional(),
      source: reviewSource.exactOptional(),
      state: z.enum(["current", "edited", "dismissed", "deleted"]).exactOptional(),
    }),
  ),
  facts: z.strictObject({
    unresolved: z.int().nonnegative(),
    bidi: z.array(text),
    notGathered: z.array(z.enum(["bidi", "backport", "owners", "topic", "hashtag"])).exactOptional(),
    backportOf: z.strictObject({ sha, branch, kind }).exactOptional(),
    newer: z
      .array(
        z.strictObject({
          ...{ branch, has: z.boolean(), open: z.int().positive().exactOptional() },
          reverted: sha.exactOptional(),
        }),
      )
      .exactOptional(),
    owners: z.array(z.strictObject({ path: text, text })),
    ownerPeople: z.array(z.strictObject({ owner: text, id, login: text })).exactOptional(),
  }),
  incomplete: z.array(z.strictObject({ what: text, why: text })),
  now: at,
});

export const snapshotSchema: z.ZodType<PolicySnapshot> = snapshotShape;
