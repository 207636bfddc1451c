// Every command that prints JSON has a schema, which its help names, which knows every key, and which a test holds real output against.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { describeGitReview, describePlustwo } from "../../scripts/manual/commands.ts";
import { all } from "../../scripts/manual/described.ts";
import { projectFiles, root } from "./files.ts";

interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const schemas = projectFiles(".schema.json", "docs/schemas").map((path) => basename(path, ".schema.json"));
const schemaOf = (name: string): Schema => JSON.parse(read(`docs/schemas/${name}.schema.json`)) as Schema;

const commands = [describeGitReview(), describePlustwo()].flatMap(all);
const printing = commands.flatMap(({ path, options }) => {
  const json = options.find(({ flags }) => flags.includes("--json"));
  const [, short] = /\(docs\/schemas: ([a-z, -]+)\)/.exec(json?.summary ?? "") ?? [];
  const long = [...(json?.summary.matchAll(/([a-z-]+)\.schema\.json/g) ?? [])].map(([, name = ""]) => name);
  const named = short === undefined ? long : short.split(", ");
  return json === undefined ? [] : [{ command: path.join(" "), summary: json.summary, named }];
});

describe("a command with --json", () => {
  it("is known by its own definition, of both command lines", () => {
    expect(printing.length).toBeGreaterThan(40);
    expect(printing.map(({ command }) => command)).toEqual(
      expect.arrayContaining(["git review", "plustwo spec check"]),
    );
  });

  it.each(printing)("$command: its help names a schema in docs/schemas, whose title is the command", (one) => {
    expect(one.summary, "write `print JSON (docs/schemas/NAME.schema.json)`").toMatch(/\(docs\/schemas[/:]/);
    expect(one.named.filter((name) => !schemas.includes(name))).toEqual([]);
    const titles = one.named.flatMap((name) => (schemaOf(name).title ?? "").split(", "));
    expect(titles.some((title) => title.startsWith(`${one.command} `))).toBe(true);
  });
});

const ADDRESSES = ["serve", "forge"];
const tests = projectFiles(".ts", "test").filter((path) => !path.startsWith("test/house/"));
const told = tests.map(read).join("\n");

describe.each(schemas)("docs/schemas/%s.schema.json", (name) => {
  const schema = schemaOf(name);

  it("says what it is of: a command that there is, in words", () => {
    expect(schema).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      $id: `urn:plustwo:schema:${name}`,
    });
    expect(schema.description).toMatch(/^[A-Z].{10,}\.$/);
    const isCommand = (title: string) => commands.some(({ path }) => `${title} `.startsWith(`${path.join(" ")} `));
    expect((schema.title ?? "").split(", ").filter((title) => !isCommand(title))).toEqual([]);
    const isListed = read("docs/schemas/README.md").includes(`(${name}.schema.json)`);
    expect(isListed, "docs/schemas/README.md has no row for it").toBe(true);
  });

  it("can be read strictly, and knows every key of every object", () => {
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    formats.default(ajv);
    expect(() => ajv.compile(schema)).not.toThrow();
    expect(openIn(schema, name).filter((place) => !FOREIGN.some((one) => place.startsWith(one)))).toEqual([]);
  });

  it("has a version; one line with addresses has none", () => {
    const { version } = schema.properties ?? {};
    if (ADDRESSES.includes(name)) expect(version).toBeUndefined();
    else expect({ version, asked: schema.required?.[0] }).toEqual({ version: { const: 1 }, asked: "version" });
  });

  it("is held against what the command printed, by a test", () => {
    const holding = new RegExp(
      `(?:published(?:<[^(]*)?|strangeTo|valid|validate)\\(\\s*"${name}"|[/"]${name}\\.schema\\.json`,
    );
    expect(holding.test(told), `a test has to call published("${name}", …) of test/support/published.ts`).toBe(true);
  });
});

/** What grows without the command: a body of GitHub's, and what a service said that may be newer than the client. */
const FOREIGN = ["init/properties/rulesets/items", "status/definitions/verdict", "status/definitions/vote"];

/** Objects in it that would let any key through, by their places. */
function openIn(schema: unknown, place: string): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const here = schema as Readonly<Record<string, unknown>>;
  const isObject = [here["type"]].flat().includes("object");
  const isOpen = isObject && (here["additionalProperties"] === undefined || here["additionalProperties"] === true);
  return [
    ...(isOpen ? [place] : []),
    ...Object.entries(here).flatMap(([key, value]) => openIn(value, `${place}/${key}`)),
  ];
}
