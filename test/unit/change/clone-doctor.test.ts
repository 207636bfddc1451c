import { describe, expect, it } from "vitest";
import { cloneFindings, type CloneFacts, type RemoteFacts } from "../../../src/core/change/clone-doctor.ts";
import { parseSha } from "../../../src/core/ids.ts";

const sha = (digit: string) => parseSha(digit.repeat(40)) ?? expect.unreachable();
const commit = (digit: string, message: string) => ({
  ...{ sha: sha(digit), tree: sha("a"), parents: [sha("b")], message, headers: {} },
});
const id = `Change-Id: I${"1".repeat(40)}`;
const remote: RemoteFacts = {
  ...{ name: "origin", url: "u", goesTo: "u", pushesTo: "u", pushUrls: 0, pushRefspecs: [] },
  projects: { url: "h/a/b", goesTo: "h/a/b", pushesTo: "h/a/b" },
};
const well: CloneFacts = {
  ...{ gitVersion: "2.39.5", kind: "github", permission: "write", remote, target: "origin/main", stack: [] },
  hooks: [{ name: "commit-msg", file: "f", state: "ours", chained: true }],
  ...{ oddLines: [], unknownSettings: [], journal: "good", shallow: false },
};
const hook = (state: CloneFacts["hooks"][number]["state"]): Partial<CloneFacts> => ({
  hooks: [{ name: "commit-msg", file: "f", state, chained: false }],
});

describe("git review doctor", () => {
  it("finds nothing where all is well", () => {
    expect(cloneFindings(well)).toEqual([]);
  });

  const rows: readonly (readonly [id: string, facts: Partial<CloneFacts>])[] = [
    ["git-old", { gitVersion: "2.37.9" }],
    ["git-unknown", { gitVersion: "" }],
    ["nowhere", { nowhere: { message: "no remote", hint: "add one" } }],
    ["unreachable", { server: { id: "unreachable", message: "it is down", hint: "wait" } }],
    ["no-right", { permission: "none" }],
    ["instead-of", { remote: { ...remote, projects: { ...remote.projects, url: "h/x/y" } } }],
    ["push-elsewhere", { remote: { ...remote, projects: { ...remote.projects, pushesTo: "h/x/y" } } }],
    ["push-urls", { remote: { ...remote, pushUrls: 2 } }],
    ["push-past-review", { remote: { ...remote, pushRefspecs: ["HEAD:refs/heads/main"] } }],
    ["hook-missing", hook("none")],
    ["hook-old", hook("old")],
    ["hook-not-executable", hook("not-executable")],
    ["hook-foreign", hook("foreign")],
    ["hook-unreadable", hook("unreadable")],
    ["no-change-id", { stack: [commit("1", "Add a\n")] }],
    ["bad-change-id", { stack: [commit("1", `Add a\n\n${id}\nChange-Id: I${"2".repeat(40)}\n`)] }],
    ["same-change-id", { stack: [commit("1", `Add a\n\n${id}\n`), commit("2", `Add b\n\n${id}\n`)] }],
    ["gitreview-line", { oddLines: [{ line: 3, text: "nonsense" }] }],
    ["unknown-setting", { unknownSettings: [{ key: "hots", from: ".gitreview:2" }] }],
    ["journal-broken", { journal: "broken" }],
    ["shallow", { shallow: true }],
  ];
  it.each(rows)("finds %s, and says how to mend it", (name, facts) => {
    const found = cloneFindings({ ...well, ...facts });
    expect(found.map((one) => one.id)).toEqual([name]);
    expect(found[0]?.mend).not.toBe("");
  });

  it("leaves Gerrit's own push refspec alone, and says where the target was never fetched", () => {
    const gerrit = { ...remote, pushRefspecs: ["HEAD:refs/for/main"] };
    const { stack: _stack, ...rest } = well;
    expect(cloneFindings({ ...well, remote: gerrit })).toEqual([]);
    expect(cloneFindings(rest).map((one) => one.id)).toEqual(["not-fetched"]);
  });
});
