/** The key `owners` of a policy as it is written; `load-owners.ts` makes an `OwnersPolicy` of it. */
import { z } from "zod";

const source = z.enum(["CODEOWNERS", "OWNERS"]);
const pattern = z.string().min(1).max(500);

export const ownersKeys = z
  .strictObject({
    source: z
      .union([source, z.array(source).min(1).max(2)])
      .optional()
      .describe(
        "Which files say who owns what: CODEOWNERS (default), OWNERS, or a list; of a list, the first that is there speaks for the whole tree.",
      ),
    fallback: z
      .enum(["none", "anyone"])
      .optional()
      .describe(
        "Whose approval a path without an owner needs. none (default): nobody can give it. anyone: whoever may vote and did not contribute.",
      ),
    vote: z
      .string()
      .max(100)
      .optional()
      .describe("What an owner's approval is: a standing vote of at least this value. Default: `Code-Review+1`."),
    minApprovers: z
      .record(pattern, z.int().min(1).max(10))
      .optional()
      .describe(
        "Paths that need several owners, by pattern: as in CODEOWNERS (`/src/crypto/`), or from `^` on a regular expression for the whole path.",
      ),
    allOf: z
      .record(pattern, z.array(z.string().min(1).max(100)).min(1).max(10))
      .optional()
      .describe("Paths that need an approval from each of these groups beside their owners'. Patterns as above."),
    renames: z
      .literal("both")
      .optional()
      .describe("both: a rename needs owners of the old and of the new path. There is no other value."),
    stickyPerFile: z
      .boolean()
      .optional()
      .describe("Only false: whether an approval reaches the next patch set is what the label's `copyCondition` says."),
  })
  .describe("Who owns which paths, and what their approval is.");

export type OwnersKeys = z.infer<typeof ownersKeys>;
