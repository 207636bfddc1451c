// The bundle as an installed package has it: found through a link on the PATH, as `git review`, from anywhere.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { run, type Ran } from "../support/shell.ts";
import { installTools, root } from "../support/tools.ts";

let folder: string;
let tools: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "plustwo-bundle-"));
  tools = await installTools(join(folder, "bin"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const type = (program: string, ...args: readonly string[]): Promise<Ran> =>
  run(program, args, {
    cwd: folder,
    env: { PATH: `${tools}:${process.env["PATH"] ?? ""}`, HOME: folder, GIT_CONFIG_NOSYSTEM: "1" },
  });

describe("the bundled git review", () => {
  it("prints its version, as git-review and as a verb of git", async () => {
    for (const words of [["git-review"], ["git", "review"]] as const) {
      const [program, ...rest] = words;
      expect(await type(program, ...rest, "--version")).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` });
    }
  });

  it("prints a help that names every verb and every exit code", async () => {
    const { code, stdout } = await type("git", "review", "-h");
    expect(code).toBe(0);
    for (const word of ["setup", "list", "vote", "status", "--dry-run", "--json", "74 partly done", "130 stopped"]) {
      expect(stdout).toContain(word);
    }
    expect((await type("git-review", "--help")).stdout).toBe(stdout);
    expect((await type("git-review", "vote", "-h")).stdout.replaceAll(/\s+/g, " ")).toContain("+0 takes a vote back");
  });

  it("finds the hook that it ships", async () => {
    const clone = join(folder, "clone");
    await type("git", "init", "-q", clone);
    await type("git", "-C", clone, "remote", "add", "origin", "http://127.0.0.1:1/acme/api.git");
    const told = await type("git", "-C", clone, "review", "-s");
    expect(told.stdout).toContain("commit-msg installed as .git/hooks/commit-msg");
    expect(told.code).toBe(41);
  });

  it("loads the command line and nothing of what commands do, before it knows which is meant", () => {
    const loaded = new Map<string, string>();
    const load = (name: string): void => {
      if (loaded.has(name)) return;
      const text = readFileSync(join(root, "dist", name), "utf8");
      loaded.set(name, text);
      for (const [, next = ""] of text.matchAll(/^(?:import|export|\}) ?(?:[^"\n]* ?from )?"\.\/([\w.-]+)";$/gm))
        load(next);
    };
    load("git-review.js");
    const texts = [...loaded.values()].join("\n");
    const rooms = [...texts.matchAll(/^\/\/ (?:src|node_modules)\/(.+)$/gm)].map(([, room = ""]) => room);
    expect(rooms).toEqual(expect.arrayContaining(["cli/main.ts", "cli/options.ts", "cli/say.ts"]));
    expect(rooms.filter((room) => /^(git|forge|config|cli\/(commands|gerrit|bring))\//.test(room))).toEqual([]);
    expect(rooms.filter((room) => /octokit|zod|yaml|execa|simple-git/.test(room))).toEqual([]);
    expect(texts.length).toBeLessThan(220_000);
  });

  it("ends with 70 outside of a repository", async () => {
    expect((await type("git", "review")).code).toBe(70);
  });
});
