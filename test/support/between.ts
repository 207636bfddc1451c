// A proxy before the local forge: hears everything that is asked through it, and may change what is answered.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Of the answer. */
  readonly status: number;
}

export interface Between {
  /** REST address, in place of the forge's. */
  readonly api: string;
  readonly heard: Heard[];
  /** What becomes of the text of an answer of the API; `undefined` = the connection breaks in the middle of it. */
  alter: (answer: string, asked: Heard) => string | undefined;
  close(): Promise<void>;
}

/** `url`: the forge's, without a path. */
export async function between(url: string): Promise<Between> {
  const heard: Heard[] = [];
  const as: Between = {
    ...{ api: "", heard, alter: (answer) => answer },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
  const server = createServer((request, response) => {
    void (async () => {
      const { asked, answered } = await passOn(url, request);
      heard.push(asked);
      const bytes = Buffer.from(await answered.arrayBuffer());
      const kept = asked.path.startsWith("/api/") ? as.alter(bytes.toString(), asked) : bytes;
      const length = Buffer.byteLength(kept ?? bytes);
      response.writeHead(answered.status, { ...headersOf(answered), "content-length": String(length) });
      if (kept === undefined) response.write(bytes.subarray(0, length / 2), () => response.destroy());
      else response.end(kept);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(as, { api: `http://127.0.0.1:${port}/api/v3` });
}

async function passOn(url: string, request: IncomingMessage) {
  const body = await buffer(request);
  const { method = "GET", url: path = "/" } = request;
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" && !["host", "connection", "content-length", "transfer-encoding"].includes(name)
      ? [[name, value]]
      : [],
  );
  const sent = { method, headers, ...(body.length === 0 ? {} : { body: new Uint8Array(body) }) };
  const answered = await fetch(`${url}${path}`, sent);
  return { asked: { method, path, body: body.toString(), status: answered.status }, answered };
}

/** What `fetch` has undone is not said again. */
function headersOf({ headers }: Response): Record<string, string> {
  const undone = ["content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"];
  return Object.fromEntries([...headers].filter(([name]) => !undone.includes(name)));
}
