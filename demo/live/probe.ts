// What a probe of the real GitHub is: one assumption, the way to check it, and what was found.
import { type Scratch } from "./scratch.ts";

export type Finding =
  | { readonly kind: "holds"; readonly found: string }
  /** GitHub does something else than the forge and the product assume. */
  | { readonly kind: "differs"; readonly found: string }
  /** Could not be asked: a right, a second account or a feature is missing. */
  | { readonly kind: "skipped"; readonly why: string };

export interface Probe {
  /** As in `docs/LIVE.md` and in the forge's `LIVE(id)` comments. */
  readonly id: string;
  readonly assumption: string;
  readonly run: (scratch: Scratch) => Promise<Finding>;
}

export function holdsIf(condition: boolean, found: string): Finding {
  return condition ? { kind: "holds", found } : { kind: "differs", found };
}

/** What an API call that was expected to be refused answered: its status, or undefined when it was accepted. */
export async function statusOf(call: Promise<unknown>): Promise<number | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof Error && "status" in error && typeof error.status === "number") return error.status;
    throw error;
  }
}
