/** Where a key of the policy stands: in the last layer that has it. */
import type { Layers } from "../policy/layers.ts";
import type { YamlPath } from "../policy/yaml-text.ts";

export interface KeyPlace {
  /** `preset:openstack`, `.github/plustwo.yml`. */
  readonly path: string;
  readonly line: number;
  /** Dotted. */
  readonly key: string;
}

export function placeOf(layers: Layers, path: YamlPath): KeyPlace {
  const layer = layers.all.findLast(({ keys }) => has(keys, path)) ?? layers.all[0];
  return { path: layer?.path ?? "", line: layer?.source.at(path).line ?? 1, key: path.join(".") };
}

/** The value under this key, made if it is not there yet. */
export function keyed<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function has(keys: unknown, path: YamlPath): boolean {
  let node: unknown = keys;
  for (const step of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return false;
    node = Object.entries(node).find(([key]) => key === String(step))?.[1];
  }
  return true;
}
