/** The verbs of `git review`: `vote`, `status` and the others that git-review does not have. */
import { type Command, type OptionValues } from "@commander-js/extra-typings";
import { type Result } from "../core/result.ts";
import { addReadingVerbs } from "./reading-verbs.ts";
import { type CliProblem, type Say, type Terminal } from "./say.ts";

type Outcome = Promise<Result<number, CliProblem>>;

export interface Running {
  readonly terminal: Terminal;
  readonly say: Say;
  readonly run: (outcome: Outcome) => Promise<void>;
}

/** What verbs take from the options before them: `git review -r up status`. */
interface Above {
  readonly remote?: string | undefined;
  readonly json?: boolean | undefined;
  readonly usePushurl?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

export function addVerbs<A extends unknown[], O extends Above>(
  root: Command<A, O & OptionValues>,
  { terminal, say, run }: Running,
): void {
  const remote = (): { readonly remote?: string } => given("remote", root.opts().remote);
  const place = () => ({ ...remote(), usePushUrl: root.opts().usePushurl === true });
  root
    .command("setup")
    .description("install the hooks, check remote and token; same as -s")
    .action(async () => {
      const { setup } = await import("./commands/setup.ts");
      const verbose = root.opts().verbose === true;
      return run(setup(terminal, say, { ...place(), remoteHook: false, update: false, finish: false, verbose }));
    });
  root
    .command("list")
    .description("the open changes; same as -l")
    .option("--json", "print JSON for scripts (docs/schemas/list.schema.json)")
    .action(async (options) => {
      const { list } = await import("./commands/list.ts");
      return run(list(terminal, say, { ...place(), json: wants(options, root.opts()), long: false }));
    });
  root
    .command("config")
    .description("every setting: its value, where it comes from, and what it overrides; asks no server")
    .option("--explain", "accepted for clearness: it always explains")
    .option("--json", "print JSON for scripts (docs/schemas/config.schema.json)")
    .action(async (options) => {
      const { explainConfig } = await import("./commands/config.ts");
      return run(explainConfig(terminal, say, { ...place(), json: wants(options, root.opts()) }));
    });
  root
    .command("doctor")
    .description("what is wrong with this clone, one line each, with its mend; writes nothing")
    .option("--json", "print JSON for scripts (docs/schemas/doctor.schema.json)")
    .action(async (options) => {
      const { doctor } = await import("./commands/doctor.ts");
      return run(doctor(terminal, say, { ...place(), json: wants(options, root.opts()) }));
    });
  root
    .command("vote")
    .description("vote on the newest patch set of a change: git review vote 12 Code-Review+2 Workflow+1")
    .argument("<change>", "number of the change; on Gerrit also a Change-Id or an address")
    .argument("<votes...>", "label and value, such as Code-Review-1; +0 takes a vote back")
    .option("-m, --message <text>", "words to go with it")
    .action(async (change, votes, options) => {
      const { vote } = await import("./commands/vote.ts");
      return run(vote(terminal, say, { change, votes, ...given("message", options.message), ...remote() }));
    });
  root
    .command("override")
    .description("ask for an override of the policy, with a reason: git review override Emergency 12 --reason TEXT")
    .argument("<name>", "as the policy calls it; none takes back what you have asked for")
    .argument("[change]", "number of the pull request; else the change that is checked out")
    .option("--reason <text>", "why; everybody reads it on the change")
    .option("--json", "print JSON for scripts (docs/schemas/override.schema.json)")
    .action(async (name, change, options) => {
      const { override } = await import("./commands/override.ts");
      const asked = { ...given("change", change), ...given("reason", options.reason) };
      return run(override(terminal, say, { name, ...asked, ...remote(), json: wants(options, root.opts()) }));
    });
  root
    .command("abandon")
    .description("close a change without merging it; what stands on it is named")
    .argument("[change]", "number, Change-Id or address; else the change that is checked out")
    .option("-m, --message <text>", "why, as a comment")
    .option("-y, --yes", "also a change of somebody else")
    .option("--delete-branch", "delete its branch too, where nothing stands on it")
    .option("-n, --dry-run", "only say what would be closed")
    .option("--json", "print JSON for scripts (docs/schemas/abandon.schema.json)")
    .action(async (change, options) => {
      const { abandon } = await import("./commands/abandon.ts");
      const asked = { ...given("change", change), ...given("message", options.message), ...remote() };
      const dryRun = options.dryRun === true || root.opts().dryRun === true;
      const yes = options.yes === true;
      const json = wants(options, root.opts());
      return run(abandon(terminal, say, { ...asked, yes, deleteBranch: options.deleteBranch === true, dryRun, json }));
    });
  root
    .command("apply")
    .description("do exactly what a plan of `git review -n --plan FILE` says, or nothing where the server has moved")
    .argument("<file>", "the plan")
    .option("--json", "print JSON for scripts (docs/schemas/upload.schema.json)")
    .action(async (file, options) => {
      const { apply } = await import("./commands/apply.ts");
      const json = wants(options, root.opts());
      return run(apply(terminal, say, { file, ...remote(), dryRun: root.opts().dryRun === true, json }));
    });
  root
    .command("restack")
    .description("put your commits onto the newest target and onto what was amended or merged below them")
    .argument("[branch]", "target branch")
    .option("-n, --dry-run", "only say what would move")
    .option("--json", "print JSON for scripts (docs/schemas/restack.schema.json)")
    .action(async (branch, options) => {
      const { restack } = await import("./commands/restack.ts");
      const dryRun = options.dryRun === true || root.opts().dryRun === true;
      const json = wants(options, root.opts());
      return run(restack(terminal, say, { ...given("branch", branch), ...remote(), dryRun, json }));
    });
  root
    .command("undo")
    .description("take back the last submit of this clone, as far as nobody else has built on it")
    .option("-n, --dry-run", "only say what would be taken back")
    .option("--json", "print JSON for scripts (docs/schemas/undo.schema.json)")
    .action(async (options) => {
      const { undo } = await import("./commands/undo.ts");
      const dryRun = options.dryRun === true || root.opts().dryRun === true;
      return run(undo(terminal, say, { ...remote(), dryRun, json: wants(options, root.opts()) }));
    });
  addReadingVerbs(root, { terminal, say, run, remote, json: () => wants(root.opts()) });
}

/** An option that was given, for spreading; nothing where it was not. */
function given<K extends string>(key: K, value: string | undefined): { readonly [name in K]?: string } {
  const made: { [name in K]?: string } = {};
  if (value !== undefined) made[key] = value;
  return made;
}

function wants(...options: readonly { readonly json?: boolean | undefined }[]): boolean {
  return options.some(({ json }) => json === true);
}
