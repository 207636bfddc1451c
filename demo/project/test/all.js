// Runs every test of one folder in this process: node test/all.js unit
import { readdirSync } from "node:fs";

const folder = new URL(`./${process.argv[2]}/`, import.meta.url);
for (const name of readdirSync(folder)) {
  if (name.endsWith(".test.js")) await import(new URL(name, folder));
}
