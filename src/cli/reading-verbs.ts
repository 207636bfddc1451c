/** The verbs of `git review` that only look: `inbox`, `next`, `comments` and `status`. */
import { type CommandUnknownOpts } from "@commander-js/extra-typings";
import { type Running } from "./verbs.ts";

export interface Reading extends Running {
  /** As the options before the verb say. */
  readonly remote: () => { readonly remote?: string };
  readonly json: () => boolean;
}

const jsonOf = (schema: string) => ["--json", `print JSON for scripts (docs/schemas/${schema}.schema.json)`] as const;

export function addReadingVerbs(root: CommandUnknownOpts, { terminal, say, run, remote, json }: Reading): void {
  root
    .command("inbox")
    .description("what waits for you in the project, oldest first")
    .option(...jsonOf("inbox"))
    .action(async (options) => {
      const { inbox } = await import("./commands/inbox.ts");
      return run(inbox(terminal, say, { ...remote(), json: options.json === true || json() }));
    });
  root
    .command("next")
    .description("the first change of the inbox, and what to type")
    .option(...jsonOf("inbox"))
    .action(async (options) => {
      const { next } = await import("./commands/inbox.ts");
      return run(next(terminal, say, { ...remote(), json: options.json === true || json() }));
    });
  root
    .command("comments")
    .description("unresolved comments of a change, each at its line of the files here")
    .argument("[change]", "number of the pull request; else the change that is checked out")
    .option(...jsonOf("comments"))
    .action(async (change, options) => {
      const { comments } = await import("./commands/comments.ts");
      const asked = change === undefined ? {} : { change };
      return run(comments(terminal, say, { ...asked, ...remote(), json: options.json === true || json() }));
    });
  root
    .command("status")
    .description("where your stack stands, and who has to do what")
    .argument("[branch]", "target branch")
    .option("--watch", "keep looking, until everything has landed or is closed; Ctrl-C ends it")
    .option("--interval <seconds>", "with --watch: how often to look, 5 to 3600; default 15")
    .option(...jsonOf("status"))
    .action(async (branch, options) => {
      const { status } = await import("./commands/status.ts");
      const { watch, interval } = options;
      const asked = { ...(branch === undefined ? {} : { branch }), ...(interval === undefined ? {} : { interval }) };
      const isJson = options.json === true || json();
      return run(status(terminal, say, { ...asked, ...remote(), watch: watch === true, json: isJson }));
    });
}
