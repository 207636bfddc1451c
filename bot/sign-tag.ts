/** A tag with its signature, ready to be asked of the forge: who, when, the message, and the name that it must come out with. */
import { fail, ok, type Result } from "../src/core/result.ts";
import { instant, type Instant } from "../src/core/time.ts";
import type { RepositoryFacts } from "../src/forge/forge.ts";
import type { NewTag } from "../src/forge/release.ts";
import { composeTag, nameOfTag } from "../src/git/tag.ts";
import type { TagSigner } from "./tag-signer.ts";

/** The problem is a clause. */
export async function signTag(
  signer: TagSigner,
  tag: NewTag,
  { viewer, now }: { readonly viewer: RepositoryFacts["viewer"]; readonly now: Instant },
): Promise<Result<NewTag, string>> {
  const at = instant(Math.floor(now / 1000) * 1000);
  const tagger = { name: viewer.login, email: `${viewer.id}+${viewer.login}@users.noreply.github.com` };
  const payload = composeTag({ ...tag, tagger: { ...tagger, at, zone: "+0000" } });
  const signature = await signer.sign(payload);
  if (!signature.ok) return fail(signature.problem);
  const whole = payload + signature.value;
  // Whether the forge keeps the last line end of a message is not known; the signature is good with and without it.
  const names = [nameOfTag(whole), nameOfTag(whole.replace(/\n$/, ""))];
  return ok({ ...tag, message: tag.message + signature.value, exactly: { tagger: { ...tagger, at }, names } });
}
