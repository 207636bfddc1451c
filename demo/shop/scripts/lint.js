// One rule: no tabs.
import { readdirSync, readFileSync } from "node:fs";

const wrong = readdirSync("src").filter((name) => readFileSync(`src/${name}`, "utf8").includes("\t"));
for (const name of wrong) console.log(`src/${name} has a tab`);
process.exitCode = wrong.length === 0 ? 0 : 1;
