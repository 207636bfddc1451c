/** What a REST route is: a method, a path, and a handler that is thin over the world's effects. */
import { notFound, Refusal } from "./refusal.ts";
import { type Actor, type Repository, type World } from "./world.ts";

export interface Call {
  readonly world: World;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Fields;
  /** The `Accept` header. */
  readonly accept: string;
}

export type Reply =
  | { readonly kind: "json"; readonly status: number; readonly body: unknown }
  | { readonly kind: "text"; readonly status: number; readonly text: Buffer; readonly type: string }
  | { readonly kind: "empty"; readonly status: number }
  | {
      readonly kind: "list";
      readonly total: number;
      /** Represents the entries of one page only. */
      readonly page: (from: number, to: number) => readonly unknown[];
      /** `{total_count, <key>: [...]}` instead of a bare array. */
      readonly key?: string;
    };

export interface Route {
  readonly method: string;
  /** `:name` is one segment, `*name` the rest of the path or what stands before the next literal. */
  readonly path: string;
  readonly handle: (call: Call) => Reply | Promise<Reply>;
}

export function route(line: string, handle: Route["handle"]): Route {
  const [method = "", path = ""] = line.split(" ");
  return { method, path, handle };
}

export const json = (body: unknown, status = 200): Reply => ({ kind: "json", status, body });
export const created = (body: unknown): Reply => json(body, 201);
export const empty = (status = 204): Reply => ({ kind: "empty", status });

export function list<T>(items: readonly T[], represent: (item: T) => unknown, key?: string): Reply {
  const page = (from: number, to: number) => items.slice(from, to).map(represent);
  return { kind: "list", total: items.length, page, ...(key === undefined ? {} : { key }) };
}

/** The repository of a `/repos/:owner/:repo` path; rights are asked by the handler. */
export function repositoryOf(call: Call): Repository {
  const repo = call.world.repository(param(call, "owner"), param(call, "repo"));
  if (repo === undefined) throw notFound();
  return repo;
}

export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}`);
  return value;
}

export function numberParam(call: Call, name: string): number {
  const value = Number(param(call, name));
  if (!Number.isInteger(value)) throw notFound();
  return value;
}

/** A JSON object read field by field; a wrong type is a 422 as GitHub's schema check words it. */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(value: unknown) {
    this.#values = new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
  }

  has(name: string): boolean {
    return this.#values.get(name) !== undefined;
  }

  raw(name: string): unknown {
    return this.#values.get(name);
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") throw wrong(value, "a string");
    return value;
  }

  /** Null is an answer of its own. */
  nullableText(name: string): string | null | undefined {
    return this.#values.get(name) === null ? null : this.text(name);
  }

  needed(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new Refusal(422, `Invalid request.\n\n"${name}" wasn't supplied.`);
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "boolean") throw wrong(value, "a boolean");
    return value;
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number") throw wrong(value, "a number");
    return value;
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw wrong(value, "an array");
    return value.map((item: unknown) => {
      if (typeof item !== "string") throw wrong(item, "a string");
      return item;
    });
  }

  /** One of the offered words. */
  choice<T extends string>(name: string, offered: readonly T[]): T | undefined {
    const value = this.text(name);
    const found = offered.find((word) => word === value);
    if (value !== undefined && found === undefined) {
      throw new Refusal(422, `Invalid request.\n\n${value} is not a member of ${JSON.stringify(offered)}.`);
    }
    return found;
  }

  inner(name: string): Fields | undefined {
    const value = this.#values.get(name);
    return typeof value === "object" && value !== null ? new Fields(value) : undefined;
  }

  items(name: string): readonly Fields[] | undefined {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.map((item: unknown) => new Fields(item)) : undefined;
  }

  entries(): readonly (readonly [string, unknown])[] {
    return [...this.#values];
  }
}

function wrong(value: unknown, wanted: string): Refusal {
  return new Refusal(422, `Invalid request.\n\nFor 'properties', ${JSON.stringify(value)} is not ${wanted}.`);
}
