// The forge of a test worker, as a process of its own: it starts hundreds of git processes, and each costs far more when the
// starter is as large as a worker with an embedded database in it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { flaky } from "./flaky.ts";
import { requests } from "./requests.ts";
import { root } from "./tools.ts";
import { type ForgeAddress } from "./world.ts";

/** What was asked of the forge since its start, but for control. */
export interface Tally {
  readonly requests: number;
  /** Those that may have changed something. */
  readonly writes: number;
}

export interface ForgeProcess {
  readonly address: ForgeAddress;
  /** Resolves when git, webhooks and the runner are at rest. */
  settled(): Promise<Tally>;
  /**
   * Grows with whatever may still move the world: any request but those for control. Where faults are injected the service looks
   * without being told to, and only what it writes counts.
   */
  stirred(): Promise<number>;
  /** Forgets what was asked so far. The answer tells what it did wrong from now on and what it was asked for in vain. */
  watch(): Promise<() => Promise<readonly string[]>>;
  close(): Promise<void>;
  /** At once, without a word. */
  kill(): void;
}

interface Log {
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
  const settled = (): Promise<Tally> => control.post<Tally>("/settled");
  return {
    address,
    settled,
    stirred: async () => (await settled())[flaky.rate > 0 ? "writes" : "requests"],
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
    kill: () => void child.kill("SIGKILL"),
  };
}
