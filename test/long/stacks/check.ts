// After a submit that went through: each commit of the stack has one open pull request, which shows exactly that commit, on the one
// below; and no other pull request was merged, closed or given another diff.
import { type Bench, type Pull } from "../../cli/seat.ts";
import { stateOf, type Server } from "./keeps.ts";
import { type Commit } from "./people.ts";

export interface Sent {
  readonly target: string;
  /** Oldest first, as it is after the submit. */
  readonly stack: readonly Commit[];
  readonly before: Server;
  readonly now: Server;
}

/** `seen`: digests of diffs that were asked for already. */
export async function checkSubmit(
  bench: Bench,
  { target, stack, before, now }: Sent,
  seen: Map<string, string>,
): Promise<void> {
  for (const was of before.pulls) {
    const is = now.pulls.find(({ number }) => number === was.number);
    if (is === undefined || stateOf(is) !== stateOf(was))
      throw new Error(
        `#${was.number} "${was.title}" was ${stateOf(was)}, the submit made it ${is === undefined ? "vanish" : stateOf(is)}`,
      );
  }
  const open = now.pulls.filter((pull) => stateOf(pull) === "open");
  for (const { head } of open) {
    const same = open.filter((pull) => pull.head.ref === head.ref);
    if (same.length > 1)
      throw new Error(`${head.ref} has ${same.map(({ number }) => `#${number}`).join(" and ")} open`);
  }
  let below = target;
  const mine = new Set<number>();
  for (const { id, sha, subject } of stack) {
    const branch = `review/${target}/${id ?? ""}`;
    const pull = open.find(({ head }) => head.ref === branch);
    if (pull === undefined) throw new Error(`"${subject}" was sent and has no open pull request`);
    const found = `#${pull.number} "${subject}"`;
    if (pull.head.sha !== sha) throw new Error(`${found} is at ${pull.head.sha}, its commit is ${sha}`);
    if (pull.base.ref !== below) throw new Error(`${found} is based on ${pull.base.ref}, the one below is ${below}`);
    const shown = await commitsOf(bench, pull);
    if (shown.length !== 1 || shown[0] !== sha)
      throw new Error(`${found} shows the commits ${shown.join(", ")}, its own is ${sha}`);
    const [diff, own] = [await diffOf(bench, pull, now, seen), await diffOfCommit(bench, sha, seen)];
    if (diff !== own) throw new Error(`${found} shows\n${diff}\n--- its commit is\n${own}`);
    mine.add(pull.number);
    below = branch;
  }
  for (const pull of open) {
    if (mine.has(pull.number)) continue;
    const was = before.pulls.find(({ number }) => number === pull.number);
    if (was === undefined)
      throw new Error(`#${pull.number} "${pull.title}" was opened, and no commit of the stack is its own`);
    if (was.head.sha !== pull.head.sha)
      throw new Error(`#${pull.number} "${pull.title}" has another head, and was not sent`);
    if (was.base.ref !== pull.base.ref)
      throw new Error(`#${pull.number} "${pull.title}" has another base, and was not sent`);
  }
}

async function commitsOf(bench: Bench, { number }: Pull): Promise<readonly string[]> {
  const shown = (await ask(bench, `/pulls/${number}/commits?per_page=100`)) as readonly { readonly sha: string }[];
  return shown.map(({ sha }) => sha);
}

/** A pull request's "Files changed". */
async function diffOf(
  bench: Bench,
  { number, head, base }: Pull,
  { branches }: Server,
  seen: Map<string, string>,
): Promise<string> {
  const key = `${branches.get(`refs/heads/${base.ref}`) ?? ""}...${head.sha}`;
  const known = seen.get(key);
  if (known !== undefined) return known;
  const diff = filesOf(await ask(bench, `/pulls/${number}/files?per_page=100`));
  seen.set(key, diff);
  return diff;
}

async function diffOfCommit(bench: Bench, sha: string, seen: Map<string, string>): Promise<string> {
  const known = seen.get(sha);
  if (known !== undefined) return known;
  const diff = filesOf(((await ask(bench, `/commits/${sha}`)) as { readonly files: unknown }).files);
  seen.set(sha, diff);
  return diff;
}

function filesOf(files: unknown): string {
  const list = files as readonly {
    readonly filename: string;
    readonly status: string;
    readonly sha: string;
    readonly patch?: string;
  }[];
  return list.map(({ filename, status, sha, patch = "" }) => `${status} ${filename} ${sha}\n${patch}`).join("\n");
}

async function ask({ forge }: Bench, path: string): Promise<unknown> {
  const response = await fetch(`${forge.api}/repos/acme/api${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
