/**
 * Open changes once sent from a branch whose commits are gone from it, when they are to be closed (`--abandon`): only the sender's
 * own, and only as this clone sent them. A stack often stands on somebody else's change, which is not ours to close.
 */
import { type RemoteChange, type Sent } from "./upload.ts";

export interface Orphan {
  readonly remote: RemoteChange;
  /** Absent: it is to be closed. */
  readonly stays?: { readonly kind: "of-another"; readonly login: string } | { readonly kind: "moved" };
}

export function judgeOrphans(
  orphans: readonly RemoteChange[],
  { viewer, sent }: { readonly viewer: string; readonly sent: Readonly<Record<string, Sent>> },
): readonly Orphan[] {
  return orphans.map((remote) => {
    const { login } = remote.author;
    if (login !== viewer) return { remote, stays: { kind: "of-another", login } };
    return sent[remote.headBranch]?.head === remote.head ? { remote } : { remote, stays: { kind: "moved" } };
  });
}
