// What the tests of one Vitest worker stand on: a forge, an embedded database, people. Starting them takes seconds of a processor, so
// they stay from file to file as long as the worker lives (`isolate: false`), and each story has a repository, App and schema of its own.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../bot/store/database.ts";
import { embeddedDatabase } from "./embedded.ts";
import { type ForgeProcess, startForgeProcess } from "./forge-process.ts";
import { installTools } from "./tools.ts";
import { type Population, settlePeople } from "./world.ts";

export interface Ground {
  readonly forge: ForgeProcess;
  readonly database: Database;
  readonly population: Population;
  readonly folder: string;
  /** A folder with the commands under test, for a PATH. */
  readonly tools: string;
  /** For who may have left something behind that other stories would meet: the next to ask stands on another. */
  leave(): void;
  /** Leaves it and ends it. */
  close(): Promise<void>;
}

let shared: Promise<Ground> | undefined;

export function ground(): Promise<Ground> {
  shared ??= newGround();
  return shared;
}

async function newGround(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), "plustwo-ground-"));
  const forge = await startForgeProcess(folder);
  const forget = atTheEnd(() => {
    forge.kill();
    // Vitest gives half a second, which thousands of files may not fit in.
    spawn("rm", ["-rf", folder], { detached: true, stdio: "ignore" }).unref();
  });
  const database = await embeddedDatabase(folder);
  const population = await settlePeople(forge.address);
  const tools = await installTools(join(folder, "bin"));
  const leave = (): void => {
    shared = undefined;
  };
  return {
    ...{ forge, database, population, folder, tools, leave },
    async close() {
      leave();
      forget();
      await database.close();
      await forge.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Vitest ends a worker with SIGTERM, after which nothing can be awaited. A worker whose Vitest is gone ends too. */
function atTheEnd(run: () => void): () => void {
  const onTerm = (): void => {
    run();
    process.kill(process.pid, "SIGTERM"); // heard by nobody now
  };
  process.once("SIGTERM", onTerm);
  process.once("disconnect", onTerm);
  process.once("exit", run);
  return () => {
    process.off("SIGTERM", onTerm);
    process.off("disconnect", onTerm);
    process.off("exit", run);
  };
}
