/** What was asked of the forge, what it did not understand, and the faults it has been told to show. */
import { type Fields } from "./route.ts";

export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly by: string | null;
  /** Why the forge did not understand: a scenario fails on any of these. */
  readonly unknown?: string;
}

export interface Fault {
  readonly status: number;
  /** How often; Infinity with a rate. */
  times: number;
  /** From 0 to 1. */
  readonly rate: number;
  /** Found in `METHOD path`. */
  readonly match: string;
  /** `after`: the effect happens, the answer is lost. */
  readonly when: "before" | "after";
  readonly headers: Readonly<Record<string, string>>;
  readonly message: string;
}

const KEPT = 20_000;

export interface Traffic {
  readonly requests: LoggedRequest[];
  readonly faults: Fault[];
  /** What went wrong inside the forge itself. */
  readonly errors: string[];
  log(request: LoggedRequest): void;
  /** The fault that strikes this request, used up by asking. */
  strike(line: string): Fault | undefined;
}

export interface TrafficOptions {
  /** Share of API requests answered 502. Default: the environment's FORGE_FLAKY, else 0. */
  readonly flaky?: number;
  /** Default: the environment's FORGE_SEED, else 1. */
  readonly seed?: number;
}

export function startTraffic(options: TrafficOptions = {}): Traffic {
  const flaky = options.flaky ?? Number(process.env["FORGE_FLAKY"] ?? 0);
  const dice = seeded(options.seed ?? Number(process.env["FORGE_SEED"] ?? 1));
  const requests: LoggedRequest[] = [];
  const faults: Fault[] = [];
  if (flaky > 0) {
    for (const when of ["before", "after"] as const) faults.push({ ...PLAIN, rate: flaky / 2, match: "/api/", when });
  }
  return {
    requests,
    faults,
    errors: [],
    log(request) {
      requests.push(request);
      if (requests.length > KEPT) requests.shift();
    },
    strike(line) {
      const fault = faults.find(
        (candidate) => candidate.times > 0 && line.includes(candidate.match) && dice() < candidate.rate,
      );
      if (fault !== undefined) fault.times -= 1;
      return fault;
    },
  };
}

const PLAIN: Fault = {
  status: 502,
  times: Infinity,
  rate: 1,
  match: "",
  when: "before",
  headers: {},
  message: "Server Error",
};

export function readFault(fields: Fields): Fault {
  const rate = fields.number("rate") ?? 1;
  const headers = Object.fromEntries(
    (fields.inner("headers")?.entries() ?? []).map(([name, value]) => [name, String(value)]),
  );
  return {
    status: fields.number("status") ?? 502,
    times: fields.number("times") ?? (fields.has("rate") ? Infinity : 1),
    rate,
    match: fields.text("match") ?? "/api/",
    when: fields.choice("when", ["before", "after"]) ?? "before",
    headers,
    message: fields.text("message") ?? PLAIN.message,
  };
}

/** A small seeded generator (mulberry32): the same seed strikes the same requests. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
