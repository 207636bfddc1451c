/** Gerrit's patterns of refs as patterns of branches, which know `*` alone: also a `^` expression, where it means some of those. */

/** More alternatives than that nobody writes down. */
const MOST_PATTERNS = 20;
const MOST_CHARACTERS = 200;

/** undefined: it is about no branches, or it cannot be said with `*`. */
export function branchesOf(ref: string): readonly string[] | undefined {
  if (ref.startsWith("^")) {
    const globs = ref.length > MOST_CHARACTERS ? undefined : new RefExpression(ref.slice(1)).globs();
    const branches = globs?.map((glob) => branchesOf(glob));
    return branches?.every((found) => found !== undefined) === true ? branches.flat() : undefined;
  }
  if (ref === "refs/*" || ref === "refs/heads/*" || ref === "*") return ["*"];
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : ref;
  const said = branch !== "" && branch.length <= MOST_CHARACTERS && !/^(?:refs\/|\^)|\$\{|[\p{Cc}\s]/u.test(branch);
  return said ? [branch] : undefined;
}

/** A line with `branch` matches whatever one with `narrower` does. */
export function takesIn(branch: string, narrower: string): boolean {
  if (branch === "*" || branch === narrower) return true;
  return branch.endsWith("*") && !branch.slice(0, -1).includes("*") && narrower.startsWith(branch.slice(0, -1));
}

/** Reads text, `.*`, alternatives in parentheses, and quoted signs. Anything else has no pattern with `*`. */
class RefExpression {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.replace(/\$$/, "");
  }

  globs(): readonly string[] | undefined {
    const globs = this.#alternatives();
    return this.#at === this.#text.length ? globs : undefined;
  }

  #alternatives(): readonly string[] | undefined {
    const done: string[] = [];
    let current: readonly string[] = [""];
    for (;;) {
      const char = this.#text.charAt(this.#at);
      if (char === "" || char === ")") return [...done, ...current];
      if (char === "|") {
        this.#at += 1;
        done.push(...current);
        current = [""];
        continue;
      }
      const next = char === "(" ? this.#group() : this.#one();
      if (next === undefined || /^[*+?{]/.test(this.#text.slice(this.#at))) return undefined;
      current = current.flatMap((head) => next.map((tail) => head + tail));
      if (done.length + current.length > MOST_PATTERNS) return undefined;
    }
  }

  #group(): readonly string[] | undefined {
    this.#at += 1;
    const inner = this.#alternatives();
    if (this.#text.charAt(this.#at) !== ")") return undefined;
    this.#at += 1;
    return inner;
  }

  #one(): readonly string[] | undefined {
    const rest = this.#text.slice(this.#at);
    // No branch ends in a slash, so at the end one sign or more is as good as any.
    const any = /^\.\*/.exec(rest) ?? (this.#text.charAt(this.#at - 1) === "/" ? /^\.\+$/.exec(rest) : null);
    const plain = /^\\([^A-Za-z0-9\s])|^([A-Za-z0-9_/-])/.exec(rest);
    const [whole = ""] = any ?? plain ?? [];
    this.#at += whole.length;
    if (any !== null) return ["*"];
    const char = plain?.[1] ?? plain?.[2];
    return char === undefined || char === "*" ? undefined : [char];
  }
}
