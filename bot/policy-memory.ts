/**
 * What policies rest on beside the repository's own file, read lately: the organisations' files and who has which account. In
 * memory alone, since all of it can be read again; failures are not kept.
 */
import type { Sha, UserId } from "../src/core/ids.ts";
import type { Instant } from "../src/core/time.ts";
import type { KnownCycles } from "./gather-freezes.ts";

/** One for the life of the service. */
export interface PolicyMemory {
  /** By the owner's login in lower case. */
  readonly files: Map<string, KnownFile>;
  /** The text whose arrival was told to the owner's other repositories; by the owner's login in lower case. */
  readonly told: Map<string, string | undefined>;
  /** By the policy that names it, and its id. */
  readonly accounts: Map<string, KnownAccount>;
  /** Whose an email in an owners' file is; by the repository and the email in lower case. */
  readonly emails: Map<string, KnownEmail>;
  readonly cycles: KnownCycles;
}

export interface KnownFile {
  /** undefined: there is none. */
  readonly text: string | undefined;
  readonly at: Instant;
  /** Changes with every webhook of the repository that has the file; absent: none ever came. */
  readonly wakes: number | undefined;
}

export interface KnownAccount {
  /** undefined: nobody has this id any more. */
  readonly login: string | undefined;
  readonly at: Instant;
}

export interface KnownEmail {
  /** undefined: nobody's by the commits at `tip`. */
  readonly person: { readonly id: UserId; readonly login: string } | undefined;
  readonly tip: Sha;
  readonly at: Instant;
}

export function createPolicyMemory(): PolicyMemory {
  return { files: new Map(), told: new Map(), accounts: new Map(), emails: new Map(), cycles: new Map() };
}
