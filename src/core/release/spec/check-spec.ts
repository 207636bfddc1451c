/** What is wrong in specs: each alone, and all of them together. Every problem has its rule, its line and the way out. */
import { daysBetween, parseDay } from "../../time.ts";
import { placeOf, readSpec, type Spec, type SpecProblem, type SpecRule, type SpecStatus } from "./spec.ts";

export interface SpecFile {
  readonly path: string;
  /** Below the folder of the specs. */
  readonly inside: string;
  readonly text: string;
}

export interface CheckedSpecs {
  /** Those whose front matter can be read. */
  readonly specs: readonly Spec[];
  /** In the order of the files, then of their lines. */
  readonly problems: readonly SpecProblem[];
}

/** What a folder says of what is in it. */
const STATUSES_IN: Readonly<Record<Spec["place"]["kind"], readonly SpecStatus[]>> = {
  approved: ["implementable", "implemented"],
  implemented: ["implemented"],
  backlog: ["provisional", "deferred"],
  abandoned: ["rejected", "withdrawn", "replaced", "deferred"],
};

/** `required`: the headings of the second level that each has, in this order. In the backlog only the first has to say something yet. */
export function checkSpecs(files: readonly SpecFile[], required: readonly string[]): CheckedSpecs {
  const specs: Spec[] = [];
  const problems: SpecProblem[] = [];
  for (const { path, inside, text } of files) {
    const place = placeOf(inside);
    if (place === undefined) continue;
    if (place === "misplaced") {
      problems.push(misplaced(path));
      continue;
    }
    const read = readSpec(path, text, place);
    if (!read.ok) {
      problems.push(...read.problem);
      continue;
    }
    specs.push(read.value);
    problems.push(...frontMatter(read.value, text), ...sections(read.value, required));
  }
  problems.push(...twice(specs));
  const order = new Map(files.map(({ path }, index) => [path, index]));
  const rank = ({ path }: SpecProblem): number => order.get(path) ?? 0;
  return { specs, problems: problems.sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column) };
}

function misplaced(path: string): SpecProblem {
  return {
    ...{ rule: "place", path, line: 1, column: 1, message: "no spec belongs here" },
    hint: "move it to <cycle>/approved, <cycle>/implemented, backlog or abandoned, as <id>.md",
  };
}

function frontMatter(spec: Spec, text: string): readonly SpecProblem[] {
  const { path, place, id, status, milestones, approvers } = spec;
  const wrong = (rule: SpecRule, key: string, message: string, hint: string) => [
    { rule, path, ...spec.at(key), message, hint },
  ];
  const fits = STATUSES_IN[place.kind];
  const [created, updated] = ["creation-date", "last-updated"].map((key) =>
    parseDay(new RegExp(`^${key}: *["']?([\\d-]+)`, "m").exec(text)?.[1] ?? ""),
  );
  return [
    ...(place.name === id
      ? []
      : wrong("id-file-name", "id", `the id is ${id}, the file ${place.name}.md`, "call both the same")),
    ...(fits.includes(status)
      ? []
      : wrong(
          "status-folder",
          "status",
          `it is ${status}, in ${place.kind}`,
          `write ${fits.join(" or ")}, or move it`,
        )),
    ...("cycle" in place && !milestones.includes(place.cycle)
      ? wrong(
          "milestone-folder",
          "milestone",
          `its milestone is ${milestones.length === 0 ? "missing" : milestones.join(", ")}, its folder ${place.cycle}`,
          `write milestone: '${place.cycle}', or move it`,
        )
      : []),
    ...("cycle" in place && approvers.length === 0
      ? wrong("approvers", "approvers", "nobody approves it", "name who reviews it, as `approvers: [alice]`")
      : []),
    ...(created !== undefined && updated !== undefined && daysBetween(created, updated) < 0
      ? wrong("date", "last-updated", `it was updated on ${updated}, before it was created`, `${created} or later`)
      : []),
  ];
}

export interface Heading {
  readonly level: number;
  readonly title: string;
  /** Index into the lines. */
  readonly at: number;
}

/** Not those in code or in comments. */
export function headingsOf(lines: readonly string[]): readonly Heading[] {
  const headings: Heading[] = [];
  let fence: string | undefined;
  let comment = false;
  for (const [at, line] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true) fence = undefined;
      continue;
    }
    if (comment) {
      comment = !line.includes("-->");
      continue;
    }
    if (mark !== undefined) fence = mark;
    else if (line.startsWith("<!--")) comment = !line.includes("-->");
    const [, marks, title] = /^(#{1,6})[ \t]+(.*?)[ \t#]*$/.exec(line) ?? [];
    if (marks !== undefined && title !== undefined) headings.push({ level: marks.length, title, at });
  }
  return headings;
}

function sections({ path, place, body, bodyLine }: Spec, required: readonly string[]): readonly SpecProblem[] {
  const problems: SpecProblem[] = [];
  const wrong = (rule: SpecRule, at: number, message: string, hint: string) =>
    problems.push({ rule, path, line: bodyLine + at, column: 1, message, hint });
  const headings = headingsOf(body);
  const title = headings.find(({ level }) => level === 1);
  if (title === undefined) wrong("title", 0, "it has no title", "write `# ` and what is to be built");
  else if (title.title === "Title") wrong("title", title.at, "the title is that of the template", "write its own");
  const second = headings.filter(({ level }) => level === 2);
  let before: Heading | undefined;
  for (const [index, name] of required.entries()) {
    const [found, again] = second.filter((heading) => heading.title === name);
    if (found === undefined) {
      wrong("heading-missing", Math.max(0, body.length - 1), `the heading \`## ${name}\` is missing`, "add it");
      continue;
    }
    if (again !== undefined) wrong("heading-twice", again.at, `\`## ${name}\` stands twice`, "make them one");
    if (before !== undefined && found.at < before.at)
      wrong("heading-order", found.at, `\`## ${name}\` stands before \`## ${before.title}\``, "move it behind that");
    else before = found;
    const asked = "cycle" in place || (place.kind === "backlog" && index === 0);
    if (asked && isEmpty(body, headings, found))
      wrong(
        "section-empty",
        found.at,
        `nothing stands under \`## ${name}\``,
        "write it, or why there is nothing to write",
      );
  }
  return problems;
}

/** Comments and headings say nothing. */
function isEmpty(body: readonly string[], headings: readonly Heading[], of: Heading): boolean {
  const next = headings.find(({ at, level }) => at > of.at && level <= of.level);
  const lines = body.slice(of.at + 1, next?.at).filter((line) => !/^#{3,6} /.test(line));
  return (
    lines
      .join("\n")
      .replaceAll(/<!--[\s\S]*?(?:-->|$)/g, "")
      .trim() === ""
  );
}

function twice(specs: readonly Spec[]): readonly SpecProblem[] {
  const first = new Map<string, Spec>();
  return specs.flatMap((spec): readonly SpecProblem[] => {
    const other = first.get(spec.id);
    if (other === undefined) first.set(spec.id, spec);
    if (other === undefined) return [];
    return [
      {
        ...{ rule: "duplicate-id", path: spec.path, ...spec.at("id") },
        message: `${spec.id} is also ${other.path}`,
        hint: "give it another id, or keep one of the files",
      },
    ];
  });
}
