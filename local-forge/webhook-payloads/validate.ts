// Holds webhook bodies to GitHub's published schema. An event's definition is compiled when it is first needed, because compiling
// the whole schema takes seconds; what events share is compiled once.
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { createRequire } from "node:module";
import { type Body } from "./notice.ts";

/** Conclusions that GitHub sends and the published schema (7.6) does not list yet. Source: GitHub's OpenAPI description. */
const NEWER_CONCLUSIONS = ["skipped", "startup_failure"];

interface Book {
  readonly ajv: Ajv;
  readonly definitions: ReadonlyMap<string, unknown>;
}

let book: Book | undefined;

/**
 * The body as GitHub would send it: fields that the schema does not know (REST has newer ones) are left out.
 * `problem` says what is missing or wrong, with the path to it.
 */
export function conform(event: string, body: Body): { readonly body: Body; readonly problem?: string } {
  const name = definitionName(event, body["action"]);
  const validators = validatorsOf(name);
  if (validators === undefined) return { body, problem: `The webhook schema has no event "${name}"` };
  const problems: string[] = [];
  for (const validate of validators) {
    const copy = structuredClone(body);
    if (validate(copy)) return { body: copy };
    const error = validate.errors?.[0];
    problems.push(
      `${error?.instancePath ?? ""} ${error?.message ?? "is wrong"} ${JSON.stringify(error?.params ?? {})}`,
    );
  }
  return { body, problem: `The webhook "${name}" does not fit GitHub's schema: ${problems.join(" or ")}` };
}

function definitionName(event: string, action: unknown): string {
  return typeof action === "string" ? `${event}$${action}` : `${event}$event`;
}

/** An event of two forms (`review_requested` of a person or a team) is tried form by form, so that trimming one leaves the other whole. */
function validatorsOf(name: string): readonly ValidateFunction[] | undefined {
  book ??= openBook();
  const { ajv, definitions } = book;
  if (!definitions.has(name)) return undefined;
  const forms = field(definitions.get(name), "anyOf");
  const paths = Array.isArray(forms) ? forms.map((_form, n) => `${name}/anyOf/${n}`) : [name];
  return paths.map((path) => {
    const validate = ajv.getSchema(`hooks#/definitions/${path}`);
    if (validate === undefined) throw new Error(`@octokit/webhooks-schemas has no ${path}`);
    return validate;
  });
}

function openBook(): Book {
  const published: unknown = createRequire(import.meta.url)("@octokit/webhooks-schemas");
  const definitions = Object.entries(readable(field(published, "definitions")));
  const ajv = new Ajv({
    strict: false,
    validateSchema: false,
    removeAdditional: true,
    inlineRefs: false, // what several events share is compiled once
    logger: false,
    code: { optimize: false },
  });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "hooks", definitions: Object.fromEntries(definitions) });
  return { ajv, definitions: new Map(definitions) };
}

/** `anyOf` for `oneOf`: it stops at the first form that fits, where `oneOf` would go on and trim the body to the last one. */
function readable(schema: unknown): object {
  const copy: unknown = JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).map(([key, item]: [string, unknown]): [string, unknown] => {
      if (key === "oneOf") return ["anyOf", item];
      const conclusions = key === "enum" && Array.isArray(item) && item.includes("timed_out");
      return conclusions ? [key, [...new Set([...item, ...NEWER_CONCLUSIONS])]] : [key, item];
    });
    return Object.fromEntries(entries);
  });
  if (typeof copy !== "object" || copy === null) throw new Error("@octokit/webhooks-schemas has no definitions");
  return copy;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined;
}
