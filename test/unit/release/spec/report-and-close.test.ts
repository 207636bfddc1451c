// What commits say of specs, as they are written in the field, and where links go when specs move.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSpecs } from "../../../../src/core/release/spec/check-spec.ts";
import { planClose } from "../../../../src/core/release/spec/close.ts";
import { checkRedirects, readRedirects, withMoves } from "../../../../src/core/release/spec/redirects.ts";
import { reportOn } from "../../../../src/core/release/spec/report.ts";
import type { Spec } from "../../../../src/core/release/spec/spec.ts";

/** `2027.1/approved/fast implemented`: the specs of a folder with their texts. */
function folder(...lines: readonly string[]): { specs: readonly Spec[]; texts: Map<string, string> } {
  const files = lines.map((line) => {
    const [path = "", status = ""] = line.split(" ");
    const id = path.split("/").at(-1) ?? "";
    const text = `---\nid: ${id}\nstatus: ${status}\nmilestone: '2027.1'\napprovers: [alice]\n---\n\n# ${id}\n`;
    return { path: `specs/${path}.md`, inside: `${path}.md`, text };
  });
  return { specs: checkSpecs(files, []).specs, texts: new Map(files.map(({ inside, text }) => [inside, text])) };
}

describe("a commit cites", () => {
  const { specs } = folder("2027.1/approved/fast implementable", "2027.1/approved/safe implementable");
  const cited = (footer: string): readonly string[] => {
    const { work, unknown } = reportOn(specs, [{ sha: "a", message: `Do it\n\nWords.\n\n${footer}\nChange-Id: I1\n` }]);
    return [
      ...work.flatMap(({ spec, changes }) => changes.map((one) => `${spec.id}${one.implements ? "!" : ""}`)),
      ...unknown.map(({ id }) => `?${id}`),
    ];
  };
  it.each([
    ["a part of one", "Spec: fast", ["fast"]],
    ["what completes one", "Implements: fast", ["fast!"]],
    ["as OpenStack writes it", "Implements: blueprint fast", ["fast!"]],
    ["as OpenStack wrote it", "Implements: bp: fast", ["fast!"]],
    ["with a word in another case", "SPEC: fast", ["fast"]],
    ["several in a line", "Spec: fast, safe", ["fast", "safe"]],
    ["several in lines", "Spec: safe\nImplements: fast", ["fast!", "safe"]],
    ["one twice, once whole", "Spec: fast\nImplements: fast", ["fast!"]],
    ["what is no spec", "Spec: fats", ["?fats"]],
    ["nothing, after the key", "Spec: ", []],
    ["nothing, in other words", "Specification: fast", []],
  ])("%s", (_, footer, expected) => {
    expect(cited(footer)).toEqual(expected);
  });

  it("nothing by its text alone: only the footer counts", () => {
    const message = "Spec: fast\n\nSpec: fast is what this begins with, says somebody.\n\nChange-Id: I1\n";
    expect(reportOn(specs, [{ sha: "a", message }]).work.flatMap(({ changes }) => changes)).toEqual([]);
  });

  it("a spec once by one change, also where it was picked to another branch, and each change in its order", () => {
    const commit = (sha: string, id: string, footer: string) => ({
      sha,
      message: `${sha}\n\n${footer}\nChange-Id: ${id}\n`,
    });
    const commits = [
      commit("d", "I2", "Spec: fast"),
      commit("c", "I1", "Spec: fast"),
      commit("b", "I1", "Implements: fast"),
    ];
    const alone = { sha: "a", message: "a\n\nSpec: fast\n" };
    const [work] = reportOn(specs, [...commits, alone]).work;
    expect(work?.changes).toEqual([
      { sha: "d", subject: "d", implements: false },
      { sha: "c", subject: "c", implements: true },
      { sha: "a", subject: "a", implements: false },
    ]);
  });

  it("a spec of another cycle without being told of as unknown", () => {
    const [first] = specs;
    if (first === undefined) throw new Error("no spec");
    const { work, unknown } = reportOn([first], [{ sha: "a", message: "a\n\nSpec: safe\n" }], specs);
    expect([work[0]?.changes, unknown]).toEqual([[], []]);
  });
});

describe("a remark is made where a status and the commits do not fit", () => {
  it.each([
    ["implemented", "", ["implemented, and no change here cites it"]],
    ["implemented", "Implements: fast", []],
    ["implemented", "Spec: fast", []],
    ["implementable", "Implements: fast", ["a change says it implements it, and its status is implementable"]],
    ["implementable", "Spec: fast", []],
    ["implementable", "", []],
    ["deferred", "Spec: fast", ["changes cite it, and its status is deferred"]],
    ["rejected", "", []],
  ])("%s, %s", (status, footer, remarks) => {
    const { specs } = folder(`2027.1/approved/fast ${status}`);
    const commits = footer === "" ? [] : [{ sha: "a", message: `a\n\n${footer}\n` }];
    expect(reportOn(specs, commits).work[0]?.remarks).toEqual(remarks);
  });
});

describe("the end of a cycle", () => {
  it("moves what was implemented in it, and neither what is left nor another cycle's nor the backlog's", () => {
    const { specs, texts } = folder(
      ...[
        "2027.1/approved/done implemented",
        "2027.1/approved/later implementable",
        "2027.1/implemented/old implemented",
      ],
      ...["2027.2/approved/other implemented", "backlog/wish provisional"],
    );
    const plan = planClose("2027.1", specs, texts);
    if (!plan.ok) throw new Error(JSON.stringify(plan.problem));
    expect(plan.value.moves).toEqual([
      { id: "done", from: "2027.1/approved/done.md", to: "2027.1/implemented/done.md" },
    ]);
    expect(plan.value.left.map(({ id }) => id)).toEqual(["later"]);
    expect(plan.value.redirects).toBe("2027.1/approved/done.md 2027.1/implemented/done.md\n");
  });

  it("leaves the redirects byte for byte where nothing moves", () => {
    const { specs, texts } = folder("2027.1/approved/later implementable");
    const redirects = "# ours\r\nold.md   2027.1/approved/later.md";
    expect(planClose("2027.1", specs, texts.set("redirects", redirects))).toMatchObject({
      value: { moves: [], redirects },
    });
  });

  it("tells every file in the way at once", () => {
    const { specs, texts } = folder("2027.1/approved/a implemented", "2027.1/approved/b implemented");
    for (const name of ["a", "b"]) texts.set(`2027.1/implemented/${name}.md`, "another");
    const plan = planClose("2027.1", specs, texts);
    expect(plan.ok ? [] : plan.problem.map(({ path }) => path)).toEqual([
      ...["2027.1/implemented/a.md", "2027.1/implemented/b.md"],
    ]);
  });
});

describe("redirects", () => {
  it("are lines of two paths; what is empty or begins with # is none", () => {
    expect(readRedirects("# words\n\na  b\r\n c d \na b c\n")).toEqual([
      { from: "a", to: "b", line: 3 },
      { from: "c", to: "d", line: 4 },
      { line: 5, text: "a b c" },
    ]);
    const rules = checkRedirects("redirects", "a b\nb c\nc a\n", new Set(["a", "b"])).map(
      (one) => `${one.line} ${one.rule}`,
    );
    expect(rules).toEqual(["1 redirect-source", "2 redirect-target"]);
  });

  it("keep remarks, spaces and the order, and lose a line that would lead to itself", () => {
    const text = "# moved\nold   2027.1/approved/a.md\n2027.1/implemented/a.md 2027.1/approved/a.md";
    const to = "2027.1/implemented/a.md";
    expect(withMoves(text, [{ from: "2027.1/approved/a.md", to }])).toBe(
      `# moved\nold   ${to}\n2027.1/approved/a.md ${to}\n`,
    );
  });

  const path = fc.constantFrom("a", "b", "c", "d", "e", "f");
  const moves = fc.uniqueArray(path, { maxLength: 3 }).map((all) => all.map((from) => ({ from, to: `new/${from}` })));
  const rows = fc.array(
    fc.oneof(
      fc.tuple(path, path).map(([from, to]) => `${from} ${to}`),
      fc.constantFrom("# words", "", "a b c"),
    ),
    { maxLength: 8 },
  );
  it("lead every old path of a move to its new one, in one step, and twice is once", () => {
    fc.assert(
      fc.property(rows, moves, (lines, moved) => {
        const after = withMoves(lines.join("\n"), moved);
        expect(withMoves(after, moved)).toBe(after);
        const pairs = readRedirects(after).flatMap((one) => ("from" in one ? [`${one.from} ${one.to}`] : []));
        expect(moved.map(({ from, to }) => `${from} ${to}`).filter((pair) => !pairs.includes(pair))).toEqual([]);
        const gone = new Set<string>(moved.map(({ from }) => from));
        expect(pairs.filter((pair) => gone.has(pair.split(" ")[1] ?? ""))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
