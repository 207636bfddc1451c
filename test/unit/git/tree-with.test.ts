import { describe, expect, it } from "vitest";
import { openRepository } from "../../../src/git/repository.ts";
import { inTemporaryFolder, testEnvironment } from "./sandbox.ts";

describe("a tree with files written anew", () => {
  it("is what git makes of the same work tree; links, modes and neighbours stay", async () => {
    const box = inTemporaryFolder();
    const base = box.commit("First", {
      "a.txt": "a\n",
      "a/b/c.yaml": "old\n",
      "a-b": "x\n",
      "a/run.sh": "#!/bin/sh\n",
    });
    box.git("config", "core.fileMode", "false");
    box.git("update-index", "--chmod=+x", "a/run.sh");
    box.git("commit", "-q", "-m", "Runs");
    const from = box.git("rev-parse", "HEAD");
    const repository = openRepository(box.dir, { env: testEnvironment });
    const made = await repository.treeWith(base, [{ path: "a/b/c.yaml", content: "old\n" }]);
    expect(made).toEqual({ ok: true, value: box.git("rev-parse", `${base}^{tree}`) });
    const at = await repository.resolve(from);
    const written = await repository.treeWith(at.ok && at.value !== undefined ? at.value : base, [
      { path: "a/b/c.yaml", content: "new\n" },
      { path: "a/new/deep/d.yaml", content: "d\n" },
      { path: "a/run.sh", content: "#!/bin/sh\nexit 1\n" },
    ]);
    const after = box.commit("Second", {
      "a/b/c.yaml": "new\n",
      "a/new/deep/d.yaml": "d\n",
      "a/run.sh": "#!/bin/sh\nexit 1\n",
    });
    expect(written).toEqual({ ok: true, value: box.git("rev-parse", `${after}^{tree}`) });
    expect(box.git("ls-tree", "HEAD", "a/run.sh")).toMatch(/^100755 /);
  });
  it("refuses a path that leads out of the tree", async () => {
    const box = inTemporaryFolder();
    const base = box.commit("First", { a: "a\n" });
    const repository = openRepository(box.dir, { env: testEnvironment });
    expect(await repository.treeWith(base, [{ path: "../a", content: "" }])).toMatchObject({
      ok: false,
      problem: { kind: "unsafe-name" },
    });
  });
});
