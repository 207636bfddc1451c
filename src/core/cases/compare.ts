/** What a case expects against what came out, in sentences. */
import type { Verdict } from "../policy/verdict.ts";
import type { Outcome } from "./format.ts";

/** Empty where everything is as expected. `computed`: the values of labels that checks compute, asked for only where needed. */
export function compare(
  expected: Outcome,
  verdict: Verdict,
  computed: () => ReadonlyMap<string, number>,
): readonly string[] {
  const sentences = [...verdict.problems, ...verdict.requirements.flatMap(({ unmetBecause }) => unmetBecause)];
  return [
    ...(expected.submittable === undefined || expected.submittable === verdict.submittable
      ? []
      : [`it should ${expected.submittable ? "" : "not "}be submittable${why(sentences)}`]),
    ...statuses(expected, verdict),
    ...(expected.next === undefined || sameNames(expected.next, verdict.nextUsers)
      ? []
      : [`next should be ${names(expected.next)}, and is ${names(verdict.nextUsers)}`]),
    ...(expected.says ?? []).flatMap((piece) =>
      sentences.some((one) => one.includes(piece)) ? [] : [`nothing says "${piece}"${why(sentences)}`],
    ),
    ...(expected.silent ?? []).flatMap((piece) =>
      sentences.flatMap((one) => (one.includes(piece) ? [`it should not say "${one}"`] : [])),
    ),
    ...notCounted(expected, verdict),
    ...Object.entries(expected.labels ?? {}).flatMap(([label, value]) => {
      const found = computed().get(label);
      return found === value ? [] : [`${label} should be ${value}, and is ${found ?? "no computed label"}`];
    }),
  ];
}

function statuses({ requirements = {} }: Outcome, verdict: Verdict): readonly string[] {
  return Object.entries(requirements).flatMap(([name, status]) => {
    const found = verdict.requirements.find((one) => one.name === name);
    if (found === undefined) return [`there is no requirement ${name}`];
    return found.status === status
      ? []
      : [`${name} should be ${status}, and is ${found.status}${why(found.unmetBecause)}`];
  });
}

/** By login: a reason, a piece of its sentence, or `none`: no vote of theirs is passed over. An app's `[bot]` need not be said. */
function notCounted({ "not-counted": expected = {} }: Outcome, { requirements }: Verdict): readonly string[] {
  const all = requirements.flatMap((one) => one.notCounted);
  return Object.entries(expected).flatMap(([login, text]) => {
    const theirs = all.filter(({ by }) => by.login === login || by.login === `${login}[bot]`);
    const found = theirs.map(({ reason, why: because }) => `${reason} (${because})`).join("; ");
    if (text === "none")
      return theirs.length === 0 ? [] : [`every vote of ${login} should count, and one does not: ${found}`];
    const fits = theirs.some(({ reason, why: because }) => reason === text || because.includes(text));
    return fits ? [] : [`a vote of ${login} should not count: ${text}; found: ${found === "" ? "nothing" : found}`];
  });
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && [...one].sort().every((name, at) => name === [...other].sort()[at]);
}

function names(logins: readonly string[]): string {
  return logins.length === 0 ? "nobody" : logins.join(", ");
}

function why(sentences: readonly string[]): string {
  return sentences.length === 0 ? "" : `: ${sentences.slice(0, 4).join("; ")}`;
}
