/** Records of submits as the journal has them, checked: one that was written by another version or edited by hand is no record. */
import * as z from "zod/mini";
import { type SubmitRecord } from "../../core/change/undo.ts";
import { parseBranchName, parseRefName, parseSha, type BranchName, type RefName, type Sha } from "../../core/ids.ts";
import { instant } from "../../core/time.ts";

function parsed<T>(parse: (text: string) => T | undefined) {
  return z.pipe(
    z.string(),
    z.transform((text: string, context): T => {
      const found = parse(text);
      if (found !== undefined) return found;
      context.issues.push({ code: "custom", message: "not a name of its kind", input: text });
      return z.NEVER;
    }),
  );
}

export const sha = parsed<Sha>(parseSha);
export const branchName = parsed<BranchName>(parseBranchName);
export const refName = parsed<RefName>(parseRefName);

const turned = <S extends z.ZodMiniType>(value: S) => z.object({ was: value, became: value });
const sent = z.object({
  head: sha,
  tree: sha,
  patchSet: z.exactOptional(z.int()),
  from: z.exactOptional(branchName),
});
const change = z.object({
  branch: branchName,
  subject: z.string(),
  fork: z.exactOptional(z.string()),
  created: z.boolean(),
  number: z.exactOptional(z.int()),
  push: z.exactOptional(z.object({ from: z.exactOptional(sha), to: sha })),
  base: z.exactOptional(turned(branchName)),
  title: z.exactOptional(turned(z.string())),
  body: z.exactOptional(turned(z.string())),
  draft: z.exactOptional(turned(z.boolean())),
  asked: z.boolean(),
  sent: z.exactOptional(sent),
});
const record = z.object({
  at: z.pipe(z.int(), z.transform(instant)),
  host: z.string(),
  project: z.string(),
  target: branchName,
  changes: z.array(change),
  local: z.exactOptional(z.object({ ref: refName, from: sha, to: sha, files: z.boolean() })),
});

export function parseRecord(value: unknown): SubmitRecord | undefined {
  const found = z.safeParse(record, value);
  return found.success ? found.data : undefined;
}
