/** The command lines of a push, read from a receive-pack request, and the answers that git clients understand. */
import { FLUSH, pkt, readPkts, sideband } from "./pkt-line.ts";
import { type RefUpdate } from "./rules.ts";

export interface PushRequest {
  readonly commands: readonly RefUpdate[];
  readonly capabilities: readonly string[];
  /** The pack, with any push options before it: empty when the push only deletes. */
  readonly pack: Buffer;
  readonly options: readonly Buffer[];
}

/** Undefined for bytes that are not a push. A client that only probes sends a lone flush: no commands. */
export function readPush(body: Buffer): PushRequest | undefined {
  const pkts = readPkts(body);
  if (pkts === undefined) return undefined;
  const commands: RefUpdate[] = [];
  let capabilities: readonly string[] = [];
  for (const line of pkts.lines) {
    const [text = "", offered] = line.toString().replace(/\n$/, "").split("\0");
    if (offered !== undefined) capabilities = offered.trim().split(" ");
    const command = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+)$/.exec(text);
    if (command?.[1] === undefined || command[2] === undefined || command[3] === undefined) return undefined;
    commands.push({ before: command[1], after: command[2], ref: command[3] });
  }
  if (!capabilities.includes("push-options")) return { commands, capabilities, pack: pkts.rest, options: [] };
  const options = readPkts(pkts.rest);
  return options === undefined ? undefined : { commands, capabilities, pack: options.rest, options: options.lines };
}

/** The same push with fewer commands. */
export function writePush(request: PushRequest, commands: readonly RefUpdate[]): Buffer {
  const lines = commands.map(({ before, after, ref }, at) =>
    pkt(`${before} ${after} ${ref}${at === 0 ? `\0${request.capabilities.join(" ")}` : ""}`),
  );
  const options = request.capabilities.includes("push-options")
    ? [...request.options.map((line) => pkt(line)), FLUSH]
    : [];
  return Buffer.concat([...lines, FLUSH, ...options, request.pack]);
}

/** Ref name to the reason git shows in brackets. */
export type Refusals = ReadonlyMap<string, string>;

export interface PushAnswer {
  readonly refused: Refusals;
  /** Lines for people, shown as `remote: …`. */
  readonly remarks: readonly string[];
}

/** `report-status` for a push of which git saw `accepted` (its report given) and the rest was refused here. */
export function reportPush(request: PushRequest, answer: PushAnswer, gitReport: Buffer | undefined): Buffer {
  const lines = gitReport === undefined ? [Buffer.from("unpack ok\n")] : (readPkts(gitReport)?.lines ?? []);
  const refused = [...answer.refused].map(([ref, reason]) => Buffer.from(`ng ${ref} ${reason}\n`));
  const report = Buffer.concat([...[...lines, ...refused].map((line) => pkt(line)), FLUSH]);
  if (!request.capabilities.includes("side-band-64k")) return report;
  const remarks = Buffer.from(answer.remarks.map((line) => `${line}\n`).join(""));
  return Buffer.concat([sideband(2, remarks), sideband(1, report), FLUSH]);
}

/** Splits git's own answer into its report and everything else (progress), both without the side band's wrapping. */
export function splitAnswer(
  request: PushRequest,
  body: Buffer,
): { readonly report: Buffer; readonly progress: Buffer } {
  if (!request.capabilities.includes("side-band-64k")) return { report: body, progress: Buffer.alloc(0) };
  const lines = readPkts(body)?.lines ?? [];
  const channel = (wanted: number) =>
    Buffer.concat(lines.filter((line) => line[0] === wanted).map((line) => line.subarray(1)));
  return { report: channel(1), progress: channel(2) };
}

/** The refs that git reports as moved. */
export function movedRefs(report: Buffer): Set<string> {
  const lines = readPkts(report)?.lines ?? [];
  return new Set(
    lines.flatMap((line) => {
      const ok = /^ok (.+?)\n?$/.exec(line.toString());
      return ok?.[1] === undefined ? [] : [ok[1]];
    }),
  );
}
