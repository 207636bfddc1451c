/**
 * Fragments of towncrier: files called `<issue>.<type>`, with a counter and an ending behind where there are, or `+words.<type>` where
 * there is no issue. Source: towncrier, "Tutorial" and "Configuration Reference".
 */
import type { NotesConfig } from "./config.ts";
import {
  sectionFor,
  withoutEdges,
  type Fragment,
  type FragmentFile,
  type FragmentProblem,
  type Fragments,
  type SectionOf,
} from "./fragment.ts";

/** The types that towncrier has by itself, and those that projects often add. */
const USUAL: SectionOf = new Map([
  ...[["feature", "features"] as const, ["bugfix", "fixes"] as const, ["doc", "other"] as const],
  ...[["removal", "upgrade"] as const, ["misc", "other"] as const, ["deprecation", "deprecations"] as const],
  ...[["breaking", "upgrade"] as const, ["added", "features"] as const, ["changed", "other"] as const],
  ...[["deprecated", "deprecations"] as const, ["removed", "upgrade"] as const, ["fixed", "fixes"] as const],
  ...[["enhancement", "features"] as const, ["docs", "other"] as const, ["fix", "fixes"] as const],
]);

const NOT_FRAGMENTS = /^(?:\..*|readme(?:\..*)?|_?template(?:\..*)?|.*\.(?:j2|jinja2?|toml))$/i;

export function readTowncrier(
  files: readonly FragmentFile[],
  { given, config }: { readonly given: SectionOf; readonly config: NotesConfig },
): Fragments {
  const fragments: Fragment[] = [];
  const problems: FragmentProblem[] = [];
  for (const { path, text } of files) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (NOT_FRAGMENTS.test(name)) continue;
    const named = readName(name, (word) => sectionFor(word, { given, usual: USUAL, config }));
    if (named === undefined) {
      problems.push({
        ...{ path, line: 1, message: `its name has no type that is known: \`<issue>.<type>\`, such as 123.bugfix` },
        hint: "rename it, or say which section a type of yours belongs to: `--section TYPE=SECTION`",
      });
      continue;
    }
    const said = withText(withoutEdges(text), named.issue);
    if (said === undefined)
      problems.push({ path, line: 1, message: "it says nothing", hint: "write its text, or remove it" });
    else fragments.push({ path, section: named.section, text: said });
  }
  return { fragments, silent: [], problems };
}

interface Named {
  readonly section: string;
  /** `undefined`: of no issue. */
  readonly issue: string | undefined;
}

/** The last part that is a type counts: an issue may be `fix-1.2.3`. */
function readName(name: string, sectionOf: (word: string) => string | undefined): Named | undefined {
  const parts = name.split(".");
  for (let at = parts.length - 1; at > 0; at -= 1) {
    const section = sectionOf(parts[at] ?? "");
    const issue = parts.slice(0, at).join(".").trim();
    if (section === undefined || issue === "") continue;
    return { section, issue: issue.startsWith("+") ? undefined : issue };
  }
  return undefined;
}

/** The issue stands behind the text, as towncrier has it; alone where there is no text. */
function withText(text: string, issue: string | undefined): string | undefined {
  const named = issue === undefined ? undefined : /^\d+$/.test(issue) ? `#${issue}` : issue;
  if (text === "") return named;
  if (named === undefined) return text;
  // Behind a list, a code block or several paragraphs it would become part of the last one.
  return text.includes("\n\n") || /^\s+\S.*$/m.test(text) ? `${text}\n\n(${named})` : `${text} (${named})`;
}
