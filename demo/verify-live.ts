// `npm run verify:live`: asks the real GitHub whether what plustwo and its local forge assume about it is true.
import { probes, runProbes } from "./live/probes.ts";
import { type Finding } from "./live/probe.ts";
import { type LiveTarget } from "./live/scratch.ts";

const USAGE = `Usage: npm run verify:live [-- --list | <probe id>…]

Checks what plustwo assumes about GitHub in a scratch repository of yours. Each probe makes branches under
plustwo-live/, opens and closes pull requests there, and removes what it made. The default branch is not touched.

  PLUSTWO_LIVE_REPO        owner/name of a scratch repository with at least one commit
  PLUSTWO_LIVE_TOKEN       a token with contents, pull requests, workflows, actions (read), statuses: write;
                           administration: write for the ruleset probe
  PLUSTWO_LIVE_APP_TOKEN   optional: an installation token of your App, for what only Apps can show
  PLUSTWO_LIVE_API         optional: another API base, for example of the local forge (…/api/v3)

Exit: 0 every probe that could be asked holds, 1 one differs, 2 nothing could be asked`;

function targetFrom(env: NodeJS.ProcessEnv): LiveTarget | string {
  const token = env["PLUSTWO_LIVE_TOKEN"] ?? "";
  const where = env["PLUSTWO_LIVE_REPO"] ?? "";
  const missing = [...(token === "" ? ["PLUSTWO_LIVE_TOKEN"] : []), ...(where === "" ? ["PLUSTWO_LIVE_REPO"] : [])];
  if (missing.length > 0) return `Cannot ask GitHub: ${missing.join(" and ")} not set`;
  const [owner, repo, rest] = where.split("/");
  if (owner === undefined || repo === undefined || repo === "" || rest !== undefined) {
    return `Cannot ask GitHub: PLUSTWO_LIVE_REPO is "${where}", not owner/name`;
  }
  const api = env["PLUSTWO_LIVE_API"] ?? env["GITHUB_API_URL"] ?? "https://api.github.com";
  const appToken = env["PLUSTWO_LIVE_APP_TOKEN"];
  return { token, owner, repo, api, ...(appToken === undefined || appToken === "" ? {} : { appToken }) };
}

const MARK = { holds: "ok  ", differs: "DIFF", skipped: "skip" } as const;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(USAGE);
    return 0;
  }
  if (args.includes("--list")) {
    for (const probe of probes) console.log(`${probe.id.padEnd(32)} ${probe.assumption}`);
    return 0;
  }
  const unknown = args.filter((id) => !probes.some((probe) => probe.id === id));
  const target = targetFrom(process.env);
  if (typeof target === "string" || unknown.length > 0) {
    console.error(typeof target === "string" ? target : `There is no probe ${unknown.join(", ")}; --list names them`);
    console.error(`\n${USAGE}`);
    return 2;
  }
  console.log(`Asking ${target.api} in ${target.owner}/${target.repo}\n`);
  const count = { holds: 0, differs: 0, skipped: 0 };
  const wanted = args.length === 0 ? probes : probes.filter((probe) => args.includes(probe.id));
  for await (const { probe, finding } of runProbes(target, wanted)) {
    count[finding.kind] += 1;
    console.log(`${MARK[finding.kind]} ${probe.id}\n     ${probe.assumption}\n     ${said(finding)}`);
  }
  console.log(`\n${count.holds} hold, ${count.differs} differ, ${count.skipped} skipped. ${advice(target, count)}`);
  if (count.holds + count.differs === 0) return 2; // nothing could be asked: a wrong token, no such repository
  return count.differs > 0 ? 1 : 0;
}

function advice(target: LiveTarget, count: { readonly holds: number; readonly differs: number }): string {
  if (count.holds + count.differs === 0) return "Nothing could be asked; the lines above say why.";
  const local = ["127.0.0.1", "localhost"].includes(new URL(target.api).hostname);
  return local
    ? "This was the local forge: docs/LIVE.md stays as it is."
    : "Write the date and the result of each into docs/LIVE.md.";
}

function said(finding: Finding): string {
  return finding.kind === "skipped" ? `not asked: ${finding.why}` : `found: ${finding.found}`;
}

process.exitCode = await main(process.argv.slice(2));
