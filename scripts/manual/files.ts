/** Every file that is written from the command line's definitions: pages of the manual in part, completions whole. */
import { EXCLUSIVE } from "../../src/cli/options.ts";
import { bashCompletion, GIT_REVIEW_ENTRY, PLUSTWO_ENTRY } from "./bash.ts";
import { describeGitReview, describePlustwo } from "./commands.ts";
import { all, type Described } from "./described.ts";
import { fishCompletion, UNDER_GIT } from "./fish.ts";
import { commands, exclusive, list, rewrite, synopsis, type Parts } from "./page.ts";
import { zshCompletion } from "./zsh.ts";

export interface Written {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** `read` answers the file as it is now; pages keep what is written in them by hand. */
export function writtenFiles(read: (path: string) => string): readonly Written[] {
  const review = describeGitReview();
  const plustwo = describePlustwo();
  const pages: readonly (readonly [string, Parts])[] = [
    ["docs/man/git-review.1", reviewParts(review)],
    ["docs/man/plustwo.1", plustwoParts(plustwo)],
  ];
  return [
    ...pages.map(([path, parts]) => ({ path, text: rewrite(read(path), parts) })),
    ...completions(review, "git-review"),
    ...completions(plustwo, "plustwo"),
  ];
}

function reviewParts(review: Described): Parts {
  return {
    synopsis: synopsis(all(review)),
    options: [...list(review), ...exclusive(review, EXCLUSIVE)],
    verbs: commands(review.commands),
  };
}

function plustwoParts({ commands: named }: Described): Parts {
  const policy = named.filter(({ path }) => path.at(-1) === "policy");
  const others = named.filter((one) => !policy.includes(one));
  const ofPolicy = policy.flatMap((one) => one.commands);
  return {
    synopsis: synopsis([...others, ...ofPolicy].flatMap(all)),
    commands: commands(others),
    policy: commands(ofPolicy),
  };
}

function completions(root: Described, program: "git-review" | "plustwo"): readonly Written[] {
  const isReview = program === "git-review";
  const entry = isReview ? GIT_REVIEW_ENTRY : PLUSTWO_ENTRY;
  const exclusive = isReview ? EXCLUSIVE : [];
  return [
    { path: `completions/bash/${program}`, text: bashCompletion(root, { program, entry }) },
    { path: `completions/zsh/_${program}`, text: zshCompletion(root, { program, exclusive }) },
    {
      path: `completions/fish/${program}.fish`,
      text: fishCompletion(root, { program, more: isReview ? UNDER_GIT : "" }),
    },
  ];
}
