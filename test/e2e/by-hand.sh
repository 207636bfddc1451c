#!/usr/bin/env bash
# Uses the world that `npm run demo -- --keep --json > w.json` left running, as a person would: plain git, `git review`, curl.
# Uploads a change as carol, approves it as alice and bob, waits until it is on main, then stops the world.
#   test/e2e/by-hand.sh w.json
# Exit code 0: everything happened as the README says. 1: a sentence on what did not. 2: called wrongly.
set -uo pipefail

say() { printf '%s\n' "$*"; }
no() {
  printf 'by hand: %s\n' "$*" >&2
  exit 1
}

[ $# -eq 1 ] && [ -r "$1" ] || {
  say "Usage: test/e2e/by-hand.sh FILE, where FILE holds what \`npm run demo -- --keep --json\` printed" >&2
  exit 2
}
# npm may print a banner before it: the world is the one line that is JSON.
json="$(grep -m1 '^{' "$1")" || no "\"$1\" has no line that starts with {; was the demo's output written there?"

# get people.alice.token
get() {
  printf '%s' "$json" | node -e '
    const path = process.argv[1];
    const value = path.split(".").reduce((at, key) => at?.[key], JSON.parse(require("node:fs").readFileSync(0, "utf8")));
    if (value === undefined) process.exit(1);
    console.log(value);
  ' "$1" || no "the world in the file says nothing about \"$1\""
}

tools="$(get tools)" || exit 1
api="$(get repository.api)" || exit 1
clone_url="$(get repository.clone)" || exit 1
branch="$(get repository.branch)" || exit 1
stop="$(get stop)" || exit 1

home="$(mktemp -d)"
finish() {
  rm -rf "$home"
  # The kept world must not outlive this script, whatever happened.
  sh -c "$stop" >/dev/null 2>&1
}
trap finish EXIT
export HOME="$home" PATH="$tools:$PATH" GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1

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

say "carol clones, changes the README and sends it with git review"
arrives carol
as carol git checkout -q -b by-hand
printf '\nSent by hand.\n' >>"$home/carol/README.md"
as carol git commit -q -a -m "Say that this was sent by hand"
as carol git review
sha="$(git -C "$home/carol" rev-parse HEAD)"

number="$(curl -fsS -H "Authorization: Bearer $(get people.carol.token)" "$api/pulls?state=open" |
  node -e '
    const open = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(open.find((pull) => pull.head.sha === process.argv[1])?.number ?? "");
  ' "$sha")" || no "cannot list the pull requests at $api/pulls"
[ -n "$number" ] || no "git review said it sent $sha, but no open pull request has that head"
say "it is pull request #$number"

say "alice and bob approve it"
arrives alice
arrives bob
as alice git review vote "$number" Code-Review+2
as bob git review vote "$number" Code-Review+2 Workflow+1

say "the checks run, the gate tests the merge, and main moves"
for _ in $(seq 1 120); do
  git -C "$home/carol" fetch -q origin "$branch" || no "cannot fetch $branch from $clone_url"
  if git -C "$home/carol" merge-base --is-ancestor "$sha" FETCH_HEAD; then
    landed=yes
    break
  fi
  sleep 0.5
done
[ "${landed:-}" = yes ] || no "60 s after the second approval #$number is not on $branch; look at $(get log)"

git -C "$home/carol" show FETCH_HEAD:README.md | grep -q '^Sent by hand\.$' ||
  no "$branch has the commit $sha but README.md does not say what it added"
merged="$(curl -fsS -H "Authorization: Bearer $(get people.carol.token)" "$api/pulls/$number" |
  node -e 'console.log(JSON.parse(require("node:fs").readFileSync(0, "utf8")).merged)')"
[ "$merged" = true ] || no "$branch has the commit, but pull request #$number is not shown as merged"
say "#$number is merged: $branch is $(git -C "$home/carol" rev-parse --short FETCH_HEAD)"

sh -c "$stop" || no "the kept world could not be stopped with: $stop"
for _ in $(seq 1 50); do
  curl -fsS -o /dev/null --max-time 1 "$api" 2>/dev/null || {
    say "the world is stopped"
    exit 0
  }
  sleep 0.1
done
no "the world still answers at $api after: $stop"
