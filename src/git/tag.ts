/**
 * An annotated tag as git stores it. The bytes are composed here, so that what is signed is what is stored; its name is known before
 * anybody stores it.
 */
import { createHash } from "node:crypto";
import { parseSha, type Sha } from "../core/ids.ts";
import { formatIdent, type Ident } from "./commit.ts";

export interface NewTagObject {
  readonly name: string;
  readonly commit: Sha;
  readonly tagger: Ident;
  /** With its last line end. */
  readonly message: string;
}

/** The bytes of the tag without a signature: what is to be signed. A signature is put behind them as it is. */
export function composeTag({ name, commit, tagger, message }: NewTagObject): string {
  return `object ${commit}\ntype commit\ntag ${name}\ntagger ${formatIdent(tagger)}\n\n${message}`;
}

/** The name that git gives to a tag of these bytes. */
export function nameOfTag(text: string): Sha {
  const bytes = Buffer.from(text);
  const sha = parseSha(createHash("sha1").update(`tag ${bytes.length}\0`).update(bytes).digest("hex"));
  if (sha === undefined) throw new Error("SHA-1 is 40 hex digits");
  return sha;
}
