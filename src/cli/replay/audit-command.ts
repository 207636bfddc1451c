/** The command line of `plustwo policy audit`. */
import { type Command } from "@commander-js/extra-typings";
import { given, type Run } from "../command-line.ts";
import { folded } from "../help.ts";
import { speaker, type Terminal } from "../say.ts";

export function addAudit(policy: Command, terminal: Terminal, run: Run): void {
  policy
    .command("audit")
    .description(
      "Finds what came into a branch in mode enforce without the App's certificate: who merged or pushed it, when, and what was missing. Reads with a token and writes nothing.",
    )
    .option("--since <when>", "a date such as 2026-09-01, or an age such as 30d", "90d")
    .option("--repo <owner/name>", "the repository; else the one of the clone")
    .option("-b, --branch <name>", "the branch; else the default branch")
    .option("--app <id|slug>", "the App that is plustwo here; else the one the branch rule requires `plustwo/gate` of")
    .option("--api <url>", "the REST address of the server; else PLUSTWO_GITHUB_URL, the clone's remote, github.com")
    .option("--json", "print JSON (docs/schemas/policy-audit.schema.json)")
    .addHelpText(
      "after",
      `\n${folded("Exit codes: 0 all has a certificate · 1 something has none · 74 something could not be told", terminal.stdout)}`,
    )
    .action(async ({ since, repo, branch, app, api, json }) => {
      const { auditMerges } = await import("./audit.ts");
      const named = {
        ...given("repository", repo),
        ...given("branch", branch),
        ...given("app", app),
        ...given("api", api),
      };
      return run(auditMerges(terminal, speaker(terminal), { ...named, since, json: json === true }));
    });
}
