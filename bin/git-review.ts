#!/usr/bin/env node
/** `git review`: loads the CLI alone, so that it starts fast. */
import { runGitReview } from "../src/cli/main.ts";

process.exitCode = await runGitReview(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
});
