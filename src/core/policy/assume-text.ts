/**
 * An assumption in words, as `plustwo policy eval --assume` and the `when` of cases take it:
 *
 *     vote bob Code-Review+2        retract bob Code-Review        push REWORK by carol       check unit=failure (or running, none)
 *     member bob -core              time +72h                      base stable/2026.1         resolve · ready · draft
 *     override Emergency by bob: production is down
 *
 * Whoever is named must be known to the snapshot. Every mistake is answered in a sentence that says what was found and what to write.
 */
import { parseBranchName } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { parseDuration } from "../time.ts";
import { personNamed, type Assumption } from "./assume.ts";
import { CONCLUSIONS } from "./operators.ts";
import { labelOf, type Policy } from "./policy.ts";
import type { ChangeKind, Person, PolicySnapshot } from "./snapshot.ts";

const KINDS: readonly ChangeKind[] = [
  "NO_CHANGE",
  "NO_CODE_CHANGE",
  "TRIVIAL_REBASE",
  "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE",
  "MERGE_FIRST_PARENT_UPDATE",
  "TARGET_MERGE",
  "REWORK",
];

type Read = Result<Assumption, string>;

interface Asked {
  readonly text: string;
  readonly snapshot: PolicySnapshot;
  readonly policy: Policy;
}

/** `snapshot`: as it is when the assumption is made, so that those before it count. */
export function parseAssumption(text: string, snapshot: PolicySnapshot, policy: Policy): Read {
  const [, verb = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(text.trim()) ?? [];
  const asked: Asked = { text, snapshot, policy };
  switch (verb) {
    case "vote":
      return readVote(asked, rest);
    case "retract":
      return readRetraction(asked, rest);
    case "push":
      return readPush(asked, rest);
    case "check":
      return readCheck(asked, rest);
    case "member":
      return readMember(asked, rest);
    case "time":
      return readTime(asked, rest);
    case "base": {
      const branch = parseBranchName(rest);
      return branch === undefined ? wrong(asked, "`base stable/2026.1`") : ok({ kind: "base", branch });
    }
    case "resolve":
    case "ready":
    case "draft":
      return rest === "" ? ok({ kind: verb }) : wrong(asked, `\`${verb}\` alone`);
    case "override":
      return readOverride(asked, rest);
    default:
      return wrong(
        asked,
        "one of vote, retract, push, check, member, time, base, resolve, ready, draft, override, such as `vote bob Code-Review+2`",
      );
  }
}

function readVote(asked: Asked, rest: string): Read {
  const [, login, label, value] = /^(\S+)\s+([A-Za-z][A-Za-z0-9-]*?)=?([+-]\d{1,4})$/.exec(rest) ?? [];
  if (login === undefined || label === undefined) return wrong(asked, "`vote bob Code-Review+2`");
  const found = labelOf(asked.policy, label);
  if (found === undefined) return unknown(asked, `there is no label \`${label}\``, asked.policy.labels);
  const n = Number(value);
  if (n < found.min || n > found.max) return no(asked, `\`${label}\` goes from ${found.min} to ${found.max}`);
  const by = who(asked, login);
  return by.ok ? ok({ kind: "vote", by: by.value, label, value: n === 0 ? 0 : n }) : by;
}

function readRetraction(asked: Asked, rest: string): Read {
  const [, login, label] = /^(\S+)\s+([A-Za-z][A-Za-z0-9-]*)$/.exec(rest) ?? [];
  if (login === undefined || label === undefined) return wrong(asked, "`retract bob Code-Review`");
  if (labelOf(asked.policy, label) === undefined)
    return unknown(asked, `there is no label \`${label}\``, asked.policy.labels);
  const by = who(asked, login);
  return by.ok ? ok({ kind: "retract", by: by.value, label }) : by;
}

function readPush(asked: Asked, rest: string): Read {
  const [, word, login] = /^([A-Z_]+)(?:\s+by\s+(\S+))?$/.exec(rest) ?? [];
  const change = KINDS.find((kind) => kind === word);
  if (change === undefined) return wrong(asked, `\`push REWORK by carol\`; kinds are ${KINDS.join(", ")}`);
  const by = login === undefined ? ok(asked.snapshot.change.owner) : who(asked, login);
  return by.ok ? ok({ kind: "push", change, by: by.value }) : by;
}

function readCheck(asked: Asked, rest: string): Read {
  const at = rest.lastIndexOf("=");
  const [check, conclusion] = [rest.slice(0, Math.max(0, at)).trim(), rest.slice(at + 1).trim()];
  const words = [...CONCLUSIONS, "running", "none"];
  if (at <= 0 || !words.includes(conclusion))
    return wrong(asked, `\`check unit=success\`; known are ${words.join(", ")}`);
  return asked.policy.checks.some(({ name }) => name === check)
    ? ok({ kind: "check", check, conclusion })
    : unknown(asked, `there is no check \`${check}\``, asked.policy.checks);
}

function readMember(asked: Asked, rest: string): Read {
  const [, login, sign, group] = /^(\S+)\s+([+-])(\S+)$/.exec(rest) ?? [];
  if (login === undefined || group === undefined) return wrong(asked, "`member bob -core` or `member dave +core`");
  const groups = Object.keys(asked.policy.groups);
  if (!groups.includes(group))
    return unknown(
      asked,
      `there is no group \`${group}\``,
      groups.map((name) => ({ name })),
    );
  const found = who(asked, login);
  return found.ok ? ok({ kind: "member", who: found.value, group, is: sign === "+" ? "in" : "out" }) : found;
}

function readTime(asked: Asked, rest: string): Read {
  const ms = rest.startsWith("+") ? parseDuration(rest.slice(1)) : undefined;
  return ms === undefined ? wrong(asked, "`time +72h`: a duration with its unit") : ok({ kind: "time", ms });
}

function readOverride(asked: Asked, rest: string): Read {
  const [, rule, login, reason = ""] = /^(\S+)\s+by\s+([^\s:]+)(?::\s*(.*))?$/s.exec(rest) ?? [];
  if (rule === undefined || login === undefined) return wrong(asked, "`override Emergency by bob: production is down`");
  if (!asked.policy.overrides.some(({ name }) => name === rule))
    return unknown(asked, `there is no override \`${rule}\``, asked.policy.overrides);
  const by = who(asked, login);
  return by.ok ? ok({ kind: "override", rule, by: by.value, reason: reason.trim() }) : by;
}

function who(asked: Asked, login: string): Result<Person, string> {
  const found = personNamed(asked.snapshot, login);
  return found === undefined ? no(asked, `nobody in the snapshot is called \`${login}\``) : ok(found);
}

function wrong({ text }: Asked, form: string): Result<never, string> {
  return fail(`Cannot assume \`${text}\`: write ${form}`);
}

function no({ text }: Asked, why: string): Result<never, string> {
  return fail(`Cannot assume \`${text}\`: ${why}`);
}

function unknown(asked: Asked, why: string, known: readonly { readonly name: string }[]): Result<never, string> {
  const names = known.map(({ name }) => name).join(", ");
  return no(asked, `${why}; ${names === "" ? "there is none" : `known are: ${names}`}`);
}
