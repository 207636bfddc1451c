/** A repository's policy as `init`, `doctor` and `leave` have it: the texts of its files, weakest first. */
import { parseSha } from "../ids.ts";
import { type PolicyLayer } from "../policy/snapshot.ts";

export const POLICY_PATH = ".github/plustwo.yml";

export interface PolicyTexts {
  readonly owner: string;
  /** `undefined` = there is no such file. */
  readonly organisation: string | undefined;
  readonly repository: string | undefined;
}

/** None where there is neither file. Nobody here asks for a file's id in git. */
export function policyLayers({ owner, organisation, repository }: PolicyTexts): readonly PolicyLayer[] {
  const sha = parseSha("0".repeat(40));
  if (sha === undefined) throw new Error("forty zeros are a SHA");
  return [
    ...(organisation === undefined
      ? []
      : [{ from: "org" as const, path: `${owner}/.github/${POLICY_PATH}`, sha, text: organisation }]),
    ...(repository === undefined ? [] : [{ from: "repo" as const, path: POLICY_PATH, sha, text: repository }]),
  ];
}
