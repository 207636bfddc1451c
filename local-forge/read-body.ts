/** Reads a request's body whole, up to a limit. */
import { type IncomingMessage } from "node:http";
import { Refusal } from "./refusal.ts";

const LIMIT_BYTES = 200 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) throw new Error("A request body came as text although no encoding was set");
    size += part.length;
    if (size > LIMIT_BYTES) throw new Refusal(413, "The request is larger than 200 MB");
    parts.push(part);
  }
  return Buffer.concat(parts);
}
