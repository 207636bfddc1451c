// Small stacks and server views for the tests of the plan.
import { headBranch, type Change } from "../../../src/core/change/change.ts";
import { newText } from "../../../src/core/change/pull-request-text.ts";
import { type StackCommit } from "../../../src/core/change/stack.ts";
import { type RemoteChange, type RemoteView } from "../../../src/core/change/upload.ts";
import {
  parseBranchName,
  parseChangeId,
  parseSha,
  type BranchName,
  type ChangeId,
  type Sha,
} from "../../../src/core/ids.ts";

/** A SHA that begins with these hex digits. */
export function sha(digits: string): Sha {
  const found = parseSha(digits.padEnd(40, "0"));
  if (found === undefined) throw new Error(`not hex: ${digits}`);
  return found;
}

export function changeId(digits: string): ChangeId {
  const found = parseChangeId(`I${digits.padEnd(40, "0")}`);
  if (found === undefined) throw new Error(`not hex: ${digits}`);
  return found;
}

export function branch(name: string): BranchName {
  const found = parseBranchName(name);
  if (found === undefined) throw new Error(`no branch name: ${name}`);
  return found;
}

export const MAIN = branch("main");
export const TIP = sha("0a");

/** `letter` names the id, `version` the commit of it. */
export function change(letter: string, version = 1, more: Partial<Change> = {}): Change {
  const id = changeId(letter);
  return {
    id,
    commit: sha(`${letter}${version}`),
    tree: sha(`${letter}${version}ee`),
    parent: TIP,
    subject: `Add ${letter}`,
    body: `Why ${letter}.\n\nChange-Id: ${id}`,
    ...more,
  };
}

/** Each on top of the one before. */
export function stack(...changes: readonly Change[]): readonly Change[] {
  return changes.map((one, index) => ({ ...one, parent: changes[index - 1]?.commit ?? TIP }));
}

export function branchOf(letter: string, target = MAIN): BranchName {
  const found = headBranch(target, changeId(letter));
  if (found === undefined) throw new Error("too long");
  return found;
}

/** The pull request as an upload of `sent` onto `base` leaves it. */
export function pull(number: number, sent: Change, base: BranchName, more: Partial<RemoteChange> = {}): RemoteChange {
  const head = headBranch(MAIN, sent.id);
  if (head === undefined) throw new Error("too long");
  return {
    number,
    nodeId: `PR_${number}`,
    url: `https://forge/acme/api/pull/${number}`,
    ...newText(sent),
    state: "open",
    author: { login: "carol" },
    head: sent.commit,
    headBranch: head,
    base,
    ...more,
  };
}

/** Everything on the server was once sent from here, unless `seen` says otherwise. */
export function view(pulls: readonly RemoteChange[], more: Partial<RemoteView> = {}): RemoteView {
  return {
    target: MAIN,
    changes: Object.fromEntries(pulls.map((one) => [one.headBranch, one])),
    branches: {},
    sent: {},
    seen: new Set(pulls.map(({ head }) => head)),
    sentFromHere: [],
    ...more,
  };
}

export function commit(digits: string, parent: Sha | readonly Sha[], message: string): StackCommit {
  const parents = typeof parent === "string" ? [parent] : parent;
  return { sha: sha(digits), tree: sha(`${digits}ee`), parents, message, headers: {} };
}
