/** Predicates of policy-bot about statuses and workflows, as checks of a policy whose producers somebody has to pin. */
import { nameFor, type Draft } from "./draft.ts";
import { and, atom, exactly, UNKNOWN, type Bounds } from "./formula.ts";
import { changed, leftOut, type One } from "./policy-bot-reading.ts";
import { textsOf, valueIn, type YamlNode } from "./yaml-tree.ts";

/** Besides success; these pass where the check says so. */
const ALLOWED = ["skipped", "neutral"];

function allowedOf(one: One, node: YamlNode | undefined): readonly string[] | undefined {
  const conclusions = node === undefined ? ["success"] : textsOf(node)?.map(({ text }) => text);
  if (conclusions === undefined || !(conclusions.length === 0 || conclusions.includes("success"))) {
    leftOut(one, "a check that nobody wants to succeed guards nothing here; ask for its success, or leave it out");
    return undefined;
  }
  const others = conclusions.filter((word) => word !== "success" && !ALLOWED.includes(word));
  if (others.length > 0)
    one.report.leftOut(
      one.entry.line,
      `${one.what}.conclusions: ${others.join(", ")}`.slice(0, 200),
      "only success, skipped and neutral can pass here",
    );
  return ALLOWED.filter((word) => conclusions.includes(word));
}

export function statuses(one: One, names: YamlNode | undefined, conclusions: YamlNode | undefined): Bounds {
  const texts = textsOf(names);
  if (texts === undefined) return leftOut(one, "it is no list of statuses");
  const allow = allowedOf(one, conclusions);
  if (allow === undefined) return UNKNOWN;
  const wrong = texts.find(({ text }) => text === "" || text.length > 200);
  if (wrong !== undefined) return leftOut(one, "a status has no name, or a very long one");
  const checks = texts.map(({ text }) => checkFor(one.draft, text, { job: text, workflow: CI }, allow));
  return changed(
    one,
    exactly(and(...checks.map((name) => atom("check", `${name}=success`)))),
    `anybody with write access can set a status of that name, so here its producer is pinned: say in \`checks\` which workflow, app or account sets ${list(texts)}; \`${CI}\` is a guess. A check that the policy names has to pass for every change`,
  );
}

export function workflows(one: One): Bounds {
  const texts = textsOf(valueIn(one.entry.value, "workflows"));
  if (texts === undefined || texts.length === 0) return leftOut(one, "it names no workflows");
  const allow = allowedOf(one, valueIn(one.entry.value, "conclusions"));
  if (allow === undefined) return UNKNOWN;
  const wrong = texts.find(({ text }) => !/^\.github\/workflows\/[^/]+\.ya?ml$/.test(text));
  if (wrong !== undefined) return leftOut(one, `\`${wrong.text.slice(0, 80)}\` is no file in .github/workflows`);
  const checks = texts.map(({ text }) => {
    const file = text.split("/").at(-1) ?? text;
    return checkFor(one.draft, file.replace(/\.ya?ml$/, ""), { job: "*", workflow: text }, allow);
  });
  return changed(
    one,
    exactly(and(...checks.map((name) => atom("check", `${name}=success`)))),
    "every job of the workflow has to pass in place of its run as a whole, and for every change, since the policy names it; with `paths:` in the workflow write `required: if-present`",
  );
}

const CI = ".github/workflows/ci.yml";

/** The check of these keys, made where there is none yet. */
function checkFor(
  draft: Draft,
  called: string,
  keys: Readonly<Record<string, string>>,
  allow: readonly string[],
): string {
  const same = [...draft.checks].find(
    ([, check]) => check["job"] === keys["job"] && check["workflow"] === keys["workflow"],
  );
  const name =
    same?.[0] ??
    nameFor(called, (taken) => {
      const lower = taken.toLowerCase();
      return lower === "all" || lower === "any" || [...draft.checks.keys()].some((one) => one.toLowerCase() === lower);
    });
  // Where one rule lets skipped jobs pass and another does not, they do not.
  const passing = same === undefined ? allow : allow.filter((word) => same[1]["allow"]?.includes(word));
  draft.checks.set(name, { ...keys, ...(passing.length === 0 ? {} : { allow: passing }) });
  return name;
}

function list(texts: readonly { readonly text: string }[]): string {
  return texts
    .slice(0, 5)
    .map(({ text }) => `\`${text.slice(0, 60)}\``)
    .join(", ");
}
