/** Whose turn it is: Gerrit's attention set, found from what could be done. Bots never. */
import { isFulfilled } from "./fulfilled.ts";
import type { ChangeFacts } from "./snapshot.ts";
import type { Action, RequirementResult, Way } from "./verdict.ts";

/** A veto or a new patch set: votes given before would have to be given again. */
export function comesFirst({ kind }: Action): boolean {
  return kind === "retract" || kind === "push";
}

/** Who stands in its way, of the sentences that say so. */
export function vetoers({ unmetBecause }: Pick<RequirementResult, "unmetBecause">): readonly string[] {
  return unmetBecause.flatMap((why) => /^(\S+) vetoed: /.exec(why)?.[1] ?? []);
}

/** One who has vetoed votes anew, which lifts the veto too. */
export function replacesVeto({ kind, who }: Action, requirement: Pick<RequirementResult, "unmetBecause">): boolean {
  return kind === "vote" && who.length === 1 && who.every((login) => vetoers(requirement).includes(login));
}

/** Whatever is done for it begins with a push, or with a veto lifted. */
export function waitsForOthers({ ways }: Pick<RequirementResult, "ways">): boolean {
  const usual = ways.filter((way) => !isLastResort(way));
  return usual.length > 0 && usual.every(({ actions }) => actions.some(comesFirst));
}

/** Asking for an override is nobody's duty. */
export function isLastResort({ actions }: Way): boolean {
  return actions.some(({ kind }) => kind === "override");
}

/**
 * Logins, sorted. While something must be pushed, or a veto lifted, reviewers are left in peace: they would have to come again; a veto
 * is its author's to lift, and the owner's to do something about. What comes by itself is nobody's turn.
 */
export function nextUsers(requirements: readonly RequirementResult[], change: ChangeFacts): readonly string[] {
  const { owner } = change;
  const isHuman = (login: string) => login !== owner.login || owner.type === "User";
  if (change.draft) return [owner.login].filter(isHuman);
  const unmet = requirements.filter((one) => !isFulfilled(one));
  const first = unmet.some(waitsForOthers);
  const who = unmet
    .filter((one) => !first || waitsForOthers(one))
    .flatMap((one) => {
      const actions = turnsIn(one).filter((action) => !first || comesFirst(action));
      const isVeto = (action: Action) => action.kind === "retract" || replacesVeto(action, one);
      return actions.flatMap((action) => (isVeto(action) ? [...action.who, owner.login] : action.who));
    });
  return [...new Set(who)].filter(isHuman).sort();
}

/** None where the first of its ways comes by itself, at a time that is known. */
function turnsIn(requirement: Pick<RequirementResult, "ways">): readonly Action[] {
  const [first] = requirement.ways;
  const comes = first?.actions.every(({ need, until }) => need === 0 && until !== undefined) === true;
  return comes ? [] : actionsIn(requirement);
}

/** The actions of all its ways but the last resort, each once. */
export function actionsIn({ ways }: Pick<RequirementResult, "ways">): readonly Action[] {
  const actions = ways.filter((way) => !isLastResort(way)).flatMap((way) => way.actions);
  return [
    ...new Map(actions.map((action) => [`${action.kind} ${action.do} ${action.who.join(" ")}`, action])).values(),
  ];
}
