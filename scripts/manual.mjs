// `npm run manual` writes the generated parts of docs/man/ and completions/ anew, from the definitions of the command line. What
// commands do is not loaded: only what stands in front of their `import()` is bundled.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "plustwo-manual-"));
const lazyStaysOutside = {
  name: "lazy-stays-outside",
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === "dynamic-import" ? { path, external: true } : undefined)),
};
try {
  const outfile = join(folder, "manual.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["scripts/manual/main.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
    plugins: [lazyStaysOutside],
    banner: {
      js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
    },
  });
  const { status } = spawnSync(process.execPath, [outfile], { cwd: root, stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
