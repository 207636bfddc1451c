/**
 * Words that people say in comments. They only make us look again: a comment never votes, approves or lands anything
 * (ruling 5), so a forged or edited one costs a build at most.
 *
 *     recheck                  let this patch set into the gate again
 *     recheck bug 1234567      the same, with a reason
 */
const RECHECK = /^\s*recheck(?:\s|$)/i;

/** Is the comment's first line such a request? Quoted ones are not. */
export function isRecheck(body: string): boolean {
  return RECHECK.test(body.split("\n")[0] ?? "");
}
