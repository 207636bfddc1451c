# fish completion for git review. Written by `npm run manual`; change the command line, not this file.

# Branches of the remotes, without those that belong to changes and to the gate.
function __git_review_branches
    git for-each-ref --format='%(refname:lstrip=3)' refs/remotes 2>/dev/null | string match -r -v '^(HEAD$|changes/|review/|gate/)' | sort -u
end

# Changes whose patch sets were fetched here: refs/remotes/<remote>/changes/43/143/2.
function __git_review_changes
    git for-each-ref --format='%(refname:lstrip=3)' 'refs/remotes/*/changes/**' 2>/dev/null | cut -d/ -f3 | sort -u -n
end

complete -c git-review -e
complete -c git-review -f
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -a 'setup' -d 'same as -s'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -a 'list' -d 'same as -l'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -a 'config' -d 'every setting: its value, where it comes from, and what it overrides; asks no server'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -a 'vote' -d 'vote on the newest patch set of a change: git review vote 12 Code-Review+2 Workflow+1'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -a 'override' -d 'ask for an override of the policy, with a reason: git review override Emergency 12 --reason TEXT'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -a 'abandon' -d 'close a change without merging it; what stands on it is named'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -a 'undo' -d 'take back the last submit of this clone, as far as nobody else has built on it'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -a 'status' -d 'where your stack stands, and who has to do what'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s s -l setup -d 'install the commit-msg hook, check remote and token, send nothing'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s l -l list -d 'list the open changes; -ll also says their topics'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s d -l download -r -f -a '(__git_review_changes)' -d 'check out a change: N, N,PS, a Change-Id or its address'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s x -l cherrypick -r -f -a '(__git_review_changes)' -d 'cherry-pick a change'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s X -l cherrypickindicate -r -f -a '(__git_review_changes)' -d 'the same, and the message says from where'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s N -l cherrypickonly -r -f -a '(__git_review_changes)' -d 'put a change into the work tree without a commit'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s m -l compare -r -f -a '(__git_review_changes)' -d 'difference of two patch sets: N,PS or N,PS-PS'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s n -l dry-run -d 'show what would be sent; nothing is sent, no ref moves'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s t -l topic -r -f -d 'topic of the changes'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s T -l no-topic -d 'no topic, also where gitreview.notopic=0 would make one'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l reviewers -r -f -d 'ask these for a review'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l cc -r -f -d 'Gerrit: these are to know of it'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l hashtags -r -f -d 'hashtags; on GitHub the labels of these names'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l message -r -f -d 'description of the patch set'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l notify -r -f -a 'NONE OWNER OWNER_REVIEWERS ALL' -d 'Gerrit: who gets an email'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s w -l work-in-progress -d 'send as work in progress; on GitHub a draft'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l wip -d 'same as -w'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s W -l ready -d 'ready for review again'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s p -l private -d 'Gerrit: send as private'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s P -l remove-private -d 'Gerrit: private no longer'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s i -l new-changeid -d 'the newest commit becomes a new change'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s R -l no-rebase -d 'send without testing whether the commits merge with the target'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s F -l force-rebase -d 'rebase onto the target first, and keep and send that'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s K -l keep-rebase -d 'accepted for habit: a test never leaves a rebase behind'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s f -l finish -d 'afterwards switch to the target and delete the topic branch'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s r -l remote -r -f -a '(git remote 2>/dev/null)' -d 'remote to send to'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l use-pushurl -d 'Gerrit: push to origin\'s pushurl, without a remote of its own'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l track -d 'send to the branch that this one follows'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l no-track -d 'do not, also where gitreview.track=1 says so'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l abandon -d 'also close your changes whose commits have left this branch'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s u -l update -d 'fetch again what is there already, and the hook'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l remote-hook -d 'Gerrit: take the server\'s commit-msg hook instead of ours'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l no-custom-script -d 'do not run pre-review and post-review scripts'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l no-thin -d 'push whole objects; helps with some servers'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s y -l yes -d 'accepted for habit: nothing is ever asked'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s v -l verbose -d 'say more about what is done'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l color -f -a 'always never auto' -d 'colours: always, never, auto'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l no-color -d 'no colours'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l json -d 'print JSON for scripts (docs/schemas)'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l license -d 'print the licence'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -l version -d 'print the version'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -s h -l help -d 'print this help'
complete -c git-review -n 'not __fish_seen_subcommand_from setup list config vote override abandon undo status' -f -a '(__git_review_branches)' -d 'branch'
complete -c git-review -n '__fish_seen_subcommand_from setup' -s h -l help -d 'print this help'
complete -c git-review -n '__fish_seen_subcommand_from list' -l json -d 'print JSON for scripts'
complete -c git-review -n '__fish_seen_subcommand_from list' -s h -l help -d 'print this help'
complete -c git-review -n '__fish_seen_subcommand_from config' -l explain -d 'accepted for clearness: it always explains'
complete -c git-review -n '__fish_seen_subcommand_from config' -l json -d 'print JSON for scripts'
complete -c git-review -n '__fish_seen_subcommand_from config' -s h -l help -d 'print this help'
complete -c git-review -n '__fish_seen_subcommand_from vote' -s m -l message -r -f -d 'words to go with it'
complete -c git-review -n '__fish_seen_subcommand_from vote' -s h -l help -d 'print this help'
complete -c git-review -n '__fish_seen_subcommand_from vote' -f -a '(__git_review_changes)' -d 'change'
complete -c git-review -n '__fish_seen_subcommand_from override' -l reason -r -f -d 'why; everybody reads it on the change'
complete -c git-review -n '__fish_seen_subcommand_from override' -l json -d 'print JSON for scripts'
complete -c git-review -n '__fish_seen_subcommand_from override' -s h -l help -d 'print this help'
complete -c git-review -n '__fish_seen_subcommand_from override' -f -a '(__git_review_changes)' -d 'change'
complete -c git-review -n '__fish_seen_subcommand_from abandon' -s m -l message -r -f -d 'why, as a comment'
complete -c git-review -n '__fish_seen_subcommand_from abandon' -s y -l yes -d 'also a change of somebody else'
complete -c git-review -n '__fish_seen_subcommand_from abandon' -l delete-branch -d 'delete its branch too, where nothing stands on it'
complete -c git-review -n '__fish_seen_subcommand_from abandon' -s n -l dry-run -d 'only say what would be closed'
complete -c git-review -n '__fish_seen_subcommand_from abandon' -l json -d 'print JSON for scripts'
complete -c git-review -n '__fish_seen_subcommand_from abandon' -s h -l help -d 'print this help'
complete -c git-review -n '__fish_seen_subcommand_from abandon' -f -a '(__git_review_changes)' -d 'change'
complete -c git-review -n '__fish_seen_subcommand_from undo' -s n -l dry-run -d 'only say what would be taken back'
complete -c git-review -n '__fish_seen_subcommand_from undo' -l json -d 'print JSON for scripts'
complete -c git-review -n '__fish_seen_subcommand_from undo' -s h -l help -d 'print this help'
complete -c git-review -n '__fish_seen_subcommand_from status' -l json -d 'print JSON for scripts'
complete -c git-review -n '__fish_seen_subcommand_from status' -s h -l help -d 'print this help'
complete -c git-review -n '__fish_seen_subcommand_from status' -f -a '(__git_review_branches)' -d 'branch'

function __git_review_under_git
    set -l words (commandline -opc)
    set -e words[1..(contains -i -- review $words)]
    set -l before (string escape -- $words)
    complete -C "git-review $before "(commandline -ct)
end
complete -c git -f -n '__fish_git_using_command review' -a '(__git_review_under_git)'
