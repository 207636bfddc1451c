/** From our own check runs on a change's commits to what is stored of it: the newest record, and votes of older ones. */
import { parseRecord, type ChangeRecord } from "../src/core/gate/record.ts";
import type { RepoId } from "../src/core/ids.ts";
import type { OwnCheck } from "../src/forge/forge.ts";
import { CHECK_NAME } from "./check-text.ts";
import type { Service } from "./service.ts";
import { recordPatchSet } from "./store/patch-sets.ts";
import { saveRequester } from "./store/remembered.ts";
import { recordVotes, votesOf } from "./store/votes.ts";

export interface FoundRecord {
  readonly record?: ChangeRecord;
  /** A later patch set than the record's was seen, and what was written of it cannot be read. */
  readonly unreadable: boolean;
}

interface Run {
  readonly change: number;
  readonly patchSet: number;
  readonly check: OwnCheck;
}

/** Patch set 0 says that the patch sets were not known then. */
function runsIn(checks: readonly OwnCheck[]): readonly Run[] {
  return checks.flatMap((check): readonly Run[] => {
    const [, change, patchSet] = /^(\d{1,9})\/([1-9]\d{0,8})$/.exec(check.externalId) ?? [];
    if (check.name !== CHECK_NAME || change === undefined) return [];
    return [{ change: Number(change), patchSet: Number(patchSet), check }];
  });
}

export function recordIn(checks: readonly OwnCheck[], change: number): FoundRecord {
  const own = runsIn(checks).filter((run) => run.change === change);
  const records = own
    .flatMap(({ patchSet, check }) => {
      const read = parseRecord(check.text ?? "", { change, patchSet, sha: check.head });
      return read === undefined ? [] : [{ patchSet, read }];
    })
    .sort((a, b) => a.patchSet - b.patchSet);
  const newest = records.at(-1);
  const seen = Math.max(0, ...own.map(({ patchSet }) => patchSet));
  if (newest === undefined) return { unreadable: seen > 0 };
  // The newest word on a vote is the last that was written.
  const votes = new Map(
    records.flatMap(({ read }) => read.votes.map((vote) => [`${vote.source.id} ${vote.label}`, vote] as const)),
  );
  return { record: { ...newest.read, votes: [...votes.values()] }, unreadable: seen > newest.patchSet };
}

/** Other changes that these commits were patch sets of. */
export function othersIn(checks: readonly OwnCheck[], change: number): readonly number[] {
  return [...new Set(runsIn(checks).map((run) => run.change))].filter((number) => number !== change);
}

/** Does nothing to what the store knows already. */
export async function storeRecord(service: Service, repository: RepoId, record: ChangeRecord): Promise<void> {
  const { store, clock, log } = service;
  const { change, target, requester } = record;
  const known = new Set((await votesOf(store, repository, change)).map(({ source, label }) => `${source.id} ${label}`));
  const votes = record.votes.filter(({ source, label }) => !known.has(`${source.id} ${label}`));
  await recordVotes(store, { repository, change }, votes, clock.now());
  if (requester !== undefined) await saveRequester(store, repository, { change, requester });
  // Patch sets last: where they are, everything is.
  for (const patchSet of record.patchSets) {
    await recordPatchSet(store, repository, { change, target, patchSet, source: "record" }, clock.now());
  }
  log.info({ change, patchSets: record.patchSets.length, votes: votes.length }, "remembered from the check run");
}
