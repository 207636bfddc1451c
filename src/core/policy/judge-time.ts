/**
 * Tests about time, against the facts: each says when it turns by itself, so that the change is looked at again at exactly that
 * moment. Instants are when the service, or the forge's own clock, received something; what a commit says of its date is no fact.
 */
import { after, sayDuration, sayInstant, type Instant } from "../time.ts";
import type { Facts } from "./facts.ts";
import { judgeFreeze, type Ask } from "./freeze.ts";
import { plainly, type Judgement } from "./judgement.ts";
import type { TimeTest } from "./operators-time.ts";

/** Without it no exception of a freeze holds: it is frozen. */
const NO_EXCEPTIONS: Ask = () => ({ value: false });

export function judgeTime({ fact }: TimeTest, facts: Facts, ask: Ask = NO_EXCEPTIONS): Judgement {
  switch (fact.kind) {
    case "age":
      return judgeSpan({ ...fact, since: facts.snapshot.change.openedAt }, facts.now);
    case "quiet":
      return judgeQuiet(fact, facts);
    case "frozen":
      return judgeFreeze(facts, ask);
    case "frozen-by":
      return judgeFreeze(facts, ask, fact.name);
  }
}

interface Span {
  readonly kind: "age" | "quiet";
  readonly relation: ">=" | ">" | "<=" | "<";
  readonly ms: number;
}

function judgeSpan({ kind, relation, ms, since }: Span & { readonly since: Instant }, now: Instant): Judgement {
  const wantsLong = relation === ">=" || relation === ">";
  // Instants are whole milliseconds: "more than" and "at most" turn one later.
  const turnsAt = after(since, relation === ">=" || relation === "<" ? ms : ms + 1);
  const isLong = now >= turnsAt;
  const long = sayDuration(ms);
  if (isLong)
    return plainly(wantsLong, {
      why: kind === "age" ? `it has been open for ${long} already` : `nobody has pushed or voted for ${long} already`,
    });
  const until = sayInstant(turnsAt);
  return plainly(!wantsLong, {
    why:
      kind === "age"
        ? `it has to be open for ${long}: until ${until}`
        : `it has to be quiet for ${long}: until ${until}, if nobody pushes code or votes`,
    turns: [[{ kind: "wait", who: [], need: 0, do: `wait until ${until}`, until: turnsAt }]],
    wakeAt: turnsAt,
  });
}

function judgeQuiet(span: Span, { snapshot, newest, now }: Facts): Judgement {
  const { patchSets, openedAt } = snapshot.change;
  // A proven rebase, a merge of the target and a new message change no code: whoever had an objection has it still.
  const code = patchSets.findLast(({ kind, n }) => n === 1 || kind === "REWORK") ?? newest;
  if (code?.at === undefined)
    return plainly(span.relation === "<" || span.relation === "<=", {
      why: `nobody knows when ${code === undefined ? "it" : `patch set ${code.n}`} was pushed, so the time starts with the next patch set`,
    });
  let since = code.at > openedAt ? code.at : openedAt;
  // A bot's vote is nobody's objection.
  for (const { user, at, endedAt } of snapshot.votes)
    if (user.type === "User") for (const moved of [at, endedAt ?? at]) if (moved > since) since = moved;
  return { ...judgeSpan({ ...span, since }, now), evidence: [`patch-set:${code.n}`] };
}
