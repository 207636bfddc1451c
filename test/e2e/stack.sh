#!/usr/bin/env bash
# What a new user does, with the package as it is published: packs and installs it, reads its help and its manual, presses Tab, then
# lives in the world that `npm run demo -- --keep --json > w.json` left running: a stack of three is sent, reordered, downloaded by
# somebody else, and landed. Stops the world.
#   test/e2e/stack.sh w.json
# Exit code 0: everything happened. 1: a sentence on what did not. 2: called wrongly. Needs man, zsh and fish; .ci/run installs them.
set -uo pipefail

say() { printf '%s\n' "$*"; }
no() {
  printf 'package and stack: %s\n' "$*" >&2
  exit 1
}

[ $# -eq 1 ] && [ -r "$1" ] || {
  say "Usage: test/e2e/stack.sh FILE, where FILE holds what \`npm run demo -- --keep --json\` printed" >&2
  exit 2
}
project="$(cd "$(dirname "$0")/../.." && pwd)"
json="$(grep -m1 '^{' "$1")" || no "\"$1\" has no line that starts with {; was the demo's output written there?"

# field PATH: of the JSON on standard input, `people.alice.token`.
field() {
  node -e '
    const value = process.argv[1].split(".").reduce((at, key) => at?.[key], JSON.parse(require("node:fs").readFileSync(0, "utf8")));
    if (value === undefined) process.exit(1);
    console.log(typeof value === "object" ? JSON.stringify(value) : value);
  ' "$1"
}
get() { printf '%s' "$json" | field "$1" || no "the world in the file says nothing about \"$1\""; }

api="$(get repository.api)" || exit 1
clone_url="$(get repository.clone)" || exit 1
branch="$(get repository.branch)" || exit 1
stop="$(get stop)" || exit 1

home="$(mktemp -d)"
finish() {
  rm -rf "$home"
  sh -c "$stop" >/dev/null 2>&1
}
trap finish EXIT

# holds TEXT WORD…: every word stands in the text.
holds() {
  local text="$1" word
  shift
  for word in "$@"; do
    case "$text" in *"$word"*) ;; *) return 1 ;; esac
  done
}

say "packs and installs the package"
(cd "$project" && npm pack --silent --pack-destination "$home" >/dev/null) || no "npm pack failed"
package="$(echo "$home"/plustwo-*.tgz)"
prefix="$home/P"
npm install --global --silent --prefix "$prefix" --prefer-offline --no-audit --no-fund "$package" || no "npm cannot install $package"
version="$(field version <"$project/package.json")"
[ "$("$prefix/bin/git-review" --version)" = "$version" ] || no "git-review --version is not $version"
[ "$("$prefix/bin/plustwo" --version)" = "$version" ] || no "plustwo --version is not $version"
help="$("$prefix/bin/git-review" -h)" || no "git-review -h failed"
holds "$help" "Usage: git review" "--download <change>" "status" "74 partly done" || no "git-review -h lacks something"
mkdir "$home/nowhere"
[ "$(cd "$home/nowhere" && npx --yes --prefer-offline -p "$package" git-review -h 2>/dev/null)" = "$help" ] ||
  no "npx -p $(basename "$package") git-review -h prints another help"

say "reads the manual"
for page in git-review plustwo; do
  text="$(MANPATH="$prefix/share/man" MANWIDTH=80 man -P cat "$page" 2>"$home/man")" || no "man $page: $(cat "$home/man")"
  holds "$text" SYNOPSIS "EXIT STATUS" || no "the manual page $page lacks a section"
  warned="$(MANWIDTH=80 man --warnings -P cat -l "$prefix/share/man/man1/$page.1" 2>&1 >/dev/null)"
  [ -z "$warned" ] || no "the manual page $page is not well made: $warned"
done

export HOME="$home" PATH="$prefix/bin:$PATH" GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1

say "presses Tab in bash, zsh and fish"
# In bash: COMPREPLY after the words, of which the last is the one under the cursor.
tab_in_bash() {
  bash --norc -c '
    for git in /usr/share/bash-completion/completions/git /usr/lib/git-core/git-completion.bash; do
      [ -r "$git" ] && . "$git" && break
    done
    source <(plustwo completions bash) || exit 1
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    case "$1" in
      git) if declare -F __git_wrap__git_main >/dev/null; then __git_wrap__git_main; else _git_review; fi ;;
      git-review) _git_review ;;
      *) _plustwo ;;
    esac
    echo "${COMPREPLY[*]}"
  ' bash "$@"
}
holds "$(tab_in_bash git review --notif)" --notify || no "bash: git review --notif<Tab> does not make --notify"
holds "$(tab_in_bash git-review --notify "")" OWNER_REVIEWERS || no "bash: git-review --notify <Tab> offers no OWNER_REVIEWERS"
holds "$(tab_in_bash git review stat)" status || no "bash: git review stat<Tab> does not make status"
holds "$(tab_in_bash plustwo policy ev)" eval || no "bash: plustwo policy ev<Tab> does not make eval"

tab_in_fish() { fish -c 'plustwo completions fish | source; complete -C $argv[1]' "$1"; }
holds "$(tab_in_fish "git review --notif")" --notify || no "fish: git review --notif<Tab> does not make --notify"
holds "$(tab_in_fish "git-review --notify ")" OWNER_REVIEWERS || no "fish: git-review --notify <Tab> offers no OWNER_REVIEWERS"
holds "$(tab_in_fish "plustwo policy ev")" eval || no "fish: plustwo policy ev<Tab> does not make eval"

# In zsh a real Tab, in a terminal of its own: what is typed is echoed, and what comes back has to be longer.
tab_in_zsh() {
  timeout 30 zsh -f -c '
    zmodload zsh/zpty
    zpty z "zsh -f -i"
    zpty -w z "fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; print re\ady"
    zpty -r z seen "*ready*" || exit 1
    zpty -w -n z "$2"$'"'\\t'"'
    zpty -r z seen "*$3*"
  ' zsh "$prefix/lib/node_modules/plustwo/completions/zsh" "$1" "$2"
}
tab_in_zsh "git review --notif" "--notify" || no "zsh: git review --notif<Tab> does not make --notify"
tab_in_zsh "git-review stat" "status" || no "zsh: git-review stat<Tab> does not make status"
tab_in_zsh "plustwo policy ev" "eval" || no "zsh: plustwo policy ev<Tab> does not make eval"

# as LOGIN COMMAND…: runs it in that person's clone with that person's token.
as() {
  local login="$1" token
  shift
  token="$(get "people.$login.token")" || exit 1
  (cd "$home/$login" && PLUSTWO_TOKEN="$token" "$@") || no "$login: \`$*\` failed with exit code $?"
}
arrives() {
  local login="$1"
  git clone -q "$clone_url" "$home/$login" || no "$login cannot clone $clone_url"
  git -C "$home/$login" config user.name "$login"
  git -C "$home/$login" config user.email "$login@example.org"
  as "$login" git review -s >/dev/null
}
# Numbers of the changes that carol's commits are, oldest first.
numbers() {
  as carol git review -n --json 2>/dev/null | field changes | node -e '
    console.log(JSON.parse(require("node:fs").readFileSync(0, "utf8")).map(({ number }) => number ?? "none").join(" "));
  '
}

say "carol sends a stack of three, and reorders it"
arrives carol
as carol git checkout -q -b stack
for word in one two three; do
  echo "$word" >"$home/carol/stack-$word.txt"
  as carol git add "stack-$word.txt"
  as carol git commit -q -m "Add $word"
done
as carol git review
first="$(numbers)" || exit 1
read -r one two three <<<"$first"
case "$first" in *none* | "") no "git review sent three commits, and these are their changes: \"$first\"" ;; esac
GIT_SEQUENCE_EDITOR='sed -i -e 1h -e 1d -e 2G' as carol git rebase -q -i "origin/$branch" || exit 1
as carol git review
[ "$(numbers)" = "$two $one $three" ] || no "after the swap of #$one and #$two the stack is \"$(numbers)\""

say "dave downloads the newest, #$three, and has all three"
arrives dave
as dave git review -d "$three"
[ "$(git -C "$home/dave" rev-parse HEAD)" = "$(git -C "$home/carol" rev-parse HEAD)" ] || no "dave has another commit than carol"
[ "$(git -C "$home/dave" log --format=%s "origin/$branch..HEAD" | tr '\n' ,)" = "Add three,Add one,Add two," ] ||
  no "dave has other commits: $(git -C "$home/dave" log --oneline "origin/$branch..HEAD")"

say "alice and bob approve, and all three land"
arrives alice
arrives bob
for number in $two $one $three; do
  as alice git review vote "$number" Code-Review+2 >/dev/null
  as bob git review vote "$number" Code-Review+2 Workflow+1 >/dev/null
done
sha="$(git -C "$home/carol" rev-parse HEAD)"
for _ in $(seq 1 120); do
  git -C "$home/carol" fetch -q origin "$branch" || no "cannot fetch $branch from $clone_url"
  git -C "$home/carol" merge-base --is-ancestor "$sha" FETCH_HEAD && landed=yes && break
  sleep 0.5
done
[ "${landed:-}" = yes ] || no "60 s after the last approval the stack is not on $branch; look at $(get log)"
for number in $two $one $three; do
  merged="$(curl -fsS -H "Authorization: Bearer $(get people.carol.token)" "$api/pulls/$number" | field merged)"
  [ "$merged" = true ] || no "$branch has the commits, but pull request #$number is not shown as merged"
done
status="$(as carol git review status)" || exit 1
say "$status"
say "#$two, #$one and #$three are merged, in this order: $branch is $(git -C "$home/carol" rev-parse --short FETCH_HEAD)"
