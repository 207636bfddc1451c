// The real git-review from PyPI, for tests and benchmarks side by side: kept outside the repository, like Gerrit.
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "../../support/shell.ts";
import version from "../version.json" with { type: "json" };
import { environment } from "./jars.ts";

export const GIT_REVIEW_VERSION = version.gitReview;

/** How it is started: a program, its first arguments, and what its environment needs. */
export interface GitReview {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** `undefined` where there is no Python with pip, or PyPI cannot be had. */
export async function obtainGitReview(): Promise<GitReview | undefined> {
  const env = environment();
  const folder = join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "plustwo", `git-review-${version.gitReview}`);
  const script = join(folder, "bin", "git-review");
  const there = await access(script).then(
    () => true,
    () => false,
  );
  if (!there) {
    const wanted = `git-review==${version.gitReview}`;
    const install = ["-m", "pip", "install", "--quiet", "--target", folder, wanted];
    const installed = await run("python3", install, { cwd: "/", env, limitMs: 300_000 }).catch(() => undefined);
    if (installed?.code !== 0) return undefined;
  }
  return { program: "python3", args: [script], env: { PYTHONPATH: folder } };
}
