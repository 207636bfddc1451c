/**
 * The derived names of the gate: items, builds and the refs builds are pushed to. Nothing here is random, so the same
 * inputs give the same names after a crash, in a simulation, and in two processes (ruling 29).
 */
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import {
  type BranchName,
  buildId,
  type BuildId,
  itemId,
  type ItemId,
  parseRefName,
  type RefName,
  type Sha,
} from "../ids.ts";
import type { Build, Item } from "./snapshot.ts";

/** Of the members, each with the exact head that was approved, and the target they go to. */
export function itemIdOf(target: BranchName, members: Item["members"]): ItemId {
  const named = members.map(({ change, head }) => [change, head]);
  return itemId(digestOf(["item", target, named]));
}

/** Of everything its commits are made from: another seal or another tip is another build. */
export function buildIdOf(stack: readonly Item[], onto: Sha): BuildId {
  const sealed = stack.map(({ id, members, seal }) => [id, members.map(({ head }) => head), seal.at, seal.message]);
  return buildId(digestOf(["build", sealed, onto]));
}

/**
 * Slots, not names of items: branch-scoped caches and concurrency groups of Actions work then (ruling 18). Slots count
 * from 1. `undefined` when the target's name leaves no room for it.
 */
export function gateRef(target: BranchName, slot: number): RefName | undefined {
  return parseRefName(`refs/heads/gate/${target}/${slot}`);
}

/** The commit that would become the tip; `undefined` before the merge is made. */
export function tipOf(build: Build): Sha | undefined {
  return build.commits.at(-1);
}

function digestOf(parts: readonly unknown[]): string {
  return bytesToHex(sha1(utf8ToBytes(JSON.stringify(parts))));
}
