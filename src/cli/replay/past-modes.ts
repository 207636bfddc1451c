/** Which mode the policy of a branch was in at commits of the past. The organisation's file and the presets are read as they are now. */
import { type BranchName, parseSha, type Sha } from "../../core/ids.ts";
import { loadPolicy } from "../../core/policy/load.ts";
import type { PolicyLayer } from "../../core/policy/snapshot.ts";
import { ok } from "../../core/result.ts";
import type { Answer, RepositoryRef } from "../../forge/forge.ts";
import type { Client } from "../../forge/github/client.ts";

export type ModeThen =
  { readonly kind: "known"; readonly enforced: boolean } | { readonly kind: "unknown"; readonly why: string };

export interface Modes {
  /** `undefined` = it is not known where the target stood: then as it is now. */
  readonly mode: (sha: Sha | undefined) => ModeThen;
  readonly limits: readonly string[];
}

const POLICY_FILE = ".github/plustwo.yml";

export async function modesAt(
  client: Client,
  repository: RepositoryRef,
  asked: {
    readonly branch: BranchName;
    readonly presets: Readonly<Record<string, string>>;
    readonly shas: readonly (Sha | undefined)[];
  },
): Answer<Modes> {
  const { branch, presets, shas } = asked;
  const { readTextsAt } = await import("../../forge/github/audit-facts.ts");
  const { readFile, readSiblingFile } = await import("../../forge/github/repository.ts");
  const known = shas.flatMap((sha) => sha ?? []);
  const texts = await readTextsAt(client, repository, { path: POLICY_FILE, shas: known });
  if (!texts.ok) return texts;
  const shared = await readSiblingFile(client, repository, { name: ".github", path: POLICY_FILE });
  if (!shared.ok) return shared;
  const guessed = known.length < shas.length;
  const now = guessed ? await readFile(client, repository, { ref: branch, path: POLICY_FILE }) : ok(undefined);
  if (!now.ok) return now;
  const organisation =
    shared.value === undefined || repository.name.toLowerCase() === ".github"
      ? []
      : [{ from: "org" as const, path: `${repository.owner}/.github/${POLICY_FILE}`, text: shared.value }];
  const memory = new Map<string | undefined, ModeThen>();
  const modeOf = (text: string | undefined): ModeThen => {
    const seen = memory.get(text);
    if (seen !== undefined) return seen;
    const own = text === undefined ? [] : [{ from: "repo" as const, path: POLICY_FILE, text }];
    const layers = [...organisation, ...own];
    const read = layers.length === 0 ? undefined : loadPolicy(stamped(layers), presets);
    const then: ModeThen =
      read === undefined
        ? { kind: "known", enforced: false }
        : read.ok
          ? { kind: "known", enforced: read.value.mode === "enforce" }
          : {
              kind: "unknown",
              why: `the policy of that time cannot be read (${read.problem[0]?.message ?? "why is not known"})`,
            };
    memory.set(text, then);
    return then;
  };
  return ok({
    mode: (sha) => modeOf(sha === undefined ? now.value : texts.value.get(sha)),
    limits: guessed
      ? ["where the branch stood before some merges is not known: there the policy of now was asked"]
      : [],
  });
}

/** Neither a mode nor a verdict of the past asks which blob a text is. */
export function stamped(layers: readonly Omit<PolicyLayer, "sha">[]): readonly PolicyLayer[] {
  const sha = parseSha("0".repeat(40));
  return sha === undefined ? [] : layers.map((layer) => ({ ...layer, sha }));
}
