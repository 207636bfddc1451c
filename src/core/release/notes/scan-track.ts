/** What is known of each UID while history is read backwards: reno's bookkeeping. */
import type { Sha } from "../../ids.ts";
import { uidOf } from "./uid.ts";

export interface Found {
  readonly path: string;
  /** `undefined`: in the work tree. */
  readonly commit: Sha | undefined;
  readonly blob: Sha | undefined;
}

/**
 * A UID belongs to the last version told, which is the oldest; its text is the first told, which is the newest. A delete that comes
 * first wins over all that is told later. What was modified and never added is not a note.
 */
export class Tracker {
  /** In the order in which they were met. */
  readonly versions = new Map<string, string>();
  readonly #named = new Map<string, Found>();
  readonly #notYetAdded = new Map<string, Found>();
  readonly #deleted = new Set<string>();

  add(found: Found, version: string): void {
    const uid = this.#meet(found, version);
    if (this.#deleted.has(uid)) return;
    const newer = this.#notYetAdded.get(uid);
    this.#notYetAdded.delete(uid);
    if (newer !== undefined) this.#named.set(uid, newer);
    else if (!this.#named.has(uid)) this.#named.set(uid, found);
  }

  /** A rename too: `found` has the new name. */
  modify(found: Found, version: string): void {
    const uid = this.#meet(found, version);
    if (this.#deleted.has(uid) || this.#named.has(uid) || this.#notYetAdded.has(uid)) return;
    this.#notYetAdded.set(uid, found);
  }

  delete(found: Found, version: string): void {
    const uid = this.#meet(found, version);
    if (!this.#named.has(uid)) this.#deleted.add(uid);
  }

  /** Each note with its version, those that were deleted or never added left out. */
  notes(): readonly { readonly uid: string; readonly version: string; readonly found: Found }[] {
    return [...this.versions].flatMap(([uid, version]) => {
      const found = this.#named.get(uid);
      return found === undefined ? [] : [{ uid, version, found }];
    });
  }

  #meet({ path }: Found, version: string): string {
    const uid = uidOf(path);
    this.versions.set(uid, version);
    return uid;
  }
}
