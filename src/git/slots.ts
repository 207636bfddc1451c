/**
 * The only shapes in which a caller's words reach git's command line.
 * A slot is made by one of these functions from a checked value; none can begin with a dash, name a transport
 * that runs a program, or turn into another ref, path or range than the one meant.
 */
import { parseRefName, type RefName, type Sha } from "../core/ids.ts";

declare const brand: unique symbol;
/** The name of a remote, or the address of a repository. */
export type RemoteAddress = string & { readonly [brand]: "RemoteAddress" };
/** `refs/…`, where the last part may be `*`. */
export type RefPattern = string & { readonly [brand]: "RefPattern" };

export interface Slot {
  readonly slot: string;
}

/** What a fetch may ask for: a ref or pattern of the other side, or one commit. Without `to` only objects come. */
export interface FetchSpec {
  readonly from: RefPattern | RefName | Sha;
  readonly to?: RefPattern | RefName;
  /** Lets a local ref move backwards (mirrors). Never used for a push. */
  readonly force?: boolean;
}

const REMOTE_NAME = /^(?!-)[A-Za-z0-9._/-]{1,200}$/;
// A host that begins with a dash would reach ssh as an option.
const REMOTE_URL = /^(?:https?|ssh|git|file):\/\/(?!-|[^/]*@-)[^\s\p{Cc}]{1,2000}$/u;
const SCP_LIKE = /^(?!-)[A-Za-z0-9._-]+(?:@(?!-)[A-Za-z0-9._-]+)?:(?!:|\/\/)[^\s\p{Cc}]{1,2000}$/u;
const LOCAL_PATH = /^\.{0,2}\/[^\p{Cc}]{1,2000}$/u;

/** A remote's name, an https, ssh, git or file URL, an scp-like address, or a path. `ext::` and the like are none of these. */
export function parseRemoteAddress(text: string): RemoteAddress | undefined {
  return isRemoteAddress(text) ? text : undefined;
}

export function parseRefPattern(text: string): RefPattern | undefined {
  return isRefPattern(text) ? text : undefined;
}

export function oid(sha: Sha): Slot {
  return { slot: sha };
}

export function refSlot(ref: RefName | RefPattern): Slot {
  return { slot: ref };
}

/** Everything reachable from `sha` is left out. */
export function notReachableFrom(sha: Sha): Slot {
  return { slot: `^${sha}` };
}

export function remoteSlot(remote: RemoteAddress): Slot {
  return { slot: remote };
}

export function directorySlot(dir: string): Slot {
  return { slot: dir.startsWith("-") ? `./${dir}` : dir };
}

export function fetchSlot({ from, to, force = false }: FetchSpec): Slot {
  return { slot: `${force ? "+" : ""}${from}${to === undefined ? "" : `:${to}`}` };
}

/** `<to>:<ref>`, never with `+`: a `+` would silently switch the lease off (RULINGS 11). */
export function pushSlot(ref: RefName, to: Sha | undefined): Slot {
  return { slot: `${to ?? ""}:${ref}` };
}

// What git allows in a ref's name, less the comma, which parts options; see check-ref-format.
const REVIEW_OPTION = /^(?!.*(?:\.\.|\.$|\.lock$|\/\.|\/\/))[^\s\p{Cc}~^:?*[\\,{}]{1,2000}$/u;

/** `<tip>:refs/for/<branch>%<option>,<option>`; `undefined` when an option cannot stand in a ref's name. */
export function reviewSlot(tip: Sha, target: RefName, options: readonly string[]): Slot | undefined {
  if (!options.every((option) => REVIEW_OPTION.test(option))) return undefined;
  const branch = target.replace(/^refs\/heads\//, "");
  return { slot: `${tip}:refs/for/${branch}${options.length === 0 ? "" : `%${options.join(",")}`}` };
}

/** The value of `--force-with-lease`: an empty expectation means that the ref must not exist. */
export function leaseSlot(ref: RefName, from: Sha | undefined): Slot {
  return { slot: `${ref}:${from ?? ""}` };
}

/** What a user typed as a commit. Only for `rev-parse --verify --end-of-options`; the answer is a Sha, which is used from then on. */
export function revisionSlot(text: string): Slot | undefined {
  return /^[^-^\p{Cc}\s][^\p{Cc}\s]{0,300}$/u.test(text) && !text.includes("..")
    ? { slot: `${text}^{commit}` }
    : undefined;
}

/** A path of a tree; the commands it goes to take it as it is, no pattern. */
export function pathSlot(path: string): Slot {
  return { slot: path };
}

/** A path as git's trees have it: no NUL, not absolute, no `.` or `..` part. */
export function isTreePath(path: string): boolean {
  return (
    path !== "" && !path.includes("\0") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

function isRemoteAddress(text: string): text is RemoteAddress {
  if (text.includes("::")) return false;
  return REMOTE_NAME.test(text) || REMOTE_URL.test(text) || SCP_LIKE.test(text) || LOCAL_PATH.test(text);
}

function isRefPattern(text: string): text is RefPattern {
  if (parseRefName(text) !== undefined) return true;
  if (!text.endsWith("/*")) return text.endsWith("/") && parseRefName(`${text}x`) !== undefined;
  return parseRefName(`${text.slice(0, -1)}x`) !== undefined;
}
