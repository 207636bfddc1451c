import { describe, expect, it } from "vitest";
import type { BranchName, Sha } from "../../../../src/core/ids.ts";
import { ordersOf, type ReleaseFile, type ReleaseOrder } from "../../../../src/core/release/release/order.ts";
import { homesOf, releaseWords, stateOf, type OrderFacts } from "../../../../src/core/release/release/steps.ts";

const A = "a".repeat(40) as Sha;
const B = "b".repeat(40) as Sha;
const C = "c".repeat(40) as Sha;
const BY = { path: "deliverables/2026.2/calc.yaml", repository: "acme/releases", change: 12 };
const stable = "stable/2026.2" as BranchName;

const release = (version: string, hash: string, repo = "acme/calc") => ({ version, projects: [{ repo, hash }] });
const file = (more: Partial<ReleaseFile>): ReleaseFile => ({ team: "calc", releases: [], branches: [], ...more });

function orders(given: ReleaseFile): readonly ReleaseOrder[] {
  const found = ordersOf(given, BY);
  if (!found.ok) throw new Error(found.problem.join("; "));
  return found.value;
}
function problems(given: ReleaseFile): string {
  const found = ordersOf(given, BY);
  return found.ok ? "" : found.problem.join("; ");
}

describe("a release file", () => {
  it("without a release asks for nothing, and of several only the newest is asked for", () => {
    expect(orders(file({}))).toEqual([]);
    const two = orders(file({ releases: [release("1.0.0", A), release("1.0.1", B)] }));
    expect(two.map(({ version, commit }) => [version, commit])).toEqual([["1.0.1", B]]);
    expect(two[0]?.since).toEqual({ version: "1.0.0", commit: A });
  });

  it.each([
    ["a candidate tells what came since the one before", ["1.0.0", "2.0.0.0rc1", "2.0.0.0rc2"], "2.0.0.0rc1"],
    ["a final release tells what its candidates told", ["1.0.0", "2.0.0.0rc1", "2.0.0.0rc2", "2.0.0"], "1.0.0"],
    ["a first final release tells everything", ["1.0.0.0rc1", "1.0.0"], undefined],
    ["what was released on another branch is named by `diff-start`", ["2.0.0.0rc1 after 1.9.0", "2.0.0"], "1.9.0"],
    ["a fix tells itself", ["1.0.0.0rc1 after 0.9.0", "1.0.0", "1.0.1"], "1.0.0"],
  ])("%s", (_, versions, expected) => {
    const releases = versions.map((text) => {
      const [version = "", start] = text.split(" after ");
      return { ...release(version, A), ...(start === undefined ? {} : { "diff-start": start }) };
    });
    expect(orders(file({ releases }))[0]?.since?.version).toBe(expected);
  });

  it("asks for a tag in each repository it names, and for the branches that begin there", () => {
    const both = {
      version: "1.0.0.0rc1",
      projects: [
        { repo: "acme/calc", hash: A },
        { repo: "acme/ui", hash: B },
      ],
    };
    const found = orders(file({ releases: [both], branches: [{ name: stable, location: "1.0.0.0rc1" }] }));
    expect(
      found.map(({ repository, commit, prerelease, branches }) => ({ repository, commit, prerelease, branches })),
    ).toEqual([
      { repository: "acme/calc", commit: A, prerelease: true, branches: [{ name: stable, at: A }] },
      { repository: "acme/ui", commit: B, prerelease: true, branches: [{ name: stable, at: B }] },
    ]);
    const mapped = orders(file({ releases: [both], branches: [{ name: stable, location: { "acme/ui": C } }] }));
    expect(mapped.map(({ branches }) => branches)).toEqual([[], [{ name: stable, at: C }]]);
  });

  it("asks for an older release by name, with the branches that had begun by then", () => {
    const given = file({
      releases: [release("1.0.0.0rc1", A), release("1.0.0.0rc2", B)],
      branches: [
        { name: "stable/a", location: "1.0.0.0rc1" },
        { name: "stable/b", location: "1.0.0.0rc2" },
      ],
    });
    const of = (version: string) => {
      const found = ordersOf(given, { ...BY, version });
      return found.ok
        ? found.value.map(({ commit, since, branches }) => [commit, since?.version, branches.map(({ name }) => name)])
        : [];
    };
    expect(of("1.0.0.0rc1")).toEqual([[A, undefined, ["stable/a"]]]);
    expect(of("1.0.0.0rc2")).toEqual([[B, "1.0.0.0rc1", ["stable/a", "stable/b"]]]);
    expect(of("2.0.0")).toEqual([]);
  });

  it("says on the tag what is released, in OpenStack's `meta:` lines", () => {
    const [first] = orders(
      file({ releases: [release("1.0.0.0rc1", A)], branches: [{ name: stable, location: "1.0.0.0rc1" }] }),
    );
    expect(first?.message).toMatchInlineSnapshot(`
      "calc 1.0.0.0rc1 release

      meta:version: 1.0.0.0rc1
      meta:diff-start: -
      meta:series: 2026.2
      meta:branch: stable/2026.2
      meta:release-type: candidate
      meta:first: yes
      meta:team: calc
      meta:release:file: acme/releases deliverables/2026.2/calc.yaml
      meta:release:change: acme/releases#12
      "
    `);
    const [last] = orders(file({ releases: [release("1.0.0", A), release("2026.2-eol", B)] }));
    expect(last?.endsSeries).toBe(true);
    expect(last?.message.split("\n")[0]).toBe("calc 2026.2-eol");
  });

  it.each([
    [file({ releases: [release("latest", A)] }), '"latest" is no version'],
    [file({ releases: [release("1.0.0", "abc")] }), '"abc" is no commit'],
    [file({ releases: [{ version: "1.0.0", projects: [] }] }), "names no repository"],
    [
      file({ releases: [release("1.0.0", A)], branches: [{ name: stable, location: "0.9.0" }] }),
      'begins at "0.9.0", which is no release',
    ],
    [
      file({ releases: [release("1.0.0", A)], branches: [{ name: "-x", location: "1.0.0" }] }),
      '"-x" is no name for a branch',
    ],
    [
      file({ releases: [release("1.0.0", A)], branches: [{ name: stable, location: { "acme/calc": "HEAD" } }] }),
      '"HEAD", which is no commit',
    ],
    [file({ releases: [release("1.0.0.0rc1", A), release("1.0.0", B)] }), "1.0.0 is not the commit of its candidate"],
    [
      file({
        releases: [{ version: "1.0.0", projects: ["acme/calc", "Acme/Calc"].map((repo) => ({ repo, hash: A })) }],
      }),
      "names `Acme/Calc` twice",
    ],
  ])("that cannot be meant asks for nothing at all", (given, expected) => {
    expect(problems(given)).toContain(expected);
  });
});

describe("an order", () => {
  const [order] = orders(
    file({ releases: [release("1.0.0.0rc1", A)], branches: [{ name: stable, location: "1.0.0.0rc1" }] }),
  );
  if (order === undefined) throw new Error("no order");
  const main = "main" as BranchName;
  const nothing: OrderFacts = { heldBy: [main], lookedAt: [main], branches: {}, ended: [], made: [], followUps: {} };
  const tagged = { ...nothing, tag: { commit: A } };
  const branched = { ...tagged, branches: { [stable]: { tip: A, holdsStart: true } } };
  const kinds = (facts: OrderFacts): readonly string[] => stateOf(order, facts).steps.map(({ kind }) => kind);

  it("is of a commit on the default branch, on its series' branches, or on those the file names for stable work", () => {
    const branches = ["stable/2026.2", "bugfix/1.0", "feature/x"].map((name) => ({ name, location: "1.0.0.0rc1" }));
    const by = { ...BY, path: "deliverables/maple/calc.yaml" };
    const named = ordersOf(file({ releases: [release("1.0.0.0rc1", A)], branches }), by);
    const homes = named.ok && named.value[0] !== undefined ? homesOf(named.value[0], main) : [];
    expect(homes).toEqual(["main", "stable/maple", "unmaintained/maple", "stable/2026.2", "bugfix/1.0"]);
  });

  it("goes on where it was left, and is done when all is there", () => {
    expect(kinds(nothing)).toEqual(["create-tag", "create-branch", "publish-release"]);
    expect(kinds(tagged)).toEqual(["create-branch", "publish-release"]);
    expect(kinds(branched)).toEqual(["publish-release"]);
    const all = stateOf(order, { ...branched, page: "https://x/1" });
    expect(all).toMatchObject({ steps: [], refused: [] });
    expect(releaseWords([all], [])).toBe(
      "- **calc 1.0.0.0rc1** in `acme/calc`: the tag `1.0.0.0rc1` at aaaaaaa, the branch `stable/2026.2`, [the release](https://x/1)",
    );
  });

  it("has a pull request for the .gitreview of a branch that does not name it, once all else is there", () => {
    const page = { ...branched, page: "https://x/1" };
    const followUps = (followUp: OrderFacts["followUps"][string]) => ({ ...page, followUps: { [stable]: followUp } });
    expect(kinds({ ...branched, followUps: { [stable]: { kind: "absent" } } })).toEqual([
      "publish-release",
      "open-follow-up",
    ]);
    expect(kinds(followUps({ kind: "absent" }))).toEqual(["open-follow-up"]);
    const told = (followUp: OrderFacts["followUps"][string]) => {
      const state = stateOf(order, followUps(followUp));
      expect(state).toMatchObject({ steps: [], refused: [] });
      return state.done.at(-1);
    };
    expect(told({ kind: "open", change: 4 })).toBe("acme/calc#4 for the `.gitreview` of `stable/2026.2` is open");
    expect(told({ kind: "closed", change: 4 })).toContain("was closed, and is not made again");
    expect(told({ kind: "merged", change: 4 })).toContain("was merged");
    expect(told({ kind: "stopped", why: "a rule" })).toBe(
      "no pull request for the `.gitreview` of `stable/2026.2` (a rule)",
    );
  });

  it("makes nothing again that was made and taken away", () => {
    const gone = stateOf(order, { ...tagged, made: [`branch ${stable}`, "page", "tag"], ended: ["2026.2-eol"] });
    expect(gone).toMatchObject({ steps: [], refused: [], there: ["tag"] });
    expect(gone.done.join()).toContain("the branch `stable/2026.2` was taken away");
    expect(gone.done.join()).toContain("the release page was taken away");
    expect(stateOf(order, { ...branched, page: "https://x/1" }).there).toEqual(["tag", `branch ${stable}`, "page"]);
  });

  it("of the end of a series makes a tag and no release", () => {
    const [end] = orders(file({ releases: [release("2026.2-eol", B)] }));
    if (end === undefined) throw new Error("no order");
    expect(stateOf(end, nothing).steps.map(({ kind }) => kind)).toEqual(["create-tag"]);
  });

  it.each([
    ["a tag that is elsewhere", { ...nothing, tag: { commit: B } }, "a tag is never moved"],
    ["a commit that no branch holds", { ...nothing, heldBy: [] }, "release a commit that was merged"],
    [
      "a branch that goes another way",
      { ...tagged, branches: { [stable]: { tip: B, holdsStart: false } } },
      "it is left as it is",
    ],
    ["a tag that somebody took away", { ...nothing, made: ["tag"] }, "somebody has taken it away"],
    [
      "a tag that another file asks for too",
      { ...nothing, alsoIn: "deliverables/2026.2/ui.yaml" },
      "nobody can tell whose",
    ],
    ["a tag that cannot be signed", { ...nothing, noKey: true as const }, "the service has no key"],
    ["a branch that has ended", { ...tagged, ended: ["2026.2-eol"] }, "is not made again"],
    [
      "a repository that does not let itself be tagged",
      { ...nothing, forbidden: "acme/calc does not name acme/releases" },
      "does not name",
    ],
  ])("does nothing at all about %s, and says so", (_, facts, expected) => {
    const state = stateOf(order, facts);
    expect(state.steps).toEqual([]);
    expect(state.refused.join()).toContain(expected);
    expect(releaseWords([state], [])).toContain("not released");
    expect(releaseWords([state], [])).toContain("Correct the release file");
  });
});
