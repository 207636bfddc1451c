// Owners' files of a tree, told apart: a change at rest is read again when one of them is another.
import { expect, it } from "vitest";
import { createGitMemory } from "../../../bot/git-memory.ts";
import { openRepository } from "../../../src/git/repository.ts";
import { inTemporaryFolder, testEnvironment } from "./sandbox.ts";

it("owners' files are the same until one of them changes, comes, moves or goes", async () => {
  const box = inTemporaryFolder();
  const git = openRepository(box.dir, { env: testEnvironment });
  const known = createGitMemory().of(1, git);
  const seen: unknown[] = [];
  const after = async (files: Readonly<Record<string, string>>): Promise<boolean> => {
    const answer = await known.ownersFiles(box.commit("Change", files));
    const isNew = !seen.includes(answer.ok && answer.value);
    seen.push(answer.ok && answer.value);
    return isNew;
  };
  expect(await after({ "a.txt": "a\n", ".github/CODEOWNERS": "* @alice\n" })).toBe(true);
  expect(await after({ "a.txt": "b\n", "owners/list.txt": "no owners' file\n" })).toBe(false);
  expect(await after({ ".github/CODEOWNERS": "* @bob\n" })).toBe(true);
  expect(await after({ "src/OWNERS": "alice@example.org\n" })).toBe(true);
  expect(await after({ "build/COMMON_OWNERS": "alice@example.org\n" })).toBe(true);
  box.git("mv", "src/OWNERS", "OWNERS");
  expect(await after({})).toBe(true);
});

it("a tree that is not here is a problem, and is not remembered as empty", async () => {
  const box = inTemporaryFolder();
  const first = box.commit("One", { OWNERS: "alice@example.org\n" });
  const known = createGitMemory().of(1, openRepository(box.dir, { env: testEnvironment }));
  expect((await known.ownersFiles(`${first.slice(0, -4)}0000` as typeof first)).ok).toBe(false);
  expect((await known.ownersFiles(first)).ok).toBe(true);
});
