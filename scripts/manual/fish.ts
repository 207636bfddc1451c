/** A completion for fish: one line for each command, option and place. it is asked for `git review`, too. */
import { all, type Described, type DescribedOption, type Value } from "./described.ts";

export function fishCompletion(
  root: Described,
  { program, more }: { readonly program: string; readonly more: string },
): string {
  const id = program.replaceAll("-", "_");
  return `# fish completion for ${root.path.join(" ")}. Written by \`npm run manual\`; change the command line, not this file.

# Branches of the remotes, without those that belong to changes and to the gate.
function __${id}_branches
    git for-each-ref --format='%(refname:lstrip=3)' refs/remotes 2>/dev/null | string match -r -v '^(HEAD$|changes/|review/|gate/)' | sort -u
end

# Changes whose patch sets were fetched here: refs/remotes/<remote>/changes/43/143/2.
function __${id}_changes
    git for-each-ref --format='%(refname:lstrip=3)' 'refs/remotes/*/changes/**' 2>/dev/null | cut -d/ -f3 | sort -u -n
end

complete -c ${program} -e
complete -c ${program} -f
${all(root)
  .flatMap((command) => lines(command, { program, id }))
  .join("\n")}
${more}`;
}

/** fish 3.6 asks for `git-review` under a wrong name; newer ones answer the same twice, and show it once. */
export const UNDER_GIT = `
function __git_review_under_git
    set -l words (commandline -opc)
    set -e words[1..(contains -i -- review $words)]
    set -l before (string escape -- $words)
    complete -C "git-review $before "(commandline -ct)
end
complete -c git -f -n '__fish_git_using_command review' -a '(__git_review_under_git)'
`;

interface At {
  readonly program: string;
  readonly id: string;
}

function lines(command: Described, { program, id }: At): readonly string[] {
  const begin = `complete -c ${program} -n ${quoted(standsIn(command))}`;
  return [
    ...command.commands.map((one) => `${begin} -a ${quoted(one.path.at(-1) ?? "")} -d ${quoted(one.summary)}`),
    ...command.options.map((option) => `${begin} ${optionWords(option, id)} -d ${quoted(option.summary)}`),
    ...command.places.flatMap((place) => {
      const offered = offers(place, id);
      return offered === "" ? [] : [`${begin} ${offered} -d ${quoted(place.name)}`];
    }),
  ];
}

/** Shell that is true where the cursor stands behind this command and before any of its own. */
function standsIn({ path, commands }: Described): string {
  const seen = path.slice(1).map((word) => `__fish_seen_subcommand_from ${word}`);
  const below = commands.map(({ path: words }) => words.at(-1) ?? "").join(" ");
  return [...seen, ...(below === "" ? [] : [`not __fish_seen_subcommand_from ${below}`])].join("; and ");
}

function optionWords({ flags, value }: DescribedOption, id: string): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
  if (value === undefined) return names;
  const offered = offers(value, id);
  return `${names}${value.required ? " -r" : ""}${offered === "" ? " -f" : ` ${offered}`}`;
}

function offers({ kind }: Value, id: string): string {
  switch (kind.kind) {
    case "words":
      return `-f -a ${quoted(kind.words.join(" "))}`;
    case "file":
      return "-F";
    case "branch":
      return `-f -a '(__${id}_branches)'`;
    case "change":
      return `-f -a '(__${id}_changes)'`;
    case "remote":
      return "-f -a '(git remote 2>/dev/null)'";
    case "free":
      return "";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
