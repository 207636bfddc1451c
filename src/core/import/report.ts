/** What an import made of each construct of the file it read: a policy's text, and one remark for everything that stood there. */

/**
 * kept: means the same here. changed: is there, and means something else. left-out: has no equal here, and somebody has to decide.
 */
export type Fate = "kept" | "changed" | "left-out";

/** A line, from 1, 0 = the file as a whole; with the file's name where several are read together. */
export type Place = number | { readonly file: string; readonly line: number };

export interface Remark {
  /** Where several files were read. */
  readonly file?: string;
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
  /** By file, as they were given, and there by line; what is about no file comes first. */
  readonly remarks: readonly Remark[];
}

/** The file is not what it was taken for; nothing was made of it. */
export interface ImportProblem {
  /** Where several files were given. */
  readonly file?: string;
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

/** Collects remarks; lives for one import. */
export class Report {
  readonly #remarks: Remark[] = [];
  readonly #files: readonly string[];

  /** Names in their order, where several files are read together. */
  constructor(files: readonly string[] = []) {
    this.#files = files;
  }

  kept(at: Place, construct: string, how = ""): void {
    this.#add(at, { construct, fate: "kept", how });
  }

  changed(at: Place, construct: string, how: string): void {
    this.#add(at, { construct, fate: "changed", how });
  }

  leftOut(at: Place, construct: string, how: string): void {
    this.#add(at, { construct, fate: "left-out", how });
  }

  /** On one line in the order in which they came. */
  remarks(): readonly Remark[] {
    const order = ({ file }: Remark) => (file === undefined ? -1 : this.#files.indexOf(file));
    return [...this.#remarks].sort((a, b) => order(a) - order(b) || a.line - b.line);
  }

  #add(at: Place, remark: Pick<Remark, "construct" | "fate" | "how">): void {
    this.#remarks.push({ ...(typeof at === "number" ? { line: at } : at), ...remark });
  }
}
