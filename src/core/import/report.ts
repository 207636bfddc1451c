/** What an import made of each construct of the file it read: a policy's text, and one remark for everything that stood there. */

/**
 * kept: means the same here. changed: is there, and means something else. left-out: has no equal here, and somebody has to decide.
 */
export type Fate = "kept" | "changed" | "left-out";

export interface Remark {
  /** In the file that was read, from 1; 0 = the file as a whole. */
  readonly line: number;
  /** As it stands there, in a few words: `label Code-Review: copyMinScore`. */
  readonly construct: string;
  readonly fate: Fate;
  /** changed: how its meaning differs. left-out: what to do. kept: as what, or empty. */
  readonly how: string;
}

export interface Imported {
  /** The text of `.github/plustwo.yml`; it stands in mode observe. */
  readonly policy: string;
  /** By line. */
  readonly remarks: readonly Remark[];
}

/** The file is not what it was taken for; nothing was made of it. */
export interface ImportProblem {
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

/** Collects remarks; lives for one import. */
export class Report {
  readonly #remarks: Remark[] = [];

  kept(line: number, construct: string, how = ""): void {
    this.#remarks.push({ line, construct, fate: "kept", how });
  }

  changed(line: number, construct: string, how: string): void {
    this.#remarks.push({ line, construct, fate: "changed", how });
  }

  leftOut(line: number, construct: string, how: string): void {
    this.#remarks.push({ line, construct, fate: "left-out", how });
  }

  /** By line; on one line in the order in which they came. */
  remarks(): readonly Remark[] {
    return [...this.#remarks].sort((a, b) => a.line - b.line);
  }
}
