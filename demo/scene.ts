// What a story may see of its world: the people, and how to wait for what the checks say and for a merge.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Change } from "../test/support/person.ts";
import { root } from "../test/support/tools.ts";
import { type Actor } from "../test/support/verbs.ts";
import { type World } from "../test/support/world.ts";
import { until } from "./patience.ts";

export interface CheckSeen {
  readonly title: string;
  /** What people read of it. */
  readonly words: string;
}

export interface Scene {
  readonly alice: Actor;
  readonly bob: Actor;
  readonly carol: Actor;
  readonly dave: Actor;
  readonly mallory: Actor;
  /** The unified diff of `demo/patches/<name>.patch`. */
  patch(name: string): Promise<string>;
  /** Waits until the plustwo check on the change's newest patch set satisfies all; else throws a `Deviation`. */
  sees(change: Change, ...expected: readonly RegExp[]): Promise<CheckSeen>;
  /** Waits until the pull request is merged; `onTitle` hears what the check says meanwhile, each thing once. */
  merged(change: Change, onTitle?: (title: string) => void): Promise<void>;
}

export function sceneOf(world: World): Scene {
  return {
    ...world.people,
    patch: (name) => readFile(join(root, "demo", "patches", `${name}.patch`), "utf8"),
    sees: (change, ...expected) =>
      until(
        `the check on #${change.number} "${change.subject}" to say ${expected.map(({ source }) => `"${source}"`).join(" and ")}`,
        async () => {
          const check = await world.checkOf(change);
          const text = check === undefined ? "no check on its newest patch set" : `${check.title}\n${check.words}`;
          return check !== undefined && expected.every((one) => one.test(text))
            ? { done: check, found: text }
            : { found: text };
        },
      ),
    async merged(change, onTitle) {
      let last = "";
      await until(`#${change.number} "${change.subject}" to be merged`, async () => {
        const pull = await world.repository.get<{ merged: boolean; state: string }>(`/pulls/${change.number}`);
        const check = await world.checkOf(change);
        if (check !== undefined && check.title !== last) onTitle?.((last = check.title));
        const found = `it is ${pull.state}, and its check says: ${check?.title ?? "nothing"}\n${check?.words ?? ""}`;
        return pull.merged ? { done: true, found } : { found };
      });
    },
  };
}
