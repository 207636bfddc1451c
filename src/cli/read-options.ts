/** From the words of the command line to what is asked: pairs that exclude each other, and values that cannot be sent. */
import { fail, ok, type Result } from "../core/result.ts";
import { EXIT } from "./exit.ts";
import { type CliProblem } from "./say.ts";
import { EXCLUSIVE, type RawOptions } from "./options.ts";
import { type FetchOptions, type ListOptions, type SetupOptions, type SubmitOptions } from "./submit-options.ts";

/** What stood on the command line. `seen`: the options' long names without dashes, `no-` included. */
export interface Typed {
  readonly branch: string | undefined;
  readonly options: RawOptions;
  readonly seen: ReadonlySet<string>;
}

export type Wanted =
  | { readonly kind: "licence" }
  | { readonly kind: "setup"; readonly options: SetupOptions }
  | { readonly kind: "list"; readonly options: ListOptions }
  | { readonly kind: "fetch"; readonly options: FetchOptions }
  | { readonly kind: "submit"; readonly options: SubmitOptions };

export function readOptions(typed: Typed): Result<Wanted, CliProblem> {
  const { options, seen } = typed;
  for (const group of EXCLUSIVE) {
    const [one, other] = group.filter((name) => seen.has(name));
    if (one !== undefined && other !== undefined) return fail(together(one, other));
  }
  if (options.license === true) return ok({ kind: "licence" });
  const common = placeOf(typed);
  const fetch = fetchOf(options);
  if (fetch !== undefined)
    return ok({
      kind: "fetch",
      options: { ...common, ...fetch, rebase: options.rebase, verbose: options.verbose === true },
    });
  if (options.setup === true) {
    const { remoteHook, update, verbose, finish } = flagsOf(options);
    return ok({ kind: "setup", options: { ...common, remoteHook, update, verbose, finish } });
  }
  if (Number(options.list) > 0)
    return ok({ kind: "list", options: { ...common, json: options.json === true, long: Number(options.list) > 1 } });
  return submitOf(typed);
}

/** The problem of an option that would reach a server as several, or break a ref's name. */
export function spaces(option: string, values: readonly string[]): CliProblem | undefined {
  const bad = values.find((value) => /\s|^$/.test(value));
  if (bad === undefined) return undefined;
  return {
    message: `Cannot use ${JSON.stringify(bad)} as a value of ${option}: it is empty or has a space in it`,
    hint: `give several as several words: \`${option} one two\``,
    exit: EXIT.malformed,
  };
}

function submitOf(typed: Typed): Result<Wanted, CliProblem> {
  const { options, seen } = typed;
  const { topic, message, notify, reviewers = [], cc = [], hashtags = [] } = options;
  if (options.plan !== undefined && options.dryRun !== true) return fail(planWithoutDryRun(options.plan));
  const bad =
    spaces("--reviewers", reviewers) ??
    spaces("--cc", cc) ??
    spaces("--hashtags", hashtags) ??
    (typeof topic === "string" ? spaces("--topic", [topic]) : undefined);
  if (bad !== undefined) return fail(bad);
  const work = seen.has("ready")
    ? "ready"
    : seen.has("work-in-progress") || seen.has("wip")
      ? "in-progress"
      : undefined;
  const privacy = options.private === true ? "private" : options.removePrivate === true ? "remove-private" : undefined;
  return ok({
    kind: "submit",
    options: {
      ...placeOf(typed),
      ...flagsOf(options),
      rebase: rebaseOf(options),
      ...(typeof topic === "string" ? { topic } : {}),
      noTopic: seen.has("no-topic"),
      reviewers,
      cc,
      hashtags,
      ...(options.plan === undefined ? {} : { planFile: options.plan }),
      ...(options.to === undefined ? {} : { to: options.to }),
      ...(message === undefined ? {} : { message }),
      ...(notify === undefined ? {} : { notify }),
      ...(work === undefined ? {} : { work }),
      ...(privacy === undefined ? {} : { privacy }),
    },
  });
}

function placeOf({ branch, options: { remote, usePushurl }, seen }: Typed) {
  return {
    usePushUrl: usePushurl === true,
    ...(branch === undefined ? {} : { branch }),
    ...(remote === undefined ? {} : { remote }),
    ...(seen.has("track") ? { track: true } : seen.has("no-track") ? { track: false } : {}),
  };
}

function flagsOf(options: RawOptions) {
  return {
    dryRun: options.dryRun === true,
    json: options.json === true,
    verbose: options.verbose === true,
    yes: options.yes === true,
    newChangeId: options.newChangeid === true,
    finish: options.finish === true,
    abandon: options.abandon === true,
    update: options.update === true,
    thin: options.thin,
    customScripts: options.customScript,
    remoteHook: options.remoteHook === true,
  };
}

function rebaseOf({ rebase, forceRebase, keepRebase }: RawOptions): SubmitOptions["rebase"] {
  if (!rebase) return "skip";
  if (forceRebase === true) return "force";
  return keepRebase === true ? "keep" : "test";
}

function fetchOf(options: RawOptions): Pick<FetchOptions, "how" | "change"> | undefined {
  if (options.download !== undefined) return { how: "download", change: options.download };
  if (options.cherrypick !== undefined) return { how: "cherry-pick", change: options.cherrypick };
  if (options.cherrypickindicate !== undefined)
    return { how: "cherry-pick-indicate", change: options.cherrypickindicate };
  if (options.cherrypickonly !== undefined) return { how: "cherry-pick-only", change: options.cherrypickonly };
  return options.compare === undefined ? undefined : { how: "compare", change: options.compare };
}

function planWithoutDryRun(file: string): CliProblem {
  return {
    message: "Cannot write a plan of what is done at once: --plan goes with -n",
    hint: `\`git review -n --plan ${file}\`, then \`git review apply ${file}\``,
    exit: EXIT.usage,
  };
}

function together(one: string, other: string): CliProblem {
  return {
    message: `Cannot read the command line: --${one} and --${other} exclude each other`,
    hint: "see `git review -h`",
    exit: EXIT.usage,
  };
}
