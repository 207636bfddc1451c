/** The organisation's policy file, the layer below a repository's. */
import { POLICY_PATH } from "../../core/adopt/policy-layers.ts";
import { type RepositoryRef } from "../forge.ts";
import { partOf, type Part } from "./adopt-part.ts";
import { type Client } from "./client.ts";
import { readSiblingFile } from "./repository.ts";

/** `undefined` = there is none, or it is hidden. In `<owner>/.github` itself it is the repository's own file, and no layer below itself. */
export async function readOrganisation(client: Client, repository: RepositoryRef): Promise<Part<string | undefined>> {
  if (repository.name.toLowerCase() === ".github") return { known: true, value: undefined };
  return partOf(await readSiblingFile(client, repository, { name: ".github", path: POLICY_PATH }));
}
