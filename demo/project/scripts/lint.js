// The project's own linter: a few rules, each of which has caught something. Prints `file:line rule` and exits 1 on a finding.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const RULES = [
  { name: "no tabs", pattern: /\t/ },
  { name: "no trailing space", pattern: /[ \t]$/ },
  { name: "no var", pattern: /\bvar\s/ },
  { name: "no loose equality", pattern: /[^=!]==[^=]|!=[^=]/ },
  { name: "no console outside the command line", pattern: /\bconsole\./, except: /(cli|lint|all)\.js$/ },
  { name: "no debugger", pattern: /\bdebugger\b/ },
  { name: "at most 100 columns", pattern: /^.{101,}$/ },
];

const files = ["src", "test", "scripts"].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith(".js")),
);
const findings = files.flatMap((file) => [...lines(file), ...unusedImports(file)]);
for (const finding of findings) console.log(finding);
console.log(`${files.length} files, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;

function lines(file) {
  if (file === join("scripts", "lint.js")) return []; // the rules themselves
  const text = readFileSync(file, "utf8").split("\n");
  return text.flatMap((line, at) =>
    RULES.filter((rule) => rule.pattern.test(line) && !rule.except?.test(file)).map(
      (rule) => `${file}:${at + 1} error: ${rule.name}`,
    ),
  );
}

function unusedImports(file) {
  const text = readFileSync(file, "utf8");
  const names = [...text.matchAll(/^import \{([^}]*)\}/gm)].flatMap((match) => match[1].split(","));
  return names
    .map((name) => name.trim().split(" as ").at(-1))
    .filter((name) => name !== "" && text.split(new RegExp(`\\b${name}\\b`)).length <= 2)
    .map((name) => `${file}: error: "${name}" is imported and never used`);
}
