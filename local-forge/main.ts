/** `plustwo forge`: an empty forge in the foreground until it is told to stop. */
import { startForge } from "./server.ts";

export interface RunForgeOptions {
  readonly port: number;
  /** One line of JSON on stdout: `{url, api, graphql, control, adminToken}`. */
  readonly json: boolean;
  readonly write?: (line: string) => void;
}

/** Resolves with the exit code after SIGINT or SIGTERM. */
export async function runForge({
  port,
  json,
  write = (line) => void process.stdout.write(`${line}\n`),
}: RunForgeOptions): Promise<number> {
  const forge = await startForge({ port });
  const { url, api, graphql, control, adminToken } = forge;
  if (json) write(JSON.stringify({ url, api, graphql, control, adminToken }));
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
