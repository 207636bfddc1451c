// An empty database that is kept in a user's folder: copied by whoever comes second, and by nobody where it could be somebody else's.
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase, openStore } from "../../bot/store/database.ts";

let folder: string;
let keptIn: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plustwo-kept-"));
  keptIn = join(folder, "cache", "plustwo");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MARK = "copied.mark";
/** Opens a new one with its tables, and says whether it is a copy of the marked one. */
async function opens(name: string, from = keptIn): Promise<{ readonly copied: boolean; readonly changes: number }> {
  const path = join(folder, name);
  const database = await openDatabase({ kind: "directory", path, keptIn: from });
  if (!database.ok) throw new Error(database.problem.kind);
  const { db } = await openStore(database.value);
  const rows = await db.selectFrom("patch_set").select("n").execute();
  await database.value.close();
  return { copied: existsSync(join(path, "database", MARK)), changes: rows.length };
}
const kept = (): string => {
  const [name, ...more] = readdirSync(keptIn);
  expect(more).toEqual([]);
  return join(keptIn, name ?? "none");
};
const NEW = { copied: false, changes: 0 };

it(
  "two at once make one each and keep one; the third copies it, and nothing of a run goes back into it",
  { timeout: 300_000 },
  async () => {
    expect(await Promise.all([opens("one"), opens("two")])).toEqual([NEW, NEW]);
    writeFileSync(join(kept(), MARK), "");
    expect(await opens("three")).toEqual({ copied: true, changes: 0 });
    expect(await opens("four")).toEqual({ copied: true, changes: 0 });
  },
);

it("one into which others may write, or a folder that is, is not believed", { timeout: 300_000 }, async () => {
  chmodSync(kept(), 0o777);
  expect(await opens("others")).toEqual(NEW);
  chmodSync(kept(), 0o700);
  chmodSync(keptIn, 0o777);
  expect(await opens("shared")).toEqual(NEW);
  chmodSync(keptIn, 0o700);
});

it("one that is damaged is made anew, and what is no folder is ignored", { timeout: 300_000 }, async () => {
  truncateSync(join(kept(), "global", "pg_control"), 10);
  expect(await opens("damaged")).toEqual(NEW);
  expect(readdirSync(keptIn)).toEqual([]);
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(await opens("unwritable", join(file, "plustwo"))).toEqual(NEW);
  expect(await opens("next")).toEqual(NEW);
  expect(existsSync(join(kept(), "PG_VERSION"))).toBe(true);
});
