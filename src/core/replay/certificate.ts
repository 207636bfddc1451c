/**
 * Did what is on a target branch come in with a certificate? The service leaves two things that only its App can write:
 * a successful gate check on the commit that landed, and on the merged head a verdict, or its word which commit it landed
 * as. A merge by hand has neither of the latter (threat T38). The service asks this of what it sees; `plustwo policy
 * audit` of the past.
 */
import type { BranchName, Sha } from "../ids.ts";
import { parseBranchName, parseSha } from "../ids.ts";
import { parsePublished, type PublishedVerdict } from "../policy/published.ts";
import { shortSha } from "./merge.ts";

/** The forge's `OwnCheck` is one. */
export interface AppCheck {
  readonly name: string;
  readonly head: Sha;
  /** `change/patch set`. */
  readonly externalId: string;
  readonly verdict: "success" | "failure" | "pending" | "neutral";
  readonly title: string;
  readonly summary: string;
  readonly text?: string;
  readonly app: { readonly id: number; readonly slug: string };
}

export interface CertificateQuestion {
  /** The pull request; absent = somebody pushed. */
  readonly change?: number;
  /** The head that was merged. */
  readonly head?: Sha;
  /** What the target then pointed to, or the merge commit. */
  readonly landed: Sha;
  readonly target: BranchName;
  /** The App whose word counts; absent = not known: any App's but Actions'. */
  readonly app?: number;
  /** Only `enforce` has a gate: otherwise the verdict alone is asked. */
  readonly gated: boolean;
  /** On the head and on the landed commit, of whatever app. */
  readonly checks: readonly AppCheck[];
}

export type Missing = "no-pull-request" | "no-verdict" | "not-ready" | "not-gated" | "other-commit";

export type Certified =
  | { readonly valid: true; readonly certificate?: string }
  | { readonly valid: false; readonly missing: Missing; readonly sentence: string };

const VERDICT = "plustwo";
const GATE = "plustwo/gate";
/** GitHub Actions: any job with a token can write a check in its name. */
const ANYBODY = 15_368;

export function certificateOf(question: CertificateQuestion): Certified {
  const { change, head, landed, gated } = question;
  const ours = question.checks.filter(({ app }) =>
    question.app === undefined ? app.id !== ANYBODY : app.id === question.app,
  );
  const gate = ours.some(
    (check) =>
      check.name === GATE && check.head === landed && check.verdict === "success" && isFor(check, question.target),
  );
  if (change === undefined || head === undefined) {
    if (gate) return { valid: true };
    return missing(
      "no-pull-request",
      `${shortSha(landed)} was pushed without a pull request, and the gate has not certified it`,
    );
  }
  const verdicts = ours.filter(
    (check) => check.name === VERDICT && check.head === head && check.externalId.startsWith(`${change}/`),
  );
  const last = verdicts.at(-1);
  if (last === undefined) return missing("no-verdict", `the App wrote no verdict on ${shortSha(head)}`);
  const word = parseLanded(last);
  const published = parsePublished(last.summary) ?? parsePublished(last.text ?? "");
  const certificate = published?.certificate;
  if (word !== undefined) {
    if (word.sha !== landed || word.target !== question.target)
      return missing(
        "other-commit",
        `it landed on ${word.target} as ${shortSha(word.sha)}, and what is there is ${shortSha(landed)}`,
      );
    return { valid: true, ...(certificate === undefined ? {} : { certificate }) };
  }
  const ready = readiness(last, published, { change, head });
  if (ready !== undefined) return missing("not-ready", ready);
  if (gate || !gated) return { valid: true, ...(certificate === undefined ? {} : { certificate }) };
  return missing("not-gated", `its verdict was ready, and ${shortSha(landed)} is not what the gate tested`);
}

/** Tested for this target and no other: the same commit elsewhere was not. Its id is `target/build`. */
function isFor({ externalId }: AppCheck, target: BranchName): boolean {
  return externalId.slice(0, Math.max(0, externalId.lastIndexOf("/"))) === target;
}

function missing(kind: Missing, sentence: string): Certified {
  return { valid: false, missing: kind, sentence };
}

/** Why the verdict did not let it in; `undefined` = it did. */
function readiness(
  { title, verdict }: AppCheck,
  published: PublishedVerdict | undefined,
  { change, head }: { readonly change: number; readonly head: Sha },
): string | undefined {
  if (published === undefined) return `the verdict on ${shortSha(head)} cannot be read (${title}, ${verdict})`;
  if (published.change !== change || published.head !== head)
    return `the verdict on ${shortSha(head)} is of #${published.change} at ${shortSha(published.head)}`;
  if (published.submittable) return undefined;
  const unmet = published.requirements.filter(({ status }) => status === "UNSATISFIED" || status === "ERROR");
  const reasons = [
    ...unmet.flatMap((one) => one.unmet.slice(0, 1).concat(one.unmet.length === 0 ? [one.name] : [])),
    ...published.problems,
  ];
  return `its verdict was: ${reasons.slice(0, 3).join("; ") || published.title}`;
}

/** The App's last word on a change that it has landed. */
export function landedWords(target: BranchName, sha: Sha): { readonly title: string; readonly summary: string } {
  return {
    title: `Landed on ${target} as ${shortSha(sha)}`,
    summary: `What was tested in the gate is what landed on \`${target}\`: \`${sha}\`.`,
  };
}

export function parseLanded({
  summary,
  verdict,
}: Pick<AppCheck, "summary" | "verdict">): { readonly target: BranchName; readonly sha: Sha } | undefined {
  const [, name = "", hex = ""] =
    /^What was tested in the gate is what landed on `([^`]+)`: `([0-9a-f]+)`\.(?:\n|$)/.exec(summary) ?? [];
  const [target, sha] = [parseBranchName(name), parseSha(hex)];
  return target === undefined || sha === undefined || verdict !== "success" ? undefined : { target, sha };
}
