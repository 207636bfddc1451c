/**
 * The requirements that a repository's own files state: package.json, requirements.txt, pyproject.toml, setup.cfg and go.mod. Only what
 * users are given: no development tools, no extras. Sources: npm, "package.json"; pip, "Requirements File Format"; PyPA,
 * "Writing your pyproject.toml"; pbr; Go, "go.mod reference".
 */
import { z } from "zod";
import { fail, ok, type Result } from "../../result.ts";
import { goRange, npmRange, pythonRange, type Range } from "./requirement-range.ts";
import type { Requirement, RequirementKind } from "./requirements.ts";

/** At the top of the repository. */
export const MANIFESTS = ["package.json", "requirements.txt", "pyproject.toml", "setup.cfg", "go.mod"] as const;
export type ManifestName = (typeof MANIFESTS)[number];

/** `value`: of pyproject.toml, which the caller has parsed; `undefined` elsewhere. The problem is a sentence without a full stop. */
export function requirementsOf(
  name: ManifestName,
  { text, value }: { readonly text: string; readonly value?: unknown },
): Result<readonly Requirement[], string> {
  switch (name) {
    case "package.json":
      return ofPackageJson(text);
    case "requirements.txt":
      return ok(text.split(/\r?\n/).flatMap(ofRequirementLine).reduce(merged, []));
    case "pyproject.toml":
      return ofPyproject(value);
    case "setup.cfg": {
      const [, python] = /^[ \t]*python[-_]requires[ \t]*=[ \t]*(\S.*?)[ \t]*$/m.exec(text) ?? [];
      return ok(python === undefined ? [] : [pythonItself(python)]);
    }
    case "go.mod":
      return ok(ofGoMod(text));
  }
}

const map = z.record(z.string(), z.string()).optional();
const packageJson = z.looseObject({
  version: z.string().optional(),
  dependencies: map,
  optionalDependencies: map,
  peerDependencies: map,
  engines: map,
});

function ofPackageJson(text: string): Result<readonly Requirement[], string> {
  const read = readJson(text, packageJson);
  if (!read.ok) return read;
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, engines = {} } = read.value;
  const listed = (kind: RequirementKind, entries: Readonly<Record<string, string>>) =>
    Object.entries(entries).map(([name, range]): Requirement => ({
      kind,
      name,
      text: range,
      range: npmRange(range),
      line: 1,
    }));
  return ok([
    ...listed("dependency", { ...optionalDependencies, ...dependencies }),
    ...listed("peer", peerDependencies),
    ...listed("engine", engines),
  ]);
}

const LONGEST = 1_000;
const REQUIREMENT = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(@[^;]*|[^;@]*?)\s*(?:;.*)?$/;

/** A line of requirements.txt, and an entry of `project.dependencies`. Options and addresses alone say nothing. */
function ofRequirementLine(line: string): readonly Requirement[] {
  const said = line.replace(/(?:^|\s)#.*$/, "").trim();
  if (said === "" || said.startsWith("-") || said.length > LONGEST) return [];
  const [, name, specifier = ""] = REQUIREMENT.exec(said) ?? [];
  if (name === undefined) return [];
  const range = specifier.startsWith("@") ? undefined : pythonRange(specifier);
  return [{ kind: "dependency", name: normalized(name), text: specifier, range, line: 1 }];
}

/** Of several lines for one name, such as one for each Python, the alternatives are put together. */
function merged(all: readonly Requirement[], one: Requirement): readonly Requirement[] {
  const before = all.find(({ name }) => name === one.name);
  if (before === undefined) return [...all, one];
  const range: Range =
    before.range === undefined || one.range === undefined ? undefined : [...before.range, ...one.range];
  return all.map((entry) => (entry === before ? { ...before, text: `${before.text} or ${one.text}`, range } : entry));
}

/** Source: PyPA, "Names and normalization". */
function normalized(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

const pyproject = z.looseObject({
  project: z
    .looseObject({ dependencies: z.array(z.string()).optional(), "requires-python": z.string().optional() })
    .optional(),
});

function ofPyproject(value: unknown): Result<readonly Requirement[], string> {
  const read = pyproject.safeParse(value);
  if (!read.success) return fail("`project.dependencies` is no list of texts");
  const { dependencies = [], "requires-python": python } = read.data.project ?? {};
  const listed = dependencies.flatMap(ofRequirementLine).reduce(merged, []);
  return ok(python === undefined ? listed : [...listed, pythonItself(python)]);
}

function pythonItself(text: string): Requirement {
  return { kind: "engine", name: "python", text, range: pythonRange(text), line: 2 };
}

/** What is only required by others (`// indirect`) is theirs. The `go` line is a requirement like any: the tool fetches its own. */
function ofGoMod(text: string): readonly Requirement[] {
  const found: Requirement[] = [];
  const add = (name: string, version: string): void =>
    void found.push({ kind: "dependency", name, text: version, range: goRange(version), line: 1 });
  let block = "";
  for (const line of text.split(/\r?\n/)) {
    const said = line.replace(/\s*\/\/.*$/, "").trim();
    const [, opened] = /^(\w+)\s*\($/.exec(said) ?? [];
    if (opened !== undefined) block = opened;
    else if (said === ")") block = "";
    else if (!/\/\/\s*indirect/.test(line)) {
      const [, name, version] =
        (block === "require" ? /^(\S+)\s+(v\S+)$/ : /^require\s+(\S+)\s+(v\S+)$/).exec(said) ?? [];
      if (name !== undefined && version !== undefined) add(name, version);
      const [, go] = block === "" ? (/^go\s+(\d[\d.]*)/.exec(said) ?? []) : [];
      if (go !== undefined) add("go", go);
    }
  }
  return found;
}

/** The files of a release-type that name the version again. Sources: npm; Puppet, "metadata.json". */
export const VERSION_FILES: Readonly<Record<string, string>> = { nodejs: "package.json", puppet: "metadata.json" };

/** `undefined`: the file names none. */
export function versionIn(text: string): Result<string | undefined, string> {
  const read = readJson(text, z.looseObject({ version: z.string().optional() }));
  return read.ok ? ok(read.value.version) : read;
}

function readJson<T>(text: string, schema: z.ZodType<T>): Result<T, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = schema.safeParse(value);
  if (read.success) return ok(read.data);
  const [first] = read.error.issues;
  return fail(`\`${first?.path.join(".") ?? ""}\` has another form than npm's`);
}
