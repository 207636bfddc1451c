// `plustwo forge --json` as somebody starts it: one line that says where it listens.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startForgeProcess } from "../support/forge-process.ts";
import { published } from "../support/published.ts";

it("says in one line of JSON where it listens, answers there, and ends when it is told to", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plustwo-forge-"));
  const forge = await startForgeProcess(folder);
  const { api } = published<{ api: string }>("forge", JSON.stringify(forge.address));
  expect((await fetch(`${api}/meta`)).status).toBe(200);
  await forge.close();
  await expect(fetch(`${api}/meta`)).rejects.toThrow();
  rmSync(folder, { recursive: true });
});
