/** Which votes reach the next patch set: a label's copyCondition, and the flags that older versions of Gerrit had in its place. */
import { readableAlternatives, readCopyStrictly, whyRefused } from "./expressions.ts";
import type { ConfigEntry } from "./git-config.ts";
import type { Place, Report } from "./report.ts";

/** Of a flag, in lower case, the part of a copyCondition that means the same. */
const COPY_FLAGS: Readonly<Record<string, string>> = {
  copyanyscore: "is:ANY",
  copyminscore: "is:MIN",
  copymaxscore: "is:MAX",
  copyallscoresifnochange: "changekind:NO_CHANGE",
  copyallscoresifnocodechange: "changekind:NO_CODE_CHANGE",
  copyallscoresontrivialrebase: "changekind:TRIVIAL_REBASE",
  copyallscoresonmergefirstparentupdate: "changekind:MERGE_FIRST_PARENT_UPDATE",
};

/** Collects what one label says of copying. */
export class Copying {
  readonly #parts: string[] = [];
  readonly #what: string;
  readonly #report: Report;
  #condition: ConfigEntry | undefined;
  /** A flag was given; then votes are kept where nothing changed, unless the file says otherwise. */
  #flagged = false;
  #ifNothingChanged = true;

  constructor(what: string, report: Report) {
    this.#what = what;
    this.#report = report;
  }

  /** False: the key is not about copying. */
  take(entry: ConfigEntry): boolean {
    const key = entry.key.toLowerCase();
    const about = `${this.#what}: ${entry.key} = ${entry.value}`;
    const part = Object.hasOwn(COPY_FLAGS, key) ? COPY_FLAGS[key] : undefined;
    if (part !== undefined) {
      this.#flagged = true;
      if (key === "copyallscoresifnochange") this.#ifNothingChanged = isTrue(entry.value);
      else if (isTrue(entry.value)) this.#parts.push(part);
      this.#report.kept(entry.line, about, isTrue(entry.value) ? `as \`${part}\` in \`copyCondition\`` : "");
      return true;
    }
    switch (key) {
      case "copycondition":
        this.#condition = entry;
        return true;
      case "copyvalue":
        this.#flagged = true;
        if (/^\s*[+-]?\d{1,4}\s*$/.test(entry.value)) {
          this.#parts.push(`is:"${Number(entry.value)}"`);
          this.#report.kept(entry.line, about, `as \`is:"${Number(entry.value)}"\` in \`copyCondition\``);
        } else this.#report.leftOut(entry.line, about, "it is no whole number; no value is copied for it");
        return true;
      case "copyallscoresiflistoffilesdidnotchange":
        this.#flagged = true;
        if (isTrue(entry.value))
          this.#report.leftOut(
            entry.line,
            about,
            "the content of those files may change freely under it; such votes are not copied",
          );
        else this.#report.kept(entry.line, about);
        return true;
      default:
        return false;
    }
  }

  /** undefined: no vote is copied. `min`: the label's lowest value. */
  copyCondition(line: Place, min: number): string | undefined {
    const parts = [...(this.#flagged && this.#ifNothingChanged ? ["changekind:NO_CHANGE"] : []), ...this.#parts];
    if (this.#condition !== undefined) parts.push(...this.#readable(this.#condition, parts.length > 0, min));
    const joined = [...new Set(parts)].join(" OR ");
    if (joined !== "") return joined;
    if (min < 0)
      this.#report.changed(
        line,
        this.#what,
        "no vote reaches the next patch set, the lowest neither, as in Gerrit; `veto: sticky` would keep vetoes",
      );
    return undefined;
  }

  #readable(condition: ConfigEntry, joined: boolean, min: number): readonly string[] {
    const read = readCopyStrictly(condition.value);
    const about = `${this.#what}: copyCondition = ${condition.value}`;
    if (read.ok) {
      if (/rebase/i.test(condition.value))
        this.#report.changed(
          condition.line,
          about,
          "the change kind is proven from the trees; a clean merge of the target counts as a trivial rebase",
        );
      else this.#report.kept(condition.line, about);
      return [joined ? `(${condition.value})` : condition.value];
    }
    const rest = readableAlternatives(condition.value);
    // A veto that is lost is worse than one that stays.
    const parts = [
      ...(rest === undefined ? [] : [rest]),
      ...(min < 0 && !/is:min/i.test(rest ?? "") ? ["is:MIN"] : []),
    ];
    const kept = parts.length === 0 ? "no vote is copied for it" : `\`${parts.join(" OR ")}\` stands in its place`;
    this.#report.leftOut(condition.line, about, `${whyRefused(condition.value, read.problem)}; ${kept}`);
    return parts;
  }
}

export function isTrue(value: string): boolean {
  return ["true", "yes", "on", "1"].includes(value.toLowerCase());
}
