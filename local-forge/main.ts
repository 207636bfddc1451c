/** `plustwo forge`: an empty forge in the foreground until it is told to stop. */
import { startForge } from "./server.ts";

export interface RunForgeOptions {
  /** `--port N` (0 = the system picks) and `--json` (one line on stdout: `{url, api, graphql, control, adminToken}`). */
  readonly args: readonly string[];
  readonly write: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** Resolves with the exit code after SIGINT or SIGTERM. */
export async function runForge({ args, write, complain }: RunForgeOptions): Promise<number> {
  const port = args.includes("--port") ? Number(args[args.indexOf("--port") + 1]) : 0;
  if (!Number.isInteger(port)) {
    complain("Cannot start the forge: --port takes a number; 0 lets the system pick");
    return 2;
  }
  const forge = await startForge({ port });
  const { url, api, graphql, control, adminToken } = forge;
  if (args.includes("--json")) write(JSON.stringify({ url, api, graphql, control, adminToken }));
  else
    write(
      `The local forge listens at ${url}\n  REST     ${api}\n  GraphQL  ${graphql}\n  git      ${url}/OWNER/REPO.git\n  control  ${control}  (Authorization: Bearer ${adminToken})\nStop it with Ctrl-C.`,
    );
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await forge.close();
  return 0;
}
