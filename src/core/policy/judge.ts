/** One test of a requirement against the facts: whether it holds, on whose votes, whose votes it passes over, who could help. */
import type { UserId } from "../ids.ts";
import { concludes } from "./check-results.ts";
import { whyContributor } from "./contributors.ts";
import type { Facts } from "./facts.ts";
import { isTogether, relates, type RequirementTest } from "./operators.ts";
import { notCounted, signed, type StandingVote } from "./tally.ts";
import { judgeChange } from "./judge-change.ts";
import { judgeOwners } from "./judge-owners.ts";
import { judgeTime } from "./judge-time.ts";
import { plainly, type Judgement } from "./judgement.ts";
import type { VoteNotCounted } from "./verdict.ts";

export type LabelTest = Extract<RequirementTest, { readonly kind: "label" }>;

export function judge(test: RequirementTest, facts: Facts): Judgement {
  switch (test.kind) {
    case "label":
      return judgeLabel(test, facts);
    case "check": {
      const asked = isTogether(test.check) ? [...facts.checks.values()] : (facts.checks.get(test.check) ?? []);
      const evidence = [asked].flat().flatMap((standing) => standing.evidence);
      return { value: concludes(facts.checks, test), evidence, counted: [], notCounted: [] };
    }
    case "contributors-known":
      return plainly(facts.contributors.unknown.length === 0);
    case "change":
      return judgeChange(test, facts);
    case "time":
      return judgeTime(test, facts, (one) => judge(one, facts));
    case "owners":
      return judgeOwners(test, facts);
  }
}

/** The value that one more vote would need to have; undefined where no vote helps. */
export function helpfulValue(test: LabelTest): number | undefined {
  if (test.value === "ANY") return undefined;
  const { relation, n } = test.value;
  const value = relation === ">" ? n + 1 : relation === "<" ? n - 1 : n;
  return value > 0 ? value : undefined;
}

/** How many votes the test wants; undefined for `count<…`. */
export function neededCount({ count }: LabelTest): number | undefined {
  switch (count.relation) {
    case ">=":
    case "=":
      return count.n;
    case ">":
      return count.n + 1;
    case "<":
    case "<=":
      return undefined;
  }
}

/** Would a standing vote of this value by this person be one of those the test counts? */
export function wouldCount(test: LabelTest, id: UserId, value: number, facts: Facts): boolean {
  return value !== 0 && matches(test, value) && passes(test, id, facts);
}

function judgeLabel(test: LabelTest, facts: Facts): Judgement {
  const computed = facts.computed.get(test.label);
  if (computed !== undefined) {
    const evidence = [...facts.checks.values()].flatMap((standing) => standing.evidence);
    return { value: computed !== 0 && matches(test, computed), evidence, counted: [], notCounted: [] };
  }
  const { standing, lost } = facts.tallies.get(test.label) ?? { standing: [], lost: [] };
  const counted: StandingVote[] = [];
  const passedOver: VoteNotCounted[] = [];
  const humans = new Map<UserId, StandingVote>();
  for (const cast of standing) {
    const human = facts.voters.humanOf(cast.vote.user.id);
    const twin = humans.get(human);
    const reason = objection(test, cast, facts);
    if (reason !== undefined) passedOver.push(reason);
    else if (!matches(test, cast.value)) continue;
    else if (twin !== undefined)
      passedOver.push(
        notCounted(cast.vote, "same-person", `${twin.vote.user.login} is the same person and is counted already`),
      );
    else {
      humans.set(human, cast);
      counted.push(cast);
    }
  }
  return {
    value: relates(counted.length, test.count.relation, test.count.n),
    evidence: counted.map(({ id }) => id),
    counted: counted.map(({ vote, value, why, id }) => ({
      by: vote.user,
      label: vote.label,
      value,
      patchSet: vote.patchSet,
      why,
      id,
    })),
    notCounted: [...passedOver, ...lost],
  };
}

/** Why a standing vote, whatever its value, is not one of those this test asks for. Only votes that lean its way are mentioned. */
function objection(test: LabelTest, cast: StandingVote, facts: Facts): VoteNotCounted | undefined {
  const { vote, value } = cast;
  const wanted = helpfulValue(test);
  const leansThisWay = matches(test, value) || (wanted !== undefined && value > 0);
  if (!leansThisWay) return undefined;
  const { id, login } = vote.user;
  if (test.user === "non_contributor" && facts.contributors.known.has(id))
    return notCounted(vote, "contributor", whyContributor(facts.contributors, vote.user));
  if (test.group !== undefined && !facts.voters.groupsOf(id).includes(test.group)) {
    const worth = wanted !== undefined && value < wanted ? `; it shows as ${signed(value)}` : "";
    return notCounted(vote, "not-in-group", `${login} is not in ${test.group}${worth}`);
  }
  if (test.user !== undefined && !passesUser(test.user, id, facts))
    return notCounted(
      vote,
      "owner",
      test.user === "owner" ? `${login} is not the owner` : `${login} uploaded this patch set`,
    );
  return wanted !== undefined && value < wanted && vote.value >= wanted
    ? notCounted(vote, "void-range", cast.why)
    : undefined;
}

/** Whether any vote of this person is one that the test asks for. */
export function passes(test: LabelTest, id: UserId, facts: Facts): boolean {
  if (test.group !== undefined && !facts.voters.groupsOf(id).includes(test.group)) return false;
  return test.user === undefined || passesUser(test.user, id, facts);
}

function passesUser(
  user: NonNullable<LabelTest["user"]>,
  id: UserId,
  { contributors, newest, voters, snapshot }: Facts,
): boolean {
  switch (user) {
    case "owner":
      return id === snapshot.change.owner.id;
    case "non_contributor":
      return !contributors.known.has(id);
    case "non_uploader":
      // An unknown uploader could be anybody.
      return newest?.pusher !== undefined && voters.humanOf(id) !== voters.humanOf(newest.pusher.id);
  }
}

function matches(test: LabelTest, value: number): boolean {
  return test.value === "ANY" ? value !== 0 : relates(value, test.value.relation, test.value.n);
}
