/**
 * What a change that edits the policy would be under the policy it brings (threat T8). It is for its readers alone: nothing of it
 * reaches the verdict, its certificate or the gate. It shows in time what nobody sees in a diff of YAML: that the file is broken, that a
 * requirement is gone, or that the change would let itself in.
 */
import { canonicalJson } from "./canonical-json.ts";
import { evaluate } from "./evaluate.ts";
import { titleOf } from "./explain-words.ts";
import type { Explained } from "./explained.ts";
import { listed } from "./freeze.ts";
import { loadPolicy } from "./load.ts";
import { code, prose } from "./markdown.ts";
import { describePolicyProblem } from "./problem.ts";
import type { Policy } from "./policy.ts";
import type { PolicyLayer, PolicySnapshot } from "./snapshot.ts";
import type { Verdict } from "./verdict.ts";

const MOST_NAMES = 5;
/** The layers of a snapshot have the texts of their presets with them. */
const NO_MORE = {};

type Facts = Pick<Explained, "verdict" | "snapshot" | "now">;

/** How words are written where they are read. */
interface Script {
  strong(text: string): string;
  code(text: string): string;
  prose(text: string): string;
}

const MARKDOWN: Script = { strong: (text) => `**${text}**`, code, prose };
const PLAIN: Script = { strong: (text) => text, code: (text) => text, prose: (text) => text };

/** One paragraph of Markdown; empty for a change that leaves the policy file alone. */
export function broughtLine(facts: Facts): string {
  return lineIn(MARKDOWN, facts);
}

/** The same in plain words. What the change wrote is in it as it is: whoever prints it makes it one line. */
export function broughtWords(facts: Facts): string {
  return lineIn(PLAIN, facts);
}

function lineIn(script: Script, facts: Facts): string {
  const { verdict, snapshot } = facts;
  const { brings } = snapshot.change;
  if (brings === undefined) return "";
  const place = `${script.code(verdict.target)}${fileOf(script, verdict)}`;
  const judged = `${script.strong("It edits the policy,")} and is judged under that of ${place}, not under the one it brings.`;
  return `${judged} ${underIt(brings, script, facts)}`;
}

function fileOf(script: Script, { sources = [] }: Verdict): string {
  const file = sources.at(-1);
  if (file === undefined) return "";
  // A file on a disk has no id in git.
  const at = /^0+$/.test(file.sha) ? "" : `@${file.sha.slice(0, 7)}`;
  return ` (${script.code(`${file.path}${at}`)})`;
}

function underIt(brings: readonly PolicyLayer[], script: Script, { verdict, snapshot, now }: Facts): string {
  const { prose } = script;
  if (brings.every(({ from }) => from === "preset"))
    return "It takes the policy file away: after it nothing would be asked of any change, and nothing would land through the gate.";
  const policy = loadPolicy(brings, NO_MORE);
  if (!policy.ok) {
    const [first] = policy.problem;
    const why = first === undefined ? "it cannot be read" : describePolicyProblem(first);
    return `The one it brings is broken, and would close the gate for every change: ${prose(why)}.`;
  }
  const asked = { ...snapshot, groups: groupsUnder(policy.value, snapshot) };
  const under = evaluate(policy.value, asked, now);
  const parts = [
    ...(under.mode === verdict.mode ? [] : [`its mode is ${under.mode} in place of ${verdict.mode}`]),
    ...changed("it no longer asks for", namesOf(verdict), namesOf(under)),
    ...changed("it also asks for", namesOf(under), namesOf(verdict)),
    ...under.problems.filter((problem) => !verdict.problems.includes(problem)).slice(0, 1),
  ];
  const also = parts.length === 0 ? "" : ` (${prose(parts.join("; "))})`;
  return `Under that one it would be “${prose(titleOf({ verdict: under, snapshot: asked, now }))}”${also}.`;
}

/** Its groups as far as they are known: spelled out in the file, or the same teams as in the policy in force. Of others nobody has asked. */
function groupsUnder(policy: Policy, { policy: layers, groups }: PolicySnapshot): PolicySnapshot["groups"] {
  const force = loadPolicy(layers, NO_MORE);
  const before = force.ok ? force.value.groups : {};
  const owners = Object.entries(groups).filter(([name]) => name.startsWith("@"));
  const own = Object.entries(policy.groups).flatMap(([name, group]) => {
    if (group.teams.length === 0) return [[name, group.users] as const];
    const members = groups[name];
    return members !== undefined && canonicalJson(group) === canonicalJson(before[name])
      ? [[name, members] as const]
      : [];
  });
  return Object.fromEntries([...owners, ...own]);
}

function namesOf({ requirements }: Verdict): readonly string[] {
  return requirements.map(({ name }) => name);
}

function changed(words: string, here: readonly string[], there: readonly string[]): readonly string[] {
  const only = here.filter((name) => !there.includes(name));
  if (only.length === 0) return [];
  const shown = only.slice(0, MOST_NAMES);
  return [`${words} ${listed(only.length > shown.length ? [...shown, `${only.length - shown.length} more`] : shown)}`];
}
