// A live Gerrit on this machine: a site in a temporary folder, http and ssh on free ports of 127.0.0.1, one administrator.
// Nothing of it stays: `stop` ends the process and takes the folder away, also when the one who started it is told to end.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { mustRun } from "../../support/shell.ts";
import { environment } from "./jars.ts";

export interface LiveGerrit {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  readonly sshPort: number;
  /** May do everything. `gerrit init --dev` makes it. */
  readonly administrator: { readonly user: string; readonly password: string };
  readonly initMs: number;
  readonly startMs: number;
  /** Resident, now. */
  memoryBytes(): Promise<number>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 120_000;
const ASK_AGAIN_MS = 200;
const END_WITHIN_MS = 10_000;
const HEAP = "-Xmx384m";

// The quick compiler and collector: this server lives for a minute.
const JAVA = [
  HEAP,
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Dflogger.backend_factory=com.google.common.flogger.backend.log4j.Log4jBackendFactory#getInstance",
  "-Dflogger.logging_context=com.google.gerrit.server.logging.LoggingContext#getInstance",
];

const LOGGING = `log4j.rootCategory=WARN, stderr
log4j.appender.stderr=org.apache.log4j.ConsoleAppender
log4j.appender.stderr.target=System.err
log4j.appender.stderr.layout=org.apache.log4j.PatternLayout
log4j.appender.stderr.layout.ConversionPattern=[%d] %-5p %c : %m%n
`;

export async function startGerrit(jars: readonly string[]): Promise<LiveGerrit> {
  const folder = await mkdtemp(join(tmpdir(), "plustwo-gerrit-"));
  try {
    return await startIn(folder, jars);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, jars: readonly string[]): Promise<LiveGerrit> {
  const env = environment();
  const log = join(folder, "log4j.properties");
  // Gerrit takes a folder with anything in it for an old site, and then makes no administrator.
  const site = join(folder, "site");
  await writeFile(log, LOGGING);
  const gerrit = [
    ...JAVA,
    `-Dlog4j.configuration=file:${log}`,
    "-cp",
    jars.join(delimiter),
    "com.google.gerrit.launcher.GerritLauncher",
  ];
  const began = performance.now();
  const init = ["init", "--batch", "--no-auto-start", "--dev", "--skip-plugins", "-d", site];
  await mustRun("java", [...gerrit, ...init], { cwd: folder, env, limitMs: READY_WITHIN_MS });
  const initialised = performance.now();
  const [web, ssh] = await freePorts();
  const url = `http://127.0.0.1:${web}`;
  await configure(site, env, {
    "gerrit.canonicalWebUrl": `${url}/`,
    "httpd.listenUrl": `${url}/`,
    "sshd.listenAddress": `127.0.0.1:${ssh}`,
    "sshd.advertisedAddress": `127.0.0.1:${ssh}`,
    "sendemail.enable": "false",
    "index.autoReindexIfStale": "false",
    "change.maxUpdates": "100000",
  });
  const daemon = spawn("java", [...gerrit, "daemon", "-d", site, "--console-log"], {
    cwd: site,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  for (const stream of [daemon.stdout, daemon.stderr])
    stream.on("data", (chunk: Buffer) => said.push(chunk.toString("utf8")));
  const kill = (): void => void daemon.kill("SIGKILL");
  process.once("exit", kill);
  try {
    await untilReady(url, daemon);
  } catch (error) {
    kill();
    throw new Error(
      `${error instanceof Error ? error.message : String(error)}. It said:\n${said.join("").slice(-4_000)}`,
      { cause: error },
    );
  }
  const ready = performance.now();
  return {
    url,
    sshPort: ssh,
    administrator: { user: "admin", password: "secret" },
    initMs: Math.round(initialised - began),
    startMs: Math.round(ready - initialised),
    memoryBytes: () => residentBytes(daemon.pid),
    async stop() {
      await end(daemon);
      process.removeListener("exit", kill);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function configure(
  site: string,
  env: Record<string, string>,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const file = join(site, "etc", "gerrit.config");
  for (const [key, value] of Object.entries(settings)) {
    await mustRun("git", ["config", "-f", file, key, value], { cwd: site, env });
  }
}

async function untilReady(url: string, daemon: ChildProcess): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until) {
    if (daemon.exitCode !== null) throw new Error(`Gerrit ended with exit code ${daemon.exitCode} before it was ready`);
    try {
      const answer = await fetch(`${url}/config/server/version`, { signal: AbortSignal.timeout(5_000) });
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  throw new Error(`Gerrit was not ready within ${READY_WITHIN_MS / 1000} s`);
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => daemon.once("exit", () => resolve()));
  daemon.kill("SIGTERM");
  const timer = setTimeout(() => daemon.kill("SIGKILL"), END_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

/** Two at once, so that they differ; whoever is faster than Gerrit makes it fail, and that is told. */
async function freePorts(): Promise<readonly [number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}

async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? "0") * 1024;
}
