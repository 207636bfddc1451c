/** A folder that is there while work is done in it, and gone afterwards: also when the work fails, and when somebody interrupts. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const INTERRUPTED = 130;

/**
 * `name` begins the folder's name below TMPDIR. `signal` is aborted on SIGINT and SIGTERM, which end the process with 130: whatever
 * still writes there has to stop.
 */
export async function withTemporaryFolder<T>(
  name: string,
  work: (folder: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), name));
  const stopping = new AbortController();
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  const interrupt = (): void => {
    stopping.abort();
    remove();
    process.exit(INTERRUPTED);
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await work(folder, stopping.signal);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    remove();
  }
}
