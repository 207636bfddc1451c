/** git's packet lines: four hex digits of length, then the payload; `0000` is a flush. Source: git's protocol-common. */

export const FLUSH = Buffer.from("0000");

export function pkt(payload: string | Buffer): Buffer {
  const body = typeof payload === "string" ? Buffer.from(payload) : payload;
  return Buffer.concat([Buffer.from((body.length + 4).toString(16).padStart(4, "0")), body]);
}

export interface PktLines {
  /** Up to the first flush, or the end. */
  readonly lines: readonly Buffer[];
  /** What follows the flush. */
  readonly rest: Buffer;
}

/** Undefined for bytes that are not packet lines. */
export function readPkts(bytes: Buffer): PktLines | undefined {
  const lines: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const digits = bytes.subarray(at, at + 4).toString();
    if (!/^[0-9a-f]{4}$/i.test(digits)) return undefined;
    const length = Number.parseInt(digits, 16);
    if (length === 0) return { lines, rest: bytes.subarray(at + 4) };
    if (length < 4 || at + length > bytes.length) return undefined;
    lines.push(bytes.subarray(at + 4, at + length));
    at += length;
  }
  return { lines, rest: Buffer.alloc(0) };
}

/** Wraps bytes for one channel of side-band-64k: 1 data, 2 progress, 3 error. */
export function sideband(channel: 1 | 2 | 3, bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 65_000) {
    parts.push(pkt(Buffer.concat([Buffer.from([channel]), bytes.subarray(at, at + 65_000)])));
  }
  return Buffer.concat(parts);
}
