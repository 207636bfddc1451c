/**
 * A completion for bash (3.2 and newer): one function that walks the words, and tables of what may stand where. It needs nothing but
 * bash and git, loads nothing, asks no server, and runs when Tab is pressed only.
 */
import { all, type Described, type Value } from "./described.ts";

const HEAD = (name: string): string =>
  `# bash completion for ${name}. Written by \`npm run manual\`; change the command line, not this file.`;

/** `identifier`: `git_review`. `program`: what is typed, `git-review`. `entry`: shell that finds where the words begin. */
export function bashCompletion(
  root: Described,
  { program, entry }: { readonly program: string; readonly entry: string },
): string {
  const id = program.replaceAll("-", "_");
  const commands = all(root);
  const pathOf = ({ path }: Described): string => path.slice(1).join("/");
  const cases = (rows: readonly (readonly [string, string])[]): string =>
    rows.length === 0 ? "        :" : rows.map(([when, then]) => `        ${when}) ${then} ;;`).join("\n");
  const descend = commands.flatMap((command) =>
    command.commands.map((one) => [`"${pathOf(command)}:${one.path.at(-1) ?? ""}"`, `at="${pathOf(one)}"`] as const),
  );
  const expects = commands.flatMap((command) =>
    command.options.flatMap(({ flags, value }) =>
      value === undefined
        ? []
        : [
            [
              flags.map((flag) => `"${pathOf(command)}:${flag}"`).join(" | "),
              `expects="${wants(value)}"${value.several ? " sticks=1" : ""}`,
            ] as const,
          ],
    ),
  );
  const places = commands.flatMap((command) =>
    command.places.map(
      (place, index) =>
        [
          place.several ? `"${pathOf(command)}:"*` : `"${pathOf(command)}:${index}"`,
          `expects="${wants(place)}"`,
        ] as const,
    ),
  );
  const words = commands.flatMap((command) => [
    [`"${pathOf(command)}:options"`, `words="${command.options.flatMap(({ flags }) => flags).join(" ")}"`] as const,
    ...(command.commands.length === 0
      ? []
      : [
          [
            `"${pathOf(command)}:commands"`,
            `words="${command.commands.map(({ path }) => path.at(-1) ?? "").join(" ")}"`,
          ] as const,
        ]),
  ]);
  return `${HEAD(root.path.join(" "))}

# From the word with the number $1 on, find where the cursor stands, and fill COMPREPLY.
__${id}_complete() {
    local cur="\${COMP_WORDS[COMP_CWORD]}" at="" place=0 expects="" sticks="" word i
    COMPREPLY=()
    [ "$cur" = "=" ] && cur=""
    for ((i = $1; i < COMP_CWORD; i++)); do
        word="\${COMP_WORDS[i]}"
        # bash makes three words of --option=value.
        [ "$word" = "=" ] && continue
        if [ -n "$expects" ]; then
            case "$sticks$word" in
            1-*) ;;
            1*) continue ;;
            *)
                expects=""
                continue
                ;;
            esac
        fi
        expects="" sticks=""
        case "$word" in
        -*) __${id}_expects ;;
        *) __${id}_descend ;;
        esac
    done
    case "$cur" in
    -*) [ -n "$expects" ] && [ -z "$sticks" ] || expects="options" ;;
    esac
    if [ -z "$expects" ]; then
        [ "$place" = 0 ] && __${id}_offer "$(__${id}_words commands)"
        __${id}_place
    fi
    case "$expects" in
    options) __${id}_offer "$(__${id}_words options)" ;;
    words:*) __${id}_offer "\${expects#words:}" ;;
    branch) __${id}_offer "$(__${id}_branches)" ;;
    change) __${id}_offer "$(__${id}_changes)" ;;
    remote) __${id}_offer "$(git remote 2>/dev/null)" ;;
    file)
        type compopt >/dev/null 2>&1 && compopt -o filenames +o nospace 2>/dev/null
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
        ;;
    esac
}

# A space after each, so that it is the same whether git's completion asks or bash itself.
__${id}_offer() {
    local word
    while IFS= read -r word; do [ -n "$word" ] && COMPREPLY+=("$word "); done < <(compgen -W "$1" -- "$cur")
}

__${id}_descend() {
    local before="$at"
    case "$at:$word" in
${cases(descend)}
    esac
    if [ "$at" = "$before" ]; then place=$((place + 1)); else place=0; fi
}

__${id}_expects() {
    case "$at:$word" in
${cases(expects)}
    esac
}

__${id}_place() {
    case "$at:$place" in
${cases(places)}
    esac
}

__${id}_words() {
    local words=""
    case "$at:$1" in
${cases(words)}
    esac
    echo "$words"
}

# Branches of the remotes, without those that belong to changes and to the gate.
__${id}_branches() {
    git for-each-ref --format='%(refname:lstrip=3)' refs/remotes 2>/dev/null | grep -v -E '^(HEAD$|changes/|review/|gate/)' | sort -u
}

# Changes whose patch sets were fetched here: refs/remotes/<remote>/changes/43/143/2.
__${id}_changes() {
    git for-each-ref --format='%(refname:lstrip=3)' 'refs/remotes/*/changes/**' 2>/dev/null | cut -d/ -f3 | sort -u -n
}

${entry}
complete -o nospace -F _${id} ${program}
`;
}

/** `git review` is two words and \`git-review\` one; under an alias git says where its command stands. */
export const GIT_REVIEW_ENTRY = `# git's own completion calls it for \`git review\`.
_git_review() {
    local i
    if [ -n "\${__git_cmd_idx-}" ]; then
        __git_review_complete $((__git_cmd_idx + 1))
        return
    fi
    for ((i = 0; i < COMP_CWORD; i++)); do
        case "\${COMP_WORDS[i]}" in
        review | git-review | */git-review)
            __git_review_complete $((i + 1))
            return
            ;;
        esac
    done
}
`;

export const PLUSTWO_ENTRY = `_plustwo() {
    __plustwo_complete 1
}
`;

function wants({ kind }: Value): string {
  return kind.kind === "words" ? `words:${kind.words.join(" ")}` : kind.kind;
}
