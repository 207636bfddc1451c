/**
 * The requirements that no policy can leave out. `Parents`: whatever lands with this change has been approved itself — every commit
 * below its own range is merged, or is the current and ready patch set of a change below (ruling 1, threat T44).
 * `Contributors`: nobody unknown worked on it, where the policy blocks such changes (ruling 6). `Shape`: one commit, where it says so.
 * `Change-Id`: two people's open changes do not share one (ruling 12).
 */
import type { Facts } from "./facts.ts";
import { usesGitReview } from "./review-tool.ts";
import type { ChangeFacts, LowerChange } from "./snapshot.ts";
import type { Action, Atom, RequirementResult, Way } from "./verdict.ts";

export function evaluateParents({ snapshot: { change } }: Facts): RequirementResult {
  const found = [...foreign(change), ...change.below.map((lower) => ({ lower, hurdle: hurdleOf(lower, change) }))];
  const hurdles = found.flatMap(({ hurdle }) => (hurdle === undefined ? [] : [hurdle]));
  const atoms = found.map(({ lower, hurdle }): Atom => {
    const evidence =
      lower === undefined ? change.foreignCommits.map((sha) => `commit:${sha}`) : [`change:${lower.number}`];
    return {
      text: lower === undefined ? "no foreign commits" : `parent:#${lower.number}`,
      value: hurdle === undefined,
      evidence,
    };
  });
  return {
    ...EMPTY,
    name: "Parents",
    description: "Everything below this change has landed, or is ready as it stands there",
    expression: "every commit below is merged, or the current and ready patch set of a change below",
    status: hurdles.length === 0 ? "SATISFIED" : "UNSATISFIED",
    atoms,
    unmetBecause: hurdles.map(({ sentence }) => sentence),
    ways: waysBy(...hurdles.map(({ action }) => action)),
    noun: "parents",
  };
}

export function evaluateContributors({ contributors, snapshot }: Facts): RequirementResult {
  const { unknown } = contributors;
  // What was pushed stays recorded, so that pushing again makes nobody known.
  const isPusher = unknown.some((sentence) => sentence.startsWith("nobody knows who pushed"));
  const action: Action = {
    ...push(
      snapshot.change,
      isPusher ? "open it as a new change" : "have the email added to the account it belongs to",
    ),
    kind: "other",
  };
  return {
    ...EMPTY,
    name: "Contributors",
    description: "Everybody who worked on the change is known",
    expression: "is:contributors-known",
    status: unknown.length === 0 ? "SATISFIED" : "UNSATISFIED",
    atoms: [{ text: "is:contributors-known", value: unknown.length === 0, evidence: [] }],
    unmetBecause: unknown.map((sentence) => `${sentence}, so it could be one of its approvers`),
    ways: unknown.length === 0 ? [] : waysBy(action),
    noun: "known contributors",
  };
}

/** For `shape: one-commit`: the change's own range, merges of the target in it included. */
export function evaluateShape({ snapshot: { change } }: Facts): RequirementResult {
  const { length } = change.commits;
  const fits = length === 1;
  const into = usesGitReview(change) ? `amend the ${length} commits into one` : `push the ${length} commits as one`;
  const found = length === 0 ? "it has no commit of its own" : `it has ${length} commits`;
  return {
    ...EMPTY,
    name: "Shape",
    description: "The change is one commit",
    expression: "shape: one-commit",
    status: fits ? "SATISFIED" : "UNSATISFIED",
    atoms: [{ text: "shape: one-commit", value: fits, evidence: change.commits.map(({ sha }) => `commit:${sha}`) }],
    unmetBecause: fits ? [] : [`${found}, and a change here is one: put them together and push again`],
    ways: fits ? [] : waysBy(push(change, into)),
    noun: "one commit",
  };
}

/** Only where an earlier open change of somebody else's has the same Change-Id and target: which of the two would an upload mean? */
export function evaluateChangeId({ snapshot: { change } }: Facts): readonly RequirementResult[] {
  const { sameId, branch } = change;
  if (sameId === undefined) return [];
  const found = `#${sameId.number} by ${sameId.owner} has the same Change-Id and is open for ${branch} too`;
  return [
    {
      ...EMPTY,
      name: "Change-Id",
      description: "No earlier open change of somebody else's has this Change-Id",
      expression: "no earlier open change of another person has the same Change-Id and target",
      status: "UNSATISFIED",
      atoms: [{ text: `same Change-Id as #${sameId.number}`, value: true, evidence: [`change:${sameId.number}`] }],
      unmetBecause: [
        `${found}: if this one is to take its place, ${sameId.owner} or a core reviewer closes #${sameId.number}; else give this one a Change-Id of its own`,
      ],
      // Either of them settles it.
      ways: [
        ...waysBy({
          kind: "other",
          who: [sameId.owner],
          need: 1,
          do: `close #${sameId.number}, if this one is to take its place`,
        }),
        ...waysBy(push(change, "push it with a Change-Id of its own, or close it")),
      ],
      noun: "Change-Id",
    },
  ];
}

const EMPTY = { counted: [], notCounted: [], blocked: false } as const;

interface Hurdle {
  readonly sentence: string;
  readonly action: Action;
}

/** All of it, each action once; facts of git are not supposed, so these are not tried. */
function waysBy(...actions: readonly Action[]): readonly Way[] {
  const each = new Map(actions.map((action) => [action.do, action]));
  return each.size === 0 ? [] : [{ actions: [...each.values()] }];
}

/** Behind a bot whoever asked it has to; nobody is named where that is not known. */
function push({ owner, requester }: ChangeFacts, what: string): Action {
  const who = [owner, requester].flatMap((one) => (one?.type === "User" ? [one.login] : [])).slice(0, 1);
  return { kind: "push", who, need: who.length, do: what };
}

function foreign(change: ChangeFacts): readonly { readonly lower: undefined; readonly hurdle: Hurdle | undefined }[] {
  const { foreignCommits: commits, branch } = change;
  if (commits.length === 0) return [{ lower: undefined, hurdle: undefined }];
  const some = commits
    .slice(0, 3)
    .map((sha) => sha.slice(0, 7))
    .join(", ");
  const more = commits.length > 3 ? ` and ${commits.length - 3} more` : "";
  const sentence = `${some}${more} would land too and belong to no open change: rebase onto ${branch}, or upload them as changes`;
  return [
    {
      lower: undefined,
      hurdle: { sentence, action: push(change, `rebase onto ${branch}`) },
    },
  ];
}

function hurdleOf(lower: LowerChange, change: ChangeFacts): Hurdle | undefined {
  const { branch } = change;
  const rebase = (sentence: string, onto: string): Hurdle => ({
    sentence: `${sentence}: rebase`,
    action: push(change, `rebase onto ${onto}`),
  });
  const built = `built on ${patchSet(lower.builtOnPatchSet, lower.builtOn)} of #${lower.number}`;
  const current = patchSet(lower.currentPatchSet, lower.currentHead);
  if (lower.target !== branch)
    return rebase(`#${lower.number} below goes to ${lower.target}, this change to ${branch}`, branch);
  switch (lower.state) {
    case "closed":
      return rebase(`#${lower.number} below was closed without landing`, branch);
    case "merged":
      if (lower.builtOn === lower.currentHead) return undefined;
      // Squash and rebase land what was reviewed as another commit.
      return lower.builtOnPatchSet !== undefined && lower.builtOnPatchSet === lower.currentPatchSet
        ? rebase(`${built}, which landed as ${lower.currentHead.slice(0, 7)}`, branch)
        : rebase(`${built}, but ${current} landed`, branch);
    case "open":
      if (lower.builtOn !== lower.currentHead)
        return rebase(`${built}, but ${current} is current`, `${current} of #${lower.number}`);
      return lower.ready
        ? undefined
        : {
            sentence: `#${lower.number} below is not ready itself`,
            action: { kind: "wait", who: [], need: 0, do: `wait for #${lower.number}` },
          };
  }
}

function patchSet(n: number | undefined, sha: string): string {
  return n === undefined ? sha.slice(0, 7) : `patch set ${n}`;
}
