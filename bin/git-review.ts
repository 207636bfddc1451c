#!/usr/bin/env node
/** `git review`: loads the CLI alone, so that it starts fast. */
import { runGitReview } from "../src/cli/main.ts";

// `git review -l | head -1`: whoever reads has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await runGitReview(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  interrupts: () => {
    const interrupt = new AbortController();
    process.once("SIGINT", () => interrupt.abort());
    return interrupt.signal;
  },
});
// Whoever pressed Ctrl-C does not wait for the answer to a question that is still under way.
if (process.exitCode === 130) process.exit();
