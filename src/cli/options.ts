/**
 * The options of `git review` without a verb: git-review's letters and names, and ours. Here they are only declared;
 * `read-options.ts` makes sense of them. Source: git-review 2.5, `-h`.
 */
import { Option, type Command } from "@commander-js/extra-typings";
import { NOTIFY } from "./submit-options.ts";

const COLOURS = ["always", "never", "auto"] as const;

export function addOptions(root: Command) {
  return root
    .optionsGroup("What to do:")
    .option("-s, --setup", "install the commit-msg hook, check remote and token, send nothing")
    .option("-l, --list", "list the open changes; -ll also says their topics", (_, before: number) => before + 1, 0)
    .option("--plan <file>", "with -n: write the plan there; `git review apply` does exactly that, or nothing")
    .option("-d, --download <change>", "check out a change: N, N,PS, a Change-Id or its address")
    .option("-x, --cherrypick <change>", "cherry-pick a change")
    .option("-X, --cherrypickindicate <change>", "the same, and the message says from where")
    .option("-N, --cherrypickonly <change>", "put a change into the work tree without a commit")
    .option("-m, --compare <change>", "difference of two patch sets: N,PS or N,PS-PS")
    .option("-n, --dry-run", "show what would be sent; nothing is sent, no ref moves")
    .optionsGroup("What is sent:")
    .option("-t, --topic <topic>", "topic of the changes")
    .option("-T, --no-topic", "no topic, also where gitreview.notopic=0 would make one")
    .option("--reviewers <who...>", "ask these for a review")
    .option("--cc <who...>", "Gerrit: these are to know of it")
    .option("--hashtags <tags...>", "hashtags; on GitHub the labels of these names")
    .option("--message <text>", "description of the patch set")
    .addOption(new Option("--notify <whom>", "Gerrit: who gets an email").choices(NOTIFY))
    .option("-w, --work-in-progress", "send as work in progress; on GitHub a draft")
    .option("--wip", "same as -w")
    .option("-W, --ready", "ready for review again")
    .option("-p, --private", "Gerrit: send as private")
    .option("-P, --remove-private", "Gerrit: private no longer")
    .option("-i, --new-changeid", "the newest commit becomes a new change")
    .optionsGroup("How it is sent:")
    .option("-R, --no-rebase", "send without testing whether the commits merge with the target")
    .option("-F, --force-rebase", "rebase onto the target first, and keep and send that")
    .option("-K, --keep-rebase", "accepted for habit: a test never leaves a rebase behind")
    .option("-f, --finish", "afterwards switch to the target and delete the topic branch")
    .option("-r, --remote <name>", "remote to send to")
    .option("--use-pushurl", "Gerrit: push to origin's pushurl, without a remote of its own")
    .option("--track", "send to the branch that this one follows")
    .option("--no-track", "do not, also where gitreview.track=1 says so")
    .option("--to <change>", "send nothing above this one: HEAD~1, a SHA, a Change-Id or a number")
    .option("--abandon", "also close your changes whose commits have left this branch")
    .option("-u, --update", "fetch again what is there already, and the hook")
    .option("--remote-hook", "Gerrit: take the server's commit-msg hook instead of ours")
    .option("--no-custom-script", "do not run pre-review and post-review scripts")
    .option("--no-thin", "push whole objects; helps with some servers")
    .option("-y, --yes", "accepted for habit: nothing is ever asked")
    .optionsGroup("What is printed:")
    .option("-v, --verbose", "say more about what is done")
    .addOption(new Option("--color [when]", "colours: always, never, auto").choices(COLOURS).preset("always"))
    .option("--no-color", "no colours")
    .option("--json", "print JSON for scripts (docs/schemas: upload, list)")
    .option("--license", "print the licence");
}

export type RawOptions = ReturnType<ReturnType<typeof addOptions>["opts"]>;

/** At most one of each group may be given. */
export const EXCLUSIVE: readonly (readonly string[])[] = [
  ["topic", "no-topic"],
  ["no-rebase", "force-rebase", "keep-rebase"],
  ["plan", "abandon"],
  ["plan", "finish"],
  ["to", "force-rebase"],
  ["to", "new-changeid"],
  ["to", "finish"],
  ["track", "no-track"],
  ["work-in-progress", "ready"],
  ["wip", "ready"],
  ["private", "remove-private"],
  ["download", "cherrypick", "cherrypickindicate", "cherrypickonly", "compare", "setup", "list"],
];
