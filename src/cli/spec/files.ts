/** The specs of a clone: every file below their folder, read from the work tree; nothing here writes. */
import { join, resolve } from "node:path";
import { checkSpecs, type CheckedSpecs, type SpecFile } from "../../core/release/spec/check-spec.ts";
import { checkRedirects } from "../../core/release/spec/redirects.ts";
import type { SpecProblem } from "../../core/release/spec/spec.ts";
import { requiredHeadings, SHIPPED_TEMPLATE } from "../../core/release/spec/template.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { filesBelow, readText } from "../disk.ts";
import { EXIT } from "../exit.ts";
import type { CliProblem, Terminal } from "../say.ts";

export interface SpecFolder extends CheckedSpecs {
  /** Absolute. */
  readonly folder: string;
  /** By path below the folder. */
  readonly texts: ReadonlyMap<string, string>;
  /** The project's own, or ours. */
  readonly template: string;
}

/** `folder` as it was typed. An absent one is empty. */
export async function readSpecs(terminal: Terminal, folder: string): Promise<Result<SpecFolder, CliProblem>> {
  const full = resolve(terminal.cwd, folder);
  const shown = folder.replace(/\/+$/, "");
  const texts = new Map<string, string>();
  const there = await filesBelow(full, folder);
  if (!there.ok) return fail({ ...there.problem, hint: "name the folder with --folder" });
  for (const { inside, isLink } of there.value ?? []) {
    // What a link points to is no file of the specs.
    const text = isLink ? ok("") : await readText(join(full, inside), `${shown}/${inside}`);
    if (!text.ok) return text;
    texts.set(inside, text.value);
  }
  const template = texts.get("template.md") ?? SHIPPED_TEMPLATE;
  const files = [...texts].map(([inside, text]): SpecFile => ({ path: `${shown}/${inside}`, inside, text }));
  const checked = checkSpecs(files.sort(byPath), requiredHeadings(template));
  const redirects = texts.get("redirects");
  const more =
    redirects === undefined ? [] : checkRedirects(`${shown}/redirects`, redirects, new Set([...texts.keys()]));
  return ok({ folder: full, texts, template, specs: checked.specs, problems: [...checked.problems, ...more] });
}

function byPath(a: SpecFile, b: SpecFile): number {
  return a.path < b.path ? -1 : 1;
}

export function saySpecProblem({ path, line, rule, message }: SpecProblem): string {
  return `${path}:${line}: [${rule}] ${message}`;
}

/** Problems that hide a spec from whoever asks for all of them: nothing is decided without it. */
export function hidden({ specs, problems }: CheckedSpecs): Result<void, CliProblem> {
  const read = new Set(specs.map(({ path }) => path));
  const unread = problems.filter(
    ({ path, rule }) =>
      (!read.has(path) && rule !== "place" && !rule.startsWith("redirect")) || rule === "duplicate-id",
  );
  if (unread.length === 0) return ok(undefined);
  return fail({
    message: unread.slice(0, 20).map(saySpecProblem).join("\n"),
    hint: `${unread[0]?.hint ?? "mend it"}; \`plustwo spec check\` has all of it`,
    exit: EXIT.malformed,
  });
}
