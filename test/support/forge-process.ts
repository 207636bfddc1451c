// The forge of a test worker, as a process of its own: it starts hundreds of git processes, and each costs far more when the
// starter is as large as a worker with an embedded database in it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { requests } from "./requests.ts";
import { root } from "./tools.ts";
import { type ForgeAddress } from "./world.ts";

export interface ForgeProcess {
  readonly address: ForgeAddress;
  settled(): Promise<void>;
  /** Grows with every request but those for control. */
  stirred(): Promise<number>;
  /** Forgets what was asked so far. The answer tells what it did wrong from now on and what it was asked for in vain. */
  watch(): Promise<() => Promise<readonly string[]>>;
  close(): Promise<void>;
}

interface Log {
  readonly requests: readonly unknown[];
  readonly unknown: readonly { readonly method: string; readonly path: string; readonly unknown: string }[];
  readonly errors: readonly string[];
}

/** `folder` holds its repositories. */
export async function startForgeProcess(folder: string): Promise<ForgeProcess> {
  const child = spawn(process.execPath, [join(root, "dist", "plustwo.js"), "forge", "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: folder },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const address = await new Promise<ForgeAddress>((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer): void => {
      said += chunk.toString("utf8");
      const line = /^(\{.*\})\n/m.exec(said)?.[1];
      if (line !== undefined) resolve(JSON.parse(line) as ForgeAddress);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    void ended.then(() => reject(new Error(`\`plustwo forge\` ended before it was ready:\n${said}`)));
  });
  const control = requests(address.control, address.adminToken);
  return {
    address,
    settled: () => control.post("/settled"),
    stirred: async () => (await control.get<Log>("/requests")).requests.length,
    async watch() {
      await control.delete("/requests"); // stories come one after the other
      const before = (await control.get<Log>("/requests")).errors;
      return async () => {
        const { unknown, errors } = await control.get<Log>("/requests");
        const asked = unknown.map((one) => `${one.method} ${one.path}: ${one.unknown}`);
        const old = new Set(before);
        return [...asked, ...errors.filter((error) => !old.has(error))];
      };
    },
    async close() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
