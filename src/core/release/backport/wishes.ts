/**
 * What is asked of a merged change now, as its comments and tag labels have it: a request stands as long as its comment or its label
 * is there, and was heard once it was judged. An edited comment is none, for others than its author may edit it. A comment that has
 * scrolled out of what the forge shows still stands.
 */
import { parseBranchName, type BranchName } from "../../ids.ts";
import type { Person } from "../../policy/snapshot.ts";
import { familyOf } from "../../policy/backport.ts";
import type { Instant } from "../../time.ts";
import { isSeriesBranch, type Ask, type Asked, type Branches } from "./asked.ts";
import { backportCommand, MOST_WORDS, taggedBranches } from "./command.ts";

export interface Said {
  readonly by: Person;
  readonly body: string;
  readonly at: Instant;
  readonly edited: boolean;
}

export interface Wish {
  /** As it was written. */
  readonly word: string;
  /** Absent: the word can be none. */
  readonly branch?: BranchName;
  readonly by: Person;
  /** When its comment was written. Absent: it is a tag label, and whoever may set one has the forge's leave. */
  readonly said?: Instant;
}

export interface Wishes {
  /** Another one: somebody has said something since, or taken it back. */
  readonly heard: string;
  /** Each branch once by each person, oldest first, labels last. */
  readonly wishes: readonly Wish[];
  /** Of those that were granted before, the ones that still stand. */
  readonly kept: readonly Ask[];
  /** Sentences. */
  readonly notes: readonly string[];
}

export interface WishesOf extends Branches {
  /** Oldest first, the newest that the forge shows. */
  readonly comments: readonly Said[];
  /** The forge may have older ones than these. */
  readonly cut: boolean;
  readonly labels: readonly string[];
  /** Of the change: for whom a label asks. */
  readonly author: Person;
  readonly before: Asked | undefined;
}

/** `undefined`: nobody ever asked, or nothing is new. */
export function wishesOf(of: WishesOf): Wishes | undefined {
  const { comments, labels, author, before } = of;
  const written = comments.flatMap(({ by, body, at, edited }) => {
    const command = by.type === "User" ? backportCommand(body) : undefined;
    return command === undefined ? [] : [{ by, at, edited, command }];
  });
  const said = written.filter(({ edited }) => !edited);
  const isEdited = written.length > said.length;
  const tagged = taggedBranches(labels).filter((branch) => isMeant(branch, of));
  if (written.length === 0 && tagged.length === 0 && before === undefined) return undefined;
  const heard = [...written.map(({ at, edited }) => `${at}${edited ? "!" : ""}`), ...[...tagged].sort()].join(" ");
  if (heard === before?.heard) return undefined;
  const words = said.flatMap(({ by, at, command }) =>
    [...command.branches, ...command.unreadable].map((word) => wishOf(word, { by, said: at })),
  );
  const all = [...words, ...tagged.map((word) => wishOf(word, { by: author }))];
  const seen = new Set<string>();
  // The first time counts: whoever asked first is who it is made for.
  const wishes = all.filter(({ word, by }) => {
    const key = `${word} ${by.id}`;
    return !seen.has(key) && seen.add(key);
  });
  const kept = (before?.asks ?? []).filter((ask) => stands(ask, wishes, of));
  const isCutOff = said.some(({ command }) => command.left > 0);
  const nothing = said.length > 0 && wishes.length === 0 && kept.length === 0;
  return {
    ...{ heard, wishes, kept },
    notes: [
      ...(isEdited ? ["A comment that was edited is not heard, for others may edit it. Write it anew."] : []),
      ...(isCutOff ? [`Of one comment only the first ${MOST_WORDS} branches are read.`] : []),
      ...(nothing ? ["No branch is named. Comment `/backport` with one behind it."] : []),
    ],
  };
}

function wishOf(word: string, more: Pick<Wish, "by" | "said">): Wish {
  const branch = parseBranchName(word);
  return { word, ...(branch === undefined ? {} : { branch }), ...more };
}

/** A label names a live branch, or one that might have been: "backport needed" is a label like any other. */
function isMeant(branch: BranchName, { branches, defaultBranch }: Branches): boolean {
  const family = familyOf(branch);
  return isSeriesBranch(branch) && branches.some((live) => live !== defaultBranch && familyOf(live) === family);
}

function stands({ branch, by, said }: Ask, wishes: readonly Wish[], { comments, cut }: WishesOf): boolean {
  if (wishes.some((wish) => wish.branch === branch && wish.by.id === by.id)) return true;
  const [oldest] = comments;
  return cut && said !== undefined && oldest !== undefined && said <= oldest.at;
}
