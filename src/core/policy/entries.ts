/** What the layers of a policy define together, each entry with the layer it comes from. */
import type { Layer } from "./layers.ts";
import type {
  AccessKeys,
  FreezeKeys,
  LabelKeys,
  LayerKeys,
  OverrideKeys,
  OwnersKeys,
  RequirementKeys,
} from "./schema.ts";
import type { YamlPath } from "./yaml-text.ts";

export interface Entry<K> {
  readonly name: string;
  readonly keys: K;
  readonly layer: Layer;
  /** In that layer. */
  readonly path: YamlPath;
}

export type GroupKeys = NonNullable<LayerKeys["groups"]>[string];
export type ChecksKeys = NonNullable<LayerKeys["checks"]>[string];

/** By name in lower case, in the order they were first defined. */
export type Named<K> = ReadonlyMap<string, Entry<K>>;

export interface Entries {
  readonly labels: Named<LabelKeys>;
  readonly requirements: Named<RequirementKeys>;
  readonly groups: Named<GroupKeys>;
  readonly checks: Named<ChecksKeys>;
  readonly freezes: Named<FreezeKeys>;
  readonly overrides: Named<OverrideKeys>;
  /** Lines are added up; the name is the branch. */
  readonly access: readonly Entry<AccessKeys>[];
  readonly owners?: Entry<OwnersKeys>;
}

/** What the sections are called in a sentence. */
export const SECTION_WORDS = {
  labels: "label",
  submitRequirements: "requirement",
  groups: "group",
  checks: "check",
  freezes: "freeze",
  overrides: "override",
} as const;
