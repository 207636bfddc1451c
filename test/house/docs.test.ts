// What the documents promise about themselves: short where they say so, naming only what exists, and nobody's machine.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFiles, root } from "./files.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Paths in back quotes: `src/core/gate/` or `bin/plustwo.ts`. A brace list or a star stands for several and is left out. */
function quotedPaths(text: string): readonly string[] {
  const quoted = [...text.matchAll(/`([^`\s]+)`/g)].map((match) => match[1] ?? "");
  return quoted.filter((word) => /^(\.?[\w@-][\w@.-]*\/)+[\w@.-]*$|^[\w-]+\.(ts|md|yaml|json|mjs)$/.test(word));
}

/** Targets of Markdown links that point into the project. */
function linkedPaths(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
    .map((match) => match[1] ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
}

describe("docs/ARCHITECTURE.md", () => {
  it("fits in 150 lines", () => {
    expect(read("docs/ARCHITECTURE.md").split("\n").length).toBeLessThanOrEqual(151);
  });

  it("names only files and folders that exist", () => {
    const named = quotedPaths(read("docs/ARCHITECTURE.md")).filter((path) => !path.startsWith("refs/"));
    expect(named.length).toBeGreaterThan(5);
    const files = projectFiles("");
    // A name without a folder stands beside the room it belongs to; a scoped one is a package.
    const exists = (path: string): boolean =>
      existsSync(join(root, path)) ||
      (!path.includes("/") && files.some((file) => file.endsWith(`/${path}`))) ||
      (path.startsWith("@") && existsSync(join(root, "node_modules", path)));
    expect(named.filter((path) => !exists(path))).toEqual([]);
  });
});

describe("every document", () => {
  const documents = projectFiles(".md");

  it.each(documents)("%s links to what exists", (document) => {
    const dead = linkedPaths(read(document))
      .map((target) => normalize(join(dirname(document), target)))
      .filter((target) => !existsSync(join(root, target)));
    expect(dead).toEqual([]);
  });

  it("names no path of anybody's machine", () => {
    const MACHINE = /(^|[\s`"'(])\/(work|root|tmp|home|Users|mnt)\/[\w.-]+/;
    const found = documents.flatMap((document) =>
      read(document)
        .split("\n")
        .filter((line) => MACHINE.test(line))
        .map((line) => `${document}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
});

describe("the README's commands", () => {
  it("are scripts of package.json", () => {
    const scripts = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const asked = [...read("README.md").matchAll(/npm (?:run )?(demo|test|lint|typecheck|build|verify:live)\b/g)];
    expect(asked.length).toBeGreaterThan(0);
    for (const [, name = ""] of asked) expect(Object.keys(scripts.scripts)).toContain(name);
  });
});

it("the lock file says what is installed, never from which host", () => {
  expect(read("package-lock.json")).not.toMatch(/"resolved": "https?:/);
});
