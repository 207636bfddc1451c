/** Tests about where a change goes and what is written on it. */
import { subjectOf } from "../commit-message/message.ts";
import { trailersOf } from "../commit-message/trailers.ts";
import type { Facts } from "./facts.ts";
import { anyMember, owner, type Judging } from "./judge-words.ts";
import { plainly, type Judgement } from "./judgement.ts";
import type { TextFact } from "./operators-text.ts";
import { matchesWords, type Words } from "./operators-words.ts";
import type { Action } from "./verdict.ts";

export function judgeText(fact: TextFact, { facts, text }: Judging): Judgement {
  const { change } = facts.snapshot;
  const messages = change.commits.map(({ message }) => message);
  switch (fact.kind) {
    case "branch":
    case "ref":
      return plainly(matchesWords(fact.words, fact.kind === "ref" ? `refs/heads/${change.branch}` : change.branch), {
        why: `it goes to ${change.branch}`,
      });
    case "project":
      return plainly(change.repository !== undefined && matchesWords(fact.words, change.repository), {
        why: change.repository === undefined ? "its repository is not known" : `it is of ${change.repository}`,
      });
    case "topic":
      return tagged(fact.words, change.topic === undefined ? [] : [change.topic], {
        facts,
        tag: (name) => `topic:${name}`,
        none: change.topic === undefined ? "it has no topic" : `its topic is \`${change.topic}\``,
      });
    case "hashtag":
      return tagged(fact.words, change.hashtags, { facts, tag: (name) => name, none: noTag(change.hashtags) });
    case "message":
      return saying([change.title, change.body, ...messages].some(isSaid(fact.words)), { facts, text }, "the message");
    case "subject":
      return saying(
        [change.title, ...messages.map(subjectOf)].some(isSaid(fact.words)),
        { facts, text },
        "the subject",
      );
    case "footer": {
      const found = footers(messages).some(({ key, value }) => key === fact.key && value === fact.value);
      return saying(found, { facts, text }, "a footer");
    }
    case "has-footer":
      return saying(
        footers(messages).some(({ key }) => key === fact.key),
        { facts, text },
        "a footer",
      );
    case "commit": {
      const found = change.commits.filter(({ sha }) => sha.startsWith(fact.sha));
      return plainly(found.length > 0, {
        why: found.length > 0 ? `${fact.sha} is a commit of it` : `${fact.sha} is no commit of it`,
        evidence: found.map(({ sha }) => `commit:${sha}`),
      });
    }
    case "number":
      return plainly(change.number === fact.number, { why: `it is #${change.number}` });
    case "change-id":
      return plainly(change.changeId?.startsWith(fact.id) === true, {
        why: change.changeId === undefined ? "it has no Change-Id" : `its Change-Id is ${change.changeId}`,
      });
  }
}

interface Tagging {
  readonly facts: Facts;
  /** The tag label that stands for a name. */
  readonly tag: (name: string) => string;
  readonly none: string;
}

/** Whoever may triage sets and takes tag labels: a weak fact (threat T37). */
function tagged(words: Words, names: readonly string[], { facts, tag, none }: Tagging): Judgement {
  const found = names.filter((name) => matchesWords(words, name));
  const turn = (what: string) => {
    const action = anyMember(facts, what);
    return action === undefined ? {} : { turns: [[action]] };
  };
  if (found.length > 0)
    return plainly(true, {
      why: `it is tagged \`${found.map(tag).join("`, `")}\``,
      evidence: found.map((name) => `tag:${tag(name)}`),
      ...turn(`take the tag label \`${found.map(tag).join("`, `")}\` off the pull request`),
    });
  return plainly(false, {
    why: none,
    ...(words.kind === "exact" ? turn(`put the tag label \`${tag(words.text)}\` on the pull request`) : {}),
  });
}

function saying(holds: boolean, { facts, text }: Judging, where: string): Judgement {
  const turn: Action = owner(
    facts,
    "push",
    `push a commit message for which \`${text}\` ${holds ? "does not hold" : "holds"}`,
  );
  return plainly(holds, {
    why: holds ? `${where} is as \`${text}\` asks` : `${where} is not as \`${text}\` asks`,
    turns: [[turn]],
  });
}

function noTag(hashtags: readonly string[]): string {
  return hashtags.length === 0 ? "it has no tag labels" : `its tag labels are \`${hashtags.join("`, `")}\``;
}

function isSaid(words: Words): (text: string) => boolean {
  return (text) => matchesWords(words, text.replaceAll("\r\n", "\n").trimEnd());
}

function footers(messages: readonly string[]): readonly { readonly key: string; readonly value: string }[] {
  return messages.flatMap(trailersOf).map(({ key, value }) => ({ key: key.toLowerCase(), value: value.toLowerCase() }));
}
