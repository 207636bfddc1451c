/** The operators about where a change goes and what is written on it: branch, repository, topic, tag labels, messages, footers. */
import { parseBranchName } from "../ids.ts";
import { ok } from "../result.ts";
import { isPattern } from "./pattern.ts";
import { readWords, wrong, type Read, type Reading, type Words, type WordsOptions } from "./operators-words.ts";

export type TextFact =
  /** Without `refs/heads/`. */
  | { readonly kind: "branch"; readonly words: Words }
  | { readonly kind: "ref"; readonly words: Words }
  /** `owner/name`; upper and lower case are one, as on the forge. */
  | { readonly kind: "project"; readonly words: Words }
  | { readonly kind: "topic"; readonly words: Words }
  /** A tag label of the pull request. */
  | { readonly kind: "hashtag"; readonly words: Words }
  /** The title or text of the pull request, or a message of the own range. */
  | { readonly kind: "message"; readonly words: Words }
  /** The title, or the first line of a message. */
  | { readonly kind: "subject"; readonly words: Words }
  /** Both in lower case. */
  | { readonly kind: "footer"; readonly key: string; readonly value: string }
  | { readonly kind: "has-footer"; readonly key: string }
  /** A commit of the own range; the beginning is enough. */
  | { readonly kind: "commit"; readonly sha: string }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "change-id"; readonly id: string };

type WordsKind = Extract<TextFact, { words: Words }>["kind"];

const WHOLE = { of: "ref", plain: "exact" } as const;
const TAG = { of: "text", ignoreCase: true } as const;

/** What is compared how. Topics and messages are words of whoever writes them; case means nothing there. */
const TEXTS: Readonly<Record<string, WordsOptions & { readonly kind: WordsKind }>> = {
  branch: { kind: "branch", ...WHOLE },
  ref: { kind: "ref", ...WHOLE },
  project: { kind: "project", ...WHOLE, ignoreCase: true },
  p: { kind: "project", ...WHOLE, ignoreCase: true },
  repository: { kind: "project", ...WHOLE, ignoreCase: true },
  repo: { kind: "project", ...WHOLE, ignoreCase: true },
  topic: { kind: "topic", ...TAG, plain: "exact" },
  intopic: { kind: "topic", ...TAG, plain: "contains" },
  prefixtopic: { kind: "topic", ...TAG, plain: "prefix" },
  hashtag: { kind: "hashtag", ...TAG, plain: "exact" },
  inhashtag: { kind: "hashtag", ...TAG, plain: "contains" },
  prefixhashtag: { kind: "hashtag", ...TAG, plain: "prefix" },
  message: { kind: "message", ...TAG, plain: "contains" },
  m: { kind: "message", ...TAG, plain: "contains" },
  subject: { kind: "subject", ...TAG, plain: "contains" },
  prefixsubject: { kind: "subject", ...TAG, plain: "prefix" },
};

export const TEXT_FIELDS: readonly string[] = [...Object.keys(TEXTS), "footer", "hasfooter", "commit", "change"];

/** undefined: none of these operators. */
export function readTextFact(reading: Reading): Read<TextFact> | undefined {
  const { field, value } = reading.atom;
  switch (field) {
    case "footer":
      return readFooter(reading);
    case "hasfooter":
      return KEY.test(value)
        ? ok({ kind: "has-footer", key: value.toLowerCase() })
        : wrong(reading, `\`${value}\` is no name of a footer`, "write for example `hasfooter:Depends-On`");
    case "commit":
      return /^[0-9a-f]{7,64}$/.test(value)
        ? ok({ kind: "commit", sha: value })
        : wrong(reading, `\`${value}\` is no commit`, "write at least its first 7 digits, in lower case");
    case "change":
      return readChange(reading);
    default: {
      const options = Object.hasOwn(TEXTS, field) ? TEXTS[field] : undefined;
      if (options === undefined) return undefined;
      const meant = value.replace(options.kind === "hashtag" ? /^#/ : options.kind === "branch" ? HEADS : /(?!)/, "");
      const mistake = isPattern(meant) ? undefined : mistakeIn(reading, options.kind, meant);
      if (mistake !== undefined) return mistake;
      // `branch:^refs/heads/…` speaks of the whole ref, as in Gerrit.
      const kind = options.kind === "branch" && meant.startsWith("^refs/") ? "ref" : options.kind;
      const words = readWords(reading, options, meant);
      return words.ok ? ok({ kind, words: words.value }) : words;
    }
  }
}

/** A plain value that nothing of this kind can be. */
function mistakeIn(reading: Reading, kind: WordsKind, value: string): Read<never> | undefined {
  const { field } = reading.atom;
  switch (kind) {
    case "branch":
    case "ref": {
      if (kind === "ref" && !HEADS.test(value))
        return wrong(
          reading,
          `\`${value}\` is no ref of a branch`,
          `write \`ref:refs/heads/${value.split("/").at(-1)}\``,
        );
      if (parseBranchName(value.replace(HEADS, "")) !== undefined) return undefined;
      const regular = value.replaceAll(".", "\\.").replaceAll(/\*+/g, ".*");
      const hint = value.includes("*") ? `patterns begin with \`^\`: \`${field}:^${regular}\`` : "name a branch";
      return wrong(reading, `\`${value}\` is no name of a branch`, hint);
    }
    case "project":
      return /^[^/\s]+\/[^/\s]+$/.test(value)
        ? undefined
        : wrong(reading, `\`${value}\` is no repository`, `write \`${field}:owner/name\``);
    case "topic":
    case "hashtag":
    case "message":
    case "subject":
      return undefined;
  }
}

function readFooter(reading: Reading): Read<TextFact> {
  const { value } = reading.atom;
  const found = /^([A-Za-z0-9][A-Za-z0-9-]*)\s*[:=]\s*(\S[\s\S]*)$/.exec(value);
  const [, key, text] = found ?? [];
  return key === undefined || text === undefined
    ? wrong(
        reading,
        `\`${value}\` is no footer`,
        'write `footer:"Closes-Bug: 12"`, or `hasfooter:Closes-Bug` for any value',
      )
    : ok({ kind: "footer", key: key.toLowerCase(), value: text.trim().toLowerCase() });
}

function readChange(reading: Reading): Read<TextFact> {
  const { value } = reading.atom;
  if (/^[1-9]\d{0,8}$/.test(value)) return ok({ kind: "number", number: Number(value) });
  return /^I[0-9a-f]{8,40}$/.test(value)
    ? ok({ kind: "change-id", id: value })
    : wrong(reading, `\`${value}\` is no change`, "write its number, or its Change-Id");
}

const HEADS = /^refs\/heads\//;
const KEY = /^[A-Za-z0-9][A-Za-z0-9-]*$/;
