/**
 * Changesets: Markdown files that name packages and how far each goes (`major`, `minor`, `patch`, `none`) between two lines `---`, and
 * say below what changed. Source: the documentation of Changesets, "Adding a changeset" and "Dictionary".
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
import { readPythonYaml, whatIs, type YamlEntry } from "./python-yaml.ts";
import { fail, ok, type Result } from "../../result.ts";

/** The strongest first. */
const BUMPS = ["major", "minor", "patch", "none"] as const;
type Bump = (typeof BUMPS)[number];

const USUAL: SectionOf = new Map([
  ["major", "upgrade"],
  ["minor", "features"],
  ["patch", "fixes"],
  ["none", "other"],
]);

interface Changeset {
  readonly path: string;
  readonly packages: readonly string[];
  /** The strongest of its packages. */
  readonly bump: Bump;
  readonly text: string;
}

export function readChangesets(
  files: readonly FragmentFile[],
  { given, config }: { readonly given: SectionOf; readonly config: NotesConfig },
): Fragments {
  const fragments: Fragment[] = [];
  const silent: { path: string; why: string }[] = [];
  const problems: FragmentProblem[] = [];
  const sets: Changeset[] = [];
  for (const file of files) {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    if (!/\.md$/i.test(name) || /^readme\.md$/i.test(name) || name.startsWith(".")) continue;
    const read = readChangeset(file);
    if (!read.ok) problems.push(read.problem);
    else sets.push(read.value);
  }
  const isOne = new Set(sets.flatMap(({ packages }) => packages)).size < 2;
  for (const { path, packages, bump, text } of sets) {
    const section = sectionFor(bump, { given, usual: USUAL, config });
    if (text === "" && packages.length === 0) silent.push({ path, why: "names no package and says nothing" });
    else if (text === "")
      problems.push({ path, line: 1, message: "it says nothing", hint: "write below its second `---` what changed" });
    else if (section === undefined)
      problems.push({
        ...{ path, line: 1, message: `no section of the configuration is for \`${bump}\`` },
        hint: `say which one it belongs to: \`--section ${bump}=SECTION\``,
      });
    // Where there are several packages a reader wants to know which one is meant.
    else fragments.push({ path, section, text: isOne ? text : `${text}\n\n(${packages.join(", ") || "no package"})` });
  }
  return { fragments, silent, problems };
}

function readChangeset({ path, text }: FragmentFile): Result<Changeset, FragmentProblem> {
  const wrong = (line: number, message: string, hint: string) => fail({ path, line, message, hint });
  const lines = text.split(/\r\n|[\n\r]/);
  const begin = lines.findIndex((line) => line.trim() !== "");
  const end = lines.findIndex((line, index) => index > begin && line.trim() === "---");
  if (lines[begin]?.trim() !== "---" || end < 0)
    return wrong(Math.max(1, begin + 1), "it does not begin with packages between two lines `---`", EXAMPLE);
  const head = lines.slice(begin + 1, end).join("\n");
  const yaml = readPythonYaml(head);
  if (!yaml.ok) {
    const { line, message, hint } = yaml.problem[0];
    return wrong(begin + 1 + line, message, hint);
  }
  const { value, twice } = yaml.value;
  const [again] = twice;
  if (again !== undefined)
    return wrong(begin + 1 + again.line, `the package \`${again.key}\` stands twice`, "keep one of them");
  if (value.kind !== "map" && value.kind !== "nothing")
    return wrong(begin + 1 + value.line, `between the lines \`---\` is ${whatIs(value)}, not packages`, EXAMPLE);
  const entries = value.kind === "map" ? value.entries : [];
  const odd = entries.find((entry) => bumpOf(entry) === undefined);
  if (odd !== undefined)
    return wrong(
      begin + 1 + odd.at.line,
      `\`${odd.key}\` is to go ${odd.value.kind === "text" ? `"${odd.value.text}"` : whatIs(odd.value)}`,
      `write one of ${BUMPS.join(", ")}`,
    );
  const bumps = entries.map(bumpOf);
  return ok({
    path,
    packages: entries.map(({ key }) => key),
    bump: BUMPS.find((bump) => bumps.includes(bump)) ?? "none",
    text: withoutEdges(lines.slice(end + 1).join("\n")),
  });
}

function bumpOf({ value }: YamlEntry): Bump | undefined {
  return value.kind === "text" ? BUMPS.find((bump) => bump === value.text) : undefined;
}

const EXAMPLE = 'write `---`, a line such as `"package": patch`, `---`, and below what changed';
