// What is asked of a merged change, from its comments and labels to the branches that it may go to.
import { describe, expect, it } from "vitest";
import {
  askerOf,
  branchesOnTheWay,
  canGoTo,
  givenUp,
  isSeriesBranch,
  lostBranches,
  shown,
  type Asked,
} from "../../../../src/core/release/backport/asked.ts";
import { backportCommand, MOST_WORDS, taggedBranches } from "../../../../src/core/release/backport/command.ts";
import { wishesOf, type Said, type WishesOf } from "../../../../src/core/release/backport/wishes.ts";
import { instant } from "../../../../src/core/time.ts";
import { bob, branch, carol, dave, mallory, robot, sha } from "../../policy/sample.ts";

const MAIN = branch("main");
const [NEW, OLD, OLDEST] = ["stable/2026.1", "stable/2025.2", "stable/2025.1"].map(branch) as [
  ReturnType<typeof branch>,
  ReturnType<typeof branch>,
  ReturnType<typeof branch>,
];
const LIVE = {
  branches: [MAIN, NEW, OLD, OLDEST].concat(["unmaintained/zed", "feature/x"].map(branch)),
  defaultBranch: MAIN,
};

describe("a comment that asks", () => {
  it.each([
    ["/backport stable/2026.1", ["stable/2026.1"]],
    ["/backport to stable/2026.1, stable/2025.2\n\nPlease.", ["stable/2026.1", "stable/2025.2"]],
    ["/Backport `stable/2026.1`\r\nand more", ["stable/2026.1"]],
    ["/backport stable/2026.1 stable/2026.1", ["stable/2026.1"]],
    ["/backport", []],
  ])("%j names %j", (body, branches) => {
    expect(backportCommand(body)).toMatchObject({ branches, unreadable: [], left: 0 });
  });

  it.each([
    "> /backport stable/2026.1",
    "Say /backport stable/2026.1",
    "/backports stable/2026.1",
    "\n/backport x",
    "",
  ])("%j is none", (body) => {
    expect(backportCommand(body)).toBeUndefined();
  });

  it("names what can be no branch, and of thousands only the first are read", () => {
    expect(backportCommand("/backport --force a..b")).toMatchObject({ branches: [], unreadable: ["--force", "a..b"] });
    const many = Array.from({ length: 5_000 }, (_, n) => `stable/${n}`).join(" ");
    const read = backportCommand(`/backport ${many}`);
    expect(read?.branches).toHaveLength(MOST_WORDS);
    expect(read?.left).toBe(5_000 - MOST_WORDS);
  });

  it("may be a tag label, in words of one's own", () => {
    expect(taggedBranches(["bug", "backport stable/2026.1", "backport "])).toEqual(["stable/2026.1"]);
    expect(taggedBranches(["needs stable/2026.1 soon"], "needs * soon")).toEqual(["stable/2026.1"]);
  });
});

const said = (body: string, more: Partial<Said> = {}): Said => ({
  ...{ by: bob, body, at: instant(1_000), edited: false },
  ...more,
});
const asked = (more: Partial<Asked> = {}): Asked => ({
  ...{ change: 7, title: "Fix it", origin: MAIN, head: sha(1), landed: sha(2) },
  ...{ heard: "1000", asks: [{ branch: NEW, by: bob, said: instant(1_000) }], refused: [], empty: [] },
  ...more,
});
const wishes = (more: Partial<WishesOf>) =>
  wishesOf({ ...LIVE, comments: [], cut: false, labels: [], author: carol, before: undefined, ...more });
const words = (more: Partial<WishesOf>): readonly string[] | undefined =>
  wishes(more)?.wishes.map(({ word, by }) => `${word} by ${by.login}`);

describe("what is asked of a change", () => {
  it("is nothing where nobody says a word, and nothing new where everything was heard", () => {
    expect(wishes({})).toBeUndefined();
    const comments = [said(`/backport ${NEW}`)];
    expect(wishes({ comments, before: asked() })).toBeUndefined();
  });

  it("is not what a bot writes", () => {
    expect(wishes({ comments: [said(`/backport ${NEW}`, { by: robot })] })).toBeUndefined();
  });

  it("is not what somebody edited, which is told", () => {
    expect(wishes({ comments: [said(`/backport ${NEW}`, { edited: true })] })).toMatchObject({
      ...{ wishes: [], kept: [] },
      notes: ["A comment that was edited is not heard, for others may edit it. Write it anew."],
    });
  });

  it("is each branch once by each person, the first who asked first, labels last and for the author", () => {
    const comments = [
      said(`/backport ${NEW} ${OLD}`, { by: mallory }),
      said(`/backport ${OLD}`, { at: instant(2_000) }),
      said(`/backport ${NEW}`, { by: mallory, at: instant(3_000) }),
    ];
    expect(words({ comments, labels: [`backport ${OLDEST}`] })).toEqual([
      `${NEW} by mallory`,
      `${OLD} by mallory`,
      `${OLD} by bob`,
      `${OLDEST} by carol`,
    ]);
  });

  it("is not a label that names no series: others call theirs `backport needed`", () => {
    expect(wishes({ labels: ["backport needed", "backport done", "backport feature/x"] })).toBeUndefined();
    expect(words({ labels: ["backport stable/1999.1"] })).toEqual(["stable/1999.1 by carol"]);
  });

  it("is told what is missing where no branch is named, and heard again where something was asked before", () => {
    expect(wishes({ comments: [said("/backport")] })?.notes).toEqual([
      "No branch is named. Comment `/backport` with one behind it.",
    ]);
    const comments = [said(`/backport ${NEW}`), said("/backport", { at: instant(2_000) })];
    const again = wishes({ comments, before: asked() });
    expect(again?.notes).toEqual([]);
    expect(again?.kept).toHaveLength(1);
  });

  it("is taken back with its label, its comment, or by an edit of it", () => {
    const label = asked({ heard: `${NEW}`, asks: [{ branch: NEW, by: carol }] });
    expect(wishes({ labels: [`backport ${NEW}`], before: label })).toBeUndefined();
    expect(wishes({ before: label })).toMatchObject({ wishes: [], kept: [] });
    expect(wishes({ before: asked() })).toMatchObject({ wishes: [], kept: [] });
    const comments = [said(`/backport ${NEW}`, { edited: true })];
    expect(wishes({ comments, before: asked() })).toMatchObject({ wishes: [], kept: [] });
  });

  it("stands when its comment has scrolled out of what the forge shows", () => {
    const comments = [said("thanks", { at: instant(5_000) })];
    expect(wishes({ comments, cut: true, before: asked() })?.kept).toEqual(asked().asks);
    expect(wishes({ comments, cut: false, before: asked() })?.kept).toEqual([]);
    const labelled = asked({ asks: [{ branch: NEW, by: carol }] });
    expect(wishes({ comments, cut: true, before: labelled })?.kept).toEqual([]);
  });

  it("says so where a comment names more than is read", () => {
    const many = Array.from({ length: 21 }, (_, n) => `stable/${n}`).join(" ");
    expect(wishes({ comments: [said(`/backport ${many}`)] })?.notes).toEqual([
      "Of one comment only the first 20 branches are read.",
    ]);
  });
});

describe("where a fix may go", () => {
  it.each([
    "stable/zed",
    "unmaintained/2023.1",
    "v1.9",
    "1.x",
    "release-1.2",
    "maint/3.x",
    "branch-3.5",
    "releases/v2",
  ])("%s is a branch of a series", (name) => {
    expect(isSeriesBranch(branch(name))).toBe(true);
  });

  it.each(["main", "feature/x", "feature/12", "gate/main/1", "review/main/7", "issue-12", "dependabot/npm/1.2", "v"])(
    "%s is none",
    (name) => {
      expect(isSeriesBranch(branch(name))).toBe(false);
    },
  );

  it.each([
    [NEW, MAIN, undefined],
    [OLD, NEW, undefined],
    [branch("unmaintained/zed"), OLD, undefined],
    [MAIN, MAIN, "`main`: it landed there."],
    [MAIN, NEW, "`main`: the fix landed on `stable/2026.1`, which is not newer; bring it to the newest branch first."],
    [
      NEW,
      OLD,
      "`stable/2026.1`: the fix landed on `stable/2025.2`, which is not newer; bring it to the newest branch first.",
    ],
    [
      NEW,
      branch("topic"),
      "`stable/2026.1`: the fix landed on `topic`, which is not newer; bring it to the newest branch first.",
    ],
    [branch("feature/x"), MAIN, "`feature/x` is no stable branch, and a fix goes down to those alone."],
    [branch("gate/main/1"), MAIN, "`gate/main/1` is no stable branch, and a fix goes down to those alone."],
    [
      branch("stable/1999.1"),
      OLD,
      "`stable/1999.1` is no live branch; older branches are `stable/2025.1`, `unmaintained/zed`.",
    ],
    [branch("v1.9"), MAIN, "`v1.9` is no live branch; no branch is older."],
  ])("to %s, where it landed on %s: %s", (to, origin, problem) => {
    expect(canGoTo(to, origin, LIVE)).toEqual(problem === undefined ? { ok: true } : { ok: false, problem });
  });

  it("names at most five of a hundred older branches", () => {
    const branches = [MAIN, ...Array.from({ length: 100 }, (_, n) => branch(`stable/${n}`))];
    const told = canGoTo(branch("stable/x"), MAIN, { branches, defaultBranch: MAIN });
    expect(told).toMatchObject({ problem: expect.stringMatching(/`stable\/95` and 95 more\.$/) as string });
  });

  it("shows somebody's words in code, so that they call nobody and link nowhere", () => {
    expect(shown("@acme/core")).toBe("`@acme/core`");
    expect(shown("`x` [y](http://evil)\n")).toBe("`x[y](http://evil)`");
    expect(shown("``")).toBe("`?`");
    expect(shown("a".repeat(500))).toHaveLength(83);
  });

  it("is by way of maintained branches of its family, of versions too, and never by somebody's work", () => {
    const asks = [{ branch: OLDEST, by: bob }];
    expect(branchesOnTheWay({ asks, origin: MAIN }, LIVE)).toEqual([NEW, OLD, OLDEST]);
    const branches = [MAIN, ...["release/3.0", "release/2.0", "release/wip"].map(branch)];
    const older = [{ branch: branch("release/2.0"), by: bob }];
    expect(branchesOnTheWay({ asks: older, origin: MAIN }, { branches, defaultBranch: MAIN })).toEqual([
      "release/3.0",
      "release/2.0",
    ]);
  });

  it("is told of each branch that is gone since it was asked", () => {
    const branches = [MAIN, NEW];
    const asks = [NEW, OLD].map((one) => ({ branch: one, by: bob }));
    expect(lostBranches({ asks, origin: MAIN }, { branches, defaultBranch: MAIN })).toEqual([
      "`stable/2025.2` is no live branch; older branches are `stable/2026.1`.",
    ]);
  });

  it("is for whoever named the branch, or first named one of its family", () => {
    const asks = [
      { branch: branch("v1.9"), by: dave },
      { branch: OLD, by: bob },
      { branch: OLDEST, by: carol },
    ];
    expect(askerOf({ asks }, OLDEST)).toBe(carol);
    expect(askerOf({ asks }, NEW)).toBe(bob);
    expect(askerOf({ asks: [] }, NEW)).toBeUndefined();
  });
});

describe("a branch that a backport cannot be made for", () => {
  const all = asked({ asks: [NEW, OLD, branch("unmaintained/zed")].map((one) => ({ branch: one, by: bob })) });

  it("takes those with it that wait for it, and says what to do", () => {
    const after = givenUp(all, { branch: NEW, why: "a rule forbids it" }, LIVE);
    expect(after.asks).toEqual([]);
    expect(after.refused).toEqual(["`stable/2026.1`: a rule forbids it. Then comment `/backport` again."]);
  });

  it("leaves what does not wait for it", () => {
    const unmaintained = givenUp(all, { branch: branch("unmaintained/zed"), why: "no" }, LIVE);
    expect(unmaintained.asks.map((ask) => ask.branch)).toEqual([NEW, OLD]);
    const between = givenUp(asked({ asks: [{ branch: OLDEST, by: bob }] }), { branch: NEW, why: "no" }, LIVE);
    expect(between.asks).toEqual([]);
  });
});
