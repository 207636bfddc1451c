// Bundles the two commands, the demo and the live probes into dist/. Packages that carry files of their own stay outside.
// Nothing is done where the sources and what was made of them are as they were: many scripts begin with it.
import { existsSync } from "node:fs";
import { chmod, readdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isBuilt, recordBuild } from "./built.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const entries = {
  plustwo: "bin/plustwo.ts",
  "git-review": "bin/git-review.ts",
  demo: "demo/main.ts",
  "verify-live": "demo/verify-live.ts",
};
const external = [
  "@electric-sql/pglite",
  "@electric-sql/pglite/*",
  "pg",
  "pg-native",
  "kysely",
  "probot",
  "graphql",
  "@octokit/graphql-schema",
  "@octokit/webhooks-schemas",
  "ajv",
  "ajv-formats",
];

if (await isBuilt(root)) process.exit(0);
const { build } = await import("esbuild");
const present = Object.entries(entries).filter(([, file]) => existsSync(`${root}/${file}`));
const { metafile } = await build({
  metafile: true,
  absWorkingDir: root,
  entryPoints: Object.fromEntries(present),
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "linked",
  legalComments: "none",
  logLevel: "warning",
  external,
  loader: { ".yaml": "text" },
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
});
for (const name of ["plustwo", "git-review"]) {
  if (existsSync(`${root}/dist/${name}.js`)) await chmod(`${root}/dist/${name}.js`, 0o755);
}
// Old chunks go after the new ones are there, so that a command that is running meanwhile finds its files.
const written = new Set(Object.keys(metafile.outputs).map((file) => file.replace(/^dist\//, "")));
for (const name of await readdir(`${root}/dist`)) {
  if (!written.has(name)) await rm(`${root}/dist/${name}`, { recursive: true });
}
await recordBuild(root, Object.keys(metafile.inputs));
