/** Writes what `files.ts` names. Says each file that came out otherwise. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { writtenFiles } from "./files.ts";

for (const { path, text } of writtenFiles((name) => readFileSync(name, "utf8"))) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  process.stdout.write(`wrote ${path}\n`);
}
