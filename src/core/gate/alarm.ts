/**
 * What is wrong with the build of a change that is still in the gate, so that its check never says "in the gate" while
 * nothing can happen: the target or the gate branch refuses a commit, or runs did not start and were asked for once more.
 */
import { code, prose } from "../policy/markdown.ts";
import type { BranchName, Sha } from "../ids.ts";
import type { Instant } from "../time.ts";
import { judge } from "./judge.ts";
import { currentBuild } from "./plan.ts";
import type { CheckVerdict, GateSnapshot } from "./snapshot.ts";

/** What `explain` says, or the same with the alarm in it. */
export interface Said {
  readonly title: string;
  readonly summary: string;
  readonly verdict: CheckVerdict;
}

export interface Alarm {
  /** Takes the place of the title where nothing else matters. */
  readonly title?: string;
  /** What is the matter. */
  readonly line: string;
  /** Takes the place of whose turn it is. */
  readonly next?: string;
}

/** Trouble that may pass by itself is spoken of only after this long; a refusal at once. */
const TROUBLE_MS = 300_000;

/** `undefined`: it is not in the gate with this head, or all is well. Says no time that goes on, so that it is said once. */
export function alarmOf(change: number, head: Sha, gate: GateSnapshot, now: Instant): Alarm | undefined {
  const item = gate.items.find(({ members }) =>
    members.some((member) => member.change === change && member.head === head),
  );
  const build = item === undefined ? undefined : currentBuild(item, gate);
  if (build === undefined) return undefined;
  const verdict = judge(build, gate, now).kind;
  const { branch } = gate.target;
  const { refusal, pushes = 1, pushedFor } = build;
  if (
    refusal !== undefined &&
    verdict === "passed" &&
    (refusal.kind === "refused" || now - refusal.since >= TROUBLE_MS)
  ) {
    return {
      title: `Tested, not landed: ${branch} does not take it`,
      line: `**Attention:** this commit passed in the gate, and ${code(branch)} did not take it: ${prose(refusal.why)}.`,
      next:
        refusal.kind === "refused"
          ? `**Next:** an administrator lets the plustwo App past the rule that is named here (Settings → Rules → bypass list), or mends what it complains of. plustwo tries again by itself, every 10 minutes at the latest; nothing is lost.`
          : `**Next:** nobody, if it passes by itself: plustwo tries again every 10 minutes at the latest. If it does not, an administrator looks at the service's log.`,
    };
  }
  if (refusal !== undefined && verdict === "void") return notTested(refusal.why, branch);
  if (pushes > 1 && (verdict === "waiting" || verdict === "again")) {
    return {
      line: `**Attention:** the gate commit was pushed once more: ${prose(pushedFor ?? "its runs did not start")}.`,
    };
  }
  return undefined;
}

/** GitHub's words for an App that may not write workflows: RULINGS 9. */
const NEEDS_WORKFLOWS = /workflow .* without .*workflows?.* permission/;

function notTested(why: string, branch: BranchName): Alarm {
  const tries =
    "plustwo tries again by itself, every 10 minutes at the latest, and at once on a `recheck`; nothing is lost.";
  if (NEEDS_WORKFLOWS.test(why)) {
    return {
      title: "Waiting: the App lacks the permission `workflows`",
      line: `**Attention:** the change edits a workflow, and the forge does not let the plustwo App carry that into a gate branch: ${prose(why)}.`,
      next: `**Next:** an administrator of the organisation gives the App \`workflows: write\` and accepts it. ${tries}`,
    };
  }
  return {
    title: "Waiting: the gate branch is refused",
    line: `**Attention:** the merge into ${code(branch)} could not be handed to CI: ${prose(why)}.`,
    next: `**Next:** an administrator lets the plustwo App push to \`gate/**\` (Settings → Rules), or mends what is complained of. ${tries}`,
  };
}

export function withAlarm(said: Said, alarm: Alarm | undefined): Said {
  if (alarm === undefined) return said;
  const { title, next, line } = alarm;
  const turned = next === undefined ? said.summary : said.summary.replace(/^\*\*Next:\*\*.*$/m, () => next);
  return {
    title: title ?? said.title,
    summary: `${line}\n\n${turned}`,
    // Not "success" while it cannot land, and no fault of the change: awaited.
    verdict: title === undefined ? said.verdict : "pending",
  };
}
