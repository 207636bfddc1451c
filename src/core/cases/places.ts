/** Where what the policy says stands: in the last layer that has it, and there at the test meant. */
import type { Layer, Layers } from "../policy/layers.ts";
import { atomsOf } from "../policy/expression-tree.ts";
import { parseExpression } from "../policy/expression.ts";
import type { YamlPath } from "../policy/yaml-text.ts";

export interface KeyPlace {
  /** `preset:openstack`, `.github/plustwo.yml`. */
  readonly path: string;
  readonly line: number;
  /** Dotted. */
  readonly key: string;
}

/** `test`: of the expression under this key, counted from 0 in the order they are written. */
export function placeOf(layers: Layers, path: YamlPath, test?: number): KeyPlace {
  const layer = layerOf(layers, path) ?? layers.all[0];
  const line = layer === undefined ? 1 : lineIn(layer, path, test);
  return { path: layer?.path ?? "", line, key: path.join(".") };
}

/** undefined: no layer says anything of it. */
export function layerOf(layers: Layers, path: YamlPath): Layer | undefined {
  return layers.all.findLast(({ keys }) => valueAt(keys, path) !== undefined);
}

function lineIn({ source, keys }: Layer, path: YamlPath, test: number | undefined): number {
  const text = test === undefined ? undefined : valueAt(keys, path);
  const parsed = typeof text === "string" ? parseExpression(text) : undefined;
  const offset = parsed?.ok === true && test !== undefined ? atomsOf(parsed.value)[test]?.offset : undefined;
  if (offset !== undefined) return source.atCharacter(path, offset).line;
  const last = path.at(-1);
  return (typeof last === "string" ? source.atKey(path.slice(0, -1), last) : source.at(path)).line;
}

/** The value under this key, made if it is not there yet. */
export function keyed<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function valueAt(keys: unknown, path: YamlPath): unknown {
  let node: unknown = keys;
  for (const step of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return undefined;
    node = Object.entries(node).find(([key]) => key === String(step))?.[1];
  }
  return node;
}
