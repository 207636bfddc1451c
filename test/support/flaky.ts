// How bad the day is on which stories are told: FORGE_FLAKY is the share of webhooks that get lost, doubled or overtaken and of the
// service's requests that end in a 502, before or after their effect; FORGE_SEED decides which.

export const flaky = {
  rate: Number(process.env["FORGE_FLAKY"] ?? 0),
  seed: Number(process.env["FORGE_SEED"] ?? 1),
} as const;

/** What the service logs of a 502, by REST, GraphQL or git: on such a day, nothing that is wrong with it. */
const EXPECTED =
  /\b502\b|Bad Gateway|RPC failed|unexpected disconnect|early EOF|the remote end hung up|expected flush|Server Error/i;

/** The complaints that a story must answer for. */
export function unexpected(complaints: readonly string[]): readonly string[] {
  return flaky.rate === 0 ? complaints : complaints.filter((line) => !EXPECTED.test(line));
}
