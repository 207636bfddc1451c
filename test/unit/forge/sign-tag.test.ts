// What the service signs is what git stores: the bytes, their name, and a signature that git accepts.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnvironment } from "../../../bot/environment.ts";
import { signTag } from "../../../bot/sign-tag.ts";
import { openTagSigner, type TagSigner } from "../../../bot/tag-signer.ts";
import { userId, type Sha } from "../../../src/core/ids.ts";
import { instant } from "../../../src/core/time.ts";
import { composeTag, nameOfTag } from "../../../src/git/tag.ts";

let folder = "";
let commit = "" as Sha;
const at = (name: string): string => join(folder, name);
const git = (args: readonly string[], input = ""): string =>
  execFileSync("git", ["-C", folder, ...args], {
    ...{ input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] },
    env: { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1" },
  }).trim();
const key = (name: string, passphrase = ""): string => {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", at(name)]);
  return at(name);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plustwo-tag-"));
  git(["init", "-q"]);
  const tree = git(["hash-object", "-w", "-t", "tree", "--stdin"]);
  const nobody = "nobody <nobody@example.org> 1790000000 +0000";
  const text = `tree ${tree}\nauthor ${nobody}\ncommitter ${nobody}\n\nFirst\n`;
  commit = git(["hash-object", "-w", "-t", "commit", "--stdin"], text) as Sha;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const viewer = { id: userId(7), login: "plustwo[bot]", type: "Bot" } as const;
const now = instant(1_790_000_000_500);
const tag = () => ({ name: "1.0.0", commit, message: "calc 1.0.0 release\n\nmeta:version: 1.0.0\n" });
const tagger = { name: viewer.login, email: "7+plustwo[bot]@users.noreply.github.com", at: instant(1_790_000_000_000) };

async function signer(file: string): Promise<TagSigner> {
  const opened = await openTagSigner(file);
  if (!opened.ok) throw new Error(opened.problem);
  return opened.value;
}

describe("a tag", () => {
  it("is composed and named as git does it", () => {
    const text = composeTag({ ...tag(), tagger: { ...tagger, zone: "+0000" } });
    expect(nameOfTag(text)).toBe(git(["mktag"], text));
  });

  it("that is signed has a signature that `git verify-tag` accepts, with and without the last line end", async () => {
    const file = key("releases");
    writeFileSync(at("allowed"), `releases@example.org ${readFileSync(`${file}.pub`, "utf8")}`);
    const signed = await signTag(await signer(file), tag(), { viewer, now });
    if (!signed.ok) throw new Error(signed.problem);
    expect(signed.value.exactly?.tagger).toEqual(tagger);
    const whole = composeTag({ ...signed.value, tagger: { ...tagger, zone: "+0000" } });
    expect(whole.endsWith("-----END SSH SIGNATURE-----\n")).toBe(true);
    const stored = [whole, whole.slice(0, -1)].map((text) => git(["mktag"], text));
    expect(stored).toEqual(signed.value.exactly?.names);
    const allowed = ["-c", `gpg.ssh.allowedSignersFile=${at("allowed")}`];
    for (const sha of stored) git([...allowed, "verify-tag", sha]);
    const forged = git(["mktag"], whole.replace("meta:version: 1.0.0", "meta:version: 2.0.0"));
    expect(() => git([...allowed, "verify-tag", forged])).toThrow();
  });

  it("is not signed with a key that is missing, wants a passphrase, or is none: the service does not start with it", async () => {
    writeFileSync(at("none"), "no key\n", { mode: 0o600 });
    for (const file of [at("missing"), key("locked", "secret"), at("none")]) {
      const opened = await openTagSigner(file);
      expect(opened).toMatchObject({ ok: false, problem: expect.stringContaining("ssh-keygen") as string });
      const read = await readEnvironment({ PLUSTWO_TAG_KEY_FILE: file });
      expect(read.ok ? "" : read.problem.join("\n")).toContain(`PLUSTWO_TAG_KEY_FILE is "${file}", which cannot sign`);
    }
  });

  it("is not made where the key has gone since", async () => {
    const gone = await signer(key("gone"));
    rmSync(at("gone"));
    expect(await signTag(gone, tag(), { viewer, now })).toMatchObject({ ok: false });
  });
});
