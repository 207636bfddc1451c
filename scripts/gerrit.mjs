// `npm run test:gerrit`: bundles test/gerrit/live/main.ts into a folder of its own and runs it here, with what follows for vitest.
import { build } from "esbuild";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "plustwo-gerrit-run-"));
try {
  const outfile = join(folder, "main.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["test/gerrit/live/main.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  const child = spawn(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
} finally {
  await rm(folder, { recursive: true, force: true });
}
