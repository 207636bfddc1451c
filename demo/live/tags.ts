// A probe of tag objects: is what we compose, sign and ask for what is stored, to the last byte?
import { parseSha } from "../../src/core/ids.ts";
import { instant } from "../../src/core/time.ts";
import { composeTag, nameOfTag } from "../../src/git/tag.ts";
import { type Finding, holdsIf, type Probe } from "./probe.ts";
import { type Scratch } from "./scratch.ts";

/** Has the form of a signature; nobody made it, and no ref is made of the object. */
const SIGNATURE = `-----BEGIN SSH SIGNATURE-----\n${"U1NIU0lH".repeat(8)}\n-----END SSH SIGNATURE-----\n`;

async function storedExactly({ octokit, where, trunk }: Scratch): Promise<Finding> {
  const commit = parseSha(trunk.sha);
  if (commit === undefined) return { kind: "skipped", why: `${trunk.sha} is no commit` };
  const tagger = { name: "plustwo[bot]", email: "7+plustwo[bot]@users.noreply.github.com" };
  const name = "plustwo-live-exact";
  const message = `${name}\n\nmeta:version: 1.0.0\n${SIGNATURE}`;
  const at = instant(1_790_000_000_000);
  const whole = composeTag({ name, commit, tagger: { ...tagger, at, zone: "+0000" }, message });
  const { data } = await octokit.rest.git.createTag({
    ...{ ...where, tag: name, message, object: commit, type: "commit" },
    tagger: { ...tagger, date: new Date(at).toISOString() },
  });
  const kept = data.sha === nameOfTag(whole);
  const cut = data.sha === nameOfTag(whole.replace(/\n$/, ""));
  const found = kept ? "as it was sent" : cut ? "without the last line end" : "as something else";
  return holdsIf(kept || cut, `stored ${found}`);
}

export const tagProbes: readonly Probe[] = [
  {
    id: "tags-exact",
    assumption:
      "A tag object is stored with the tagger, the time and the message it was asked with, a signature at its end too, and with nothing else; the last line end may go",
    run: storedExactly,
  },
];
