/**
 * Signs the tags of releases as `git tag -s` does with an SSH key: `ssh-keygen` signs the bytes of the tag, and `git verify-tag` reads the
 * signature. The key stays in its file, which is only ever named. No terminal, no agent: a key with a passphrase cannot be used.
 */
import { execa } from "execa";
import { fail, ok, type Result } from "../src/core/result.ts";

export interface TagSigner {
  /** The armoured signature of these bytes, with its last line end. The problem is a clause. */
  sign(payload: string): Promise<Result<string, string>>;
}

const TIMEOUT_MS = 30_000;

/** Signs once to see that the key can; the problem says why it cannot. */
export async function openTagSigner(keyFile: string): Promise<Result<TagSigner, string>> {
  const signer: TagSigner = { sign: (payload) => sign(keyFile, payload) };
  const tried = await signer.sign("plustwo\n");
  return tried.ok ? ok(signer) : tried;
}

async function sign(keyFile: string, payload: string): Promise<Result<string, string>> {
  const ended = await execa("ssh-keygen", ["-Y", "sign", "-n", "git", "-f", keyFile], {
    input: payload,
    // Nothing of the service's environment, in which secrets are; whoever is asked for a passphrase says nothing.
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", SSH_ASKPASS: "false", SSH_ASKPASS_REQUIRE: "force" },
    ...{ extendEnv: false, reject: false, stripFinalNewline: false, timeout: TIMEOUT_MS },
  });
  const { stdout, stderr, exitCode } = ended;
  if (exitCode === 0 && /^-----BEGIN SSH SIGNATURE-----\n[^]*\n-----END SSH SIGNATURE-----\n?$/.test(stdout))
    return ok(stdout.endsWith("\n") ? stdout : `${stdout}\n`);
  if (exitCode === undefined) return fail(`ssh-keygen cannot be run (${ended.originalMessage ?? "unknown"})`);
  const said = stderr.split("\n").findLast((line) => line.trim() !== "");
  return fail(`ssh-keygen: ${said?.trim() ?? `ended with ${exitCode}`}`);
}
