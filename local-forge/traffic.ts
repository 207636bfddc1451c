/** What was asked of the forge, what it did not understand, and the faults it has been told to show. */
import { diceOf, flakyOf, seedOf } from "./dice.ts";
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
  /** Strikes only what an App asks, by REST, GraphQL or git; people are spared. */
  readonly appsOnly?: boolean;
  /** `after`: the effect happens, the answer is lost. */
  readonly when: "before" | "after";
  readonly headers: Readonly<Record<string, string>>;
  readonly message: string;
}

const KEPT = 20_000;

/** How often anybody asked for anything since the start, control apart; grows only. */
export interface Tally {
  requests: number;
  /** Of these, what may change the world: neither a question nor a token nor a fetch. */
  writes: number;
}

export interface Traffic {
  readonly requests: LoggedRequest[];
  readonly faults: Fault[];
  /** What went wrong inside the forge itself. */
  readonly errors: string[];
  readonly tally: Readonly<Tally>;
  log(request: LoggedRequest): void;
  /** The fault that strikes this request, used up by asking. `app` asks; undefined: a person or nobody. */
  strike(line: string, app?: string): Fault | undefined;
}

export interface TrafficOptions {
  /** Share of the Apps' requests answered 502, half of them after their effect. Default: the environment's FORGE_FLAKY, else 0. */
  readonly flaky?: number;
  /** Default: the environment's FORGE_SEED, else 1. */
  readonly seed?: number;
}

export function startTraffic(options: TrafficOptions = {}): Traffic {
  const flaky = flakyOf(options.flaky);
  const dice = diceOf(seedOf(options.seed));
  const requests: LoggedRequest[] = [];
  const tally: Tally = { requests: 0, writes: 0 };
  const faults: Fault[] = [];
  if (flaky > 0) {
    for (const when of ["before", "after"] as const) faults.push({ ...PLAIN, rate: flaky / 2, appsOnly: true, when });
  }
  return {
    requests,
    faults,
    errors: [],
    tally,
    log(request) {
      tally.requests += 1;
      if (mayWrite(request)) tally.writes += 1;
      requests.push(request);
      if (requests.length > KEPT) requests.shift();
    },
    strike(line, app) {
      const kind = line.replace(/\b[0-9a-f]{40}\b|\d+/g, "*");
      const fault = faults.find(
        ({ times, match, appsOnly, rate, when }) =>
          times > 0 &&
          line.includes(match) &&
          (app !== undefined || appsOnly !== true) &&
          (rate >= 1 || dice(app ?? "", `${when} ${kind}`) < rate),
      );
      if (fault !== undefined) fault.times -= 1;
      return fault;
    },
  };
}

/** GraphQL counts as a question: its mutations are asked by people's tools alone. */
function mayWrite({ method, path }: LoggedRequest): boolean {
  return method !== "GET" && !/\/(graphql|access_tokens|git-upload-pack)$/.test(path);
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
    appsOnly: fields.flag("appsOnly") ?? false,
    when: fields.choice("when", ["before", "after"]) ?? "before",
    headers,
    message: fields.text("message") ?? PLAIN.message,
  };
}
