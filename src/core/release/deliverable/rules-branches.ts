/** Rules about branches (27 to 29 and 20 of the original's checks). Whether they exist in git is asked of clones. */
import type { Deliverable } from "./deliverable.ts";
import type { DeliverableBranch } from "./schema.ts";
import { INDEPENDENT, type SeriesFacts } from "./series.ts";
import type { Rule, RuleContext, Tell } from "./validate.ts";

const PREFIXES = ["stable", "unmaintained", "feature", "bugfix"];
/** `2023.1`; from then on branches carry the id. */
const RELEASE_ID = /^\d{4}\.[12]$/;

export const branchRules: Rule = (file, context, found) => {
  if (file.branches.length > 0 && !supportsBranches(file)) {
    found("branch.not-supported", {
      at: ["branches"],
      message:
        file.keys.type === "tempest-plugin"
          ? "a tempest plugin has no branches"
          : "a deliverable of stable-branch-type none has no branches",
      hint: "remove them",
    });
    return;
  }
  const seen = new Set<string>();
  file.branches.forEach((branch, index) => {
    const at = ["branches", index, "name"];
    if (seen.has(branch.name))
      found("branch.twice", { at, message: `branch ${branch.name} is listed twice`, hint: "keep one of them" });
    seen.add(branch.name);
    const [prefix = "", rest = "", ...more] = branch.name.split("/");
    if (!PREFIXES.includes(prefix) || rest === "" || more.length > 0)
      found("branch.prefix", {
        at,
        message: `branch ${branch.name} has no known prefix`,
        hint: `write ${PREFIXES.map((one) => `${one}/…`).join(", ")}`,
      });
    else oneBranch(file, { branch, index, prefix, rest }, context, found);
  });
  previousBranch(file, context, found);
};

interface Named {
  readonly branch: DeliverableBranch;
  readonly index: number;
  readonly prefix: string;
  readonly rest: string;
}

function oneBranch(file: Deliverable, named: Named, context: RuleContext, found: Tell): void {
  const { branch, index, prefix } = named;
  const kind = file.keys["stable-branch-type"] ?? "std";
  const at = ["branches", index, "location"];
  const byCommits = prefix === "feature" || (prefix === "stable" && kind === "tagless");
  const { location } = branch;
  if (byCommits !== (typeof location === "object") && (prefix !== "unmaintained" || typeof location === "object")) {
    found("branch.location", {
      at,
      message: `branch ${branch.name} is placed by ${typeof location === "object" ? "commits" : "a version"}`,
      hint: byCommits ? "write a map from each repository to a commit" : "write the version it begins at",
    });
    return;
  }
  const upstream = kind === "upstream";
  const listed = file.releases.some(({ version }) => version === location);
  if (typeof location === "string" && prefix !== "unmaintained" && !upstream && !listed)
    found("branch.location-unlisted", {
      at,
      message: `branch ${branch.name} begins at ${location}, which is not among the releases`,
      hint: "name a release of this file",
    });
  if ((prefix === "stable" || prefix === "bugfix") && !upstream) branchName(file, named, context, found);
}

function branchName(
  file: Deliverable,
  { branch, index, prefix, rest }: Named,
  { series, order }: RuleContext,
  found: Tell,
) {
  const at = ["branches", index, "name"];
  if (file.series === INDEPENDENT) {
    if (prefix === "stable" && order.find(rest) === undefined)
      found("branch.name", {
        at,
        message: `branch ${branch.name} names no known series`,
        hint: "name it for a series, or set stable-branch-type: upstream",
      });
    return;
  }
  if (series === undefined) return;
  const version = typeof branch.location === "string" ? branch.location.split(".").slice(0, 2).join(".") : undefined;
  const versions = file.keys["stable-branch-type"] === "std-with-versions";
  const ofSeries = prefix === "stable" && (rest === series.id || rest === series.name);
  const ofVersion = versions && rest === version;
  if (ofSeries || ofVersion) return;
  found("branch.name", {
    at,
    message: `branch ${branch.name} is not named for the series ${series.name}`,
    hint: `write stable/${series.id}${versions && version !== undefined ? `, or bugfix/${version}` : ""}${
      RELEASE_ID.test(rest) ? `: ${rest} is another series` : ""
    }`,
  });
}

/** No release of the new series before the one before it has its branch. */
function previousBranch(file: Deliverable, { series, order, branchesOf }: RuleContext, found: Tell): void {
  if (series === undefined || series.name !== order.current?.name || file.releases.length === 0) return;
  if (!supportsBranches(file)) return;
  const before = previousWith(file, order.from(series.name).slice(1), branchesOf);
  if (before === undefined || before.branches.includes(`stable/${before.series.id}`)) return;
  found("series-open", {
    at: ["releases"],
    message: `there are releases in ${series.name}, and ${before.series.name} has no branch stable/${before.series.id}`,
    hint: `cut it first, in deliverables/${before.series.name}/${file.name}.yaml`,
  });
}

function previousWith(
  file: Deliverable,
  older: readonly SeriesFacts[],
  branchesOf: RuleContext["branchesOf"],
): { readonly series: SeriesFacts; readonly branches: readonly string[] } | undefined {
  for (const series of older) {
    const branches = branchesOf(series.name, file.name);
    if (branches !== undefined) return { series, branches };
  }
  return undefined;
}

function supportsBranches(file: Deliverable): boolean {
  return file.keys.type !== "tempest-plugin" && file.keys["stable-branch-type"] !== "none";
}
