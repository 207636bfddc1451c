// `npm run test:gerrit`: starts a live Gerrit, runs the tests against it, and stops it. Where it cannot be had that is said in
// one line, with exit code 0, or 1 where PLUSTWO_REQUIRE_GERRIT=1 asks for it. `--keep` runs no test: the server stays until it
// is interrupted, and its address is printed as the tests get it. `--check` only looks whether it can be had: 75 = it cannot.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { GERRIT_VERSION, obtainJars } from "./jars.ts";
import { furnish } from "./people.ts";
import { startGerrit, type LiveGerrit } from "./server.ts";

const onlyLook = process.argv.includes("--check");
const jars = await obtainJars();
if (jars.kind === "none") {
  console.log(`Live Gerrit ${GERRIT_VERSION}: not run, because ${jars.why}`);
  if (process.env["PLUSTWO_REQUIRE_GERRIT"] === "1") process.exitCode = 1;
  else if (onlyLook) process.exitCode = 75;
} else if (onlyLook) {
  console.log(`Live Gerrit ${GERRIT_VERSION}: at hand`);
} else {
  const gerrit = await startGerrit(jars.files);
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stopped.abort(signal));
  try {
    console.log(
      `Live Gerrit ${GERRIT_VERSION} on ${gerrit.url} and ssh ${gerrit.sshPort}: init ${gerrit.initMs} ms, start ${gerrit.startMs} ms`,
    );
    // Once, before tests that run side by side: two of them would be in each other's way.
    await furnish(gerrit);
    process.exitCode = await runTests(gerrit, stopped.signal);
    console.log(`Live Gerrit: ${Math.round((await gerrit.memoryBytes()) / 1_048_576)} MiB at its end`);
  } finally {
    await gerrit.stop();
  }
}

async function runTests({ url, sshPort, administrator }: LiveGerrit, signal: AbortSignal): Promise<number> {
  const [, , ...more] = process.argv;
  const address = JSON.stringify({ url, sshPort, administrator });
  if (more.includes("--keep")) {
    console.log(`PLUSTWO_GERRIT='${address}'`);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    return 0;
  }
  const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--project", "gerrit", ...more], {
    stdio: "inherit",
    env: { ...process.env, PLUSTWO_GERRIT: address },
  });
  signal.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, by) => resolve(code ?? 128 + (by === null ? 0 : constants.signals[by])));
  });
}
