/** Who an owners' file names: a login, a team, an email, or everybody. Written as in the file, in lower case. */
import { PERSON_LOGIN } from "../login.ts";

/** `@login`, `@org/team`, `name@host`, or `*` for everybody. */
export type Owner = string;

/** The owners of one line or one file. Compared by identity: one list is one object, however many paths it owns. */
export interface OwnerList {
  readonly owners: readonly Owner[];
  /** The same, to be asked. */
  readonly has: ReadonlySet<Owner>;
}

/** What is wrong with an owners' file, and where. Any of these closes the gate for what the file speaks for. */
export interface OwnersProblem {
  readonly path: string;
  /** Counts from 1; 0 = the whole file. */
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

export const EVERYBODY: Owner = "*";

const TEAM = /^@[a-z0-9][a-z0-9_-]{0,99}\/[a-z0-9][a-z0-9._-]{0,199}$/;
const EMAIL = /^[^\s@,#]{1,100}@[^\s@,#/]{1,200}$/;

export function ownerList(owners: readonly Owner[]): OwnerList {
  const has = new Set(owners);
  return { owners: [...has], has };
}

/** `@login`, `@org/team` or an email; undefined = none of them. */
export function parseOwner(word: string): Owner | undefined {
  const owner = word.toLowerCase();
  return isPerson(owner) || TEAM.test(owner) || EMAIL.test(owner) ? owner : undefined;
}

export function isTeam(owner: Owner): boolean {
  return owner.startsWith("@") && owner.includes("/");
}

export function isLogin(owner: Owner): boolean {
  return owner.startsWith("@") && !owner.includes("/");
}

export function isEmail(owner: Owner): boolean {
  return !owner.startsWith("@") && owner.includes("@");
}

/** ".github/CODEOWNERS:3: …" as a sentence without its end, with the hint. */
export function describeOwnersProblem({ path, line, message, hint }: OwnersProblem): string {
  return `${path}${line === 0 ? "" : `:${line}`}: ${message}; ${hint}`;
}

/** What holds for every owners' file, whatever is in it. `most` is in bytes. */
export function wholeFile(path: string, text: string, most: number): OwnersProblem | undefined {
  const wrong = (message: string, hint: string): OwnersProblem => ({ path, line: 0, message, hint });
  const size = bytes(text);
  if (size > most) return wrong(`it is larger than ${megabytes(most)}`, "shorten it, for example with wider patterns");
  if (text.includes("\uFFFD") || text.includes("\0")) return wrong("it is not UTF-8 text", "save it as UTF-8");
  if (text.startsWith("\uFEFF")) return wrong("it begins with a byte order mark", "save it as UTF-8 without one");
  return undefined;
}

export function megabytes(size: number): string {
  return size >= 1_048_576 ? `${Math.floor(size / 104_857.6) / 10} MB` : `${Math.ceil(size / 1024)} KB`;
}

function isPerson(word: string): boolean {
  return word.startsWith("@") && PERSON_LOGIN.test(word.slice(1));
}

function bytes(text: string): number {
  let size = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Half of a pair each counts 2 of the pair's 4.
    size += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return size;
}
