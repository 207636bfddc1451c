/** The cycle's files of one commit, and the freezes that one change meets by them: what is malformed closes, with a sentence. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freezesOn } from "../../../../src/core/policy/freeze.ts";
import { isCycleFile, isOfCycle } from "../../../../src/core/release/freeze/cycle-files.ts";
import { checkFreezes } from "../../../../src/core/release/freeze/check-freezes.ts";
import { cycleState, readCycle } from "../../../../src/core/release/freeze/cycle-state.ts";
import { freezesOf } from "../../../../src/core/release/freeze/freezes-of.ts";
import { formatInstant, parseInstant } from "../../../../src/core/time.ts";
import { policy, snapshot } from "../../policy/sample.ts";

const FOLDERS = { files: "schedules", exceptions: "exceptions" };
const SCHEDULE = `start-week: 2027-01-04
release-week: 2027-01-11
cycle:
  - { start: 2026-12-28, end: 2027-01-01 }
  - { name: R-1, start: 2027-01-04, end: 2027-01-08 }
  - { name: R+0, start: 2027-01-11, end: 2027-01-15 }
events:
  - { id: i-ff, date: 2027-01-05, time: "12:00", kind: freeze, gate: { begins: [feature, requirements] } }
  - { id: i-rc1, date: 2027-01-08, time: "12:00", kind: milestone, gate: { ends: [feature] } }
`;
const RULES = `version: 1
freezes:
  feature: { branches: [main], exempt-paths: ["docs/*"] }
  requirements: { branches: ["*"], paths: [package-lock.json], tag-labels: [dependencies] }
`;
const EXCEPTION = `kind: FFE
requested: 2027-01-05
thread: https://lists.acme.example/7
decided-by: [alice]
expires: 2027-01-06
`;
const AT = "exceptions/2027.1/7.yaml";
const FILES: Readonly<Record<string, string>> = {
  "schedules/2027.1/schedule.yaml": SCHEDULE,
  "schedules/freezes.yaml": RULES,
};
const state = (more: Readonly<Record<string, string>> = {}, without: readonly string[] = []) =>
  cycleState(
    FOLDERS,
    Object.entries({ ...FILES, ...more }).flatMap(([path, text]) => (without.includes(path) ? [] : [{ path, text }])),
  );
const meets = (of: ReturnType<typeof state>, paths: readonly string[] = ["src/a.ts"], change = 7, branch = "main") =>
  freezesOf(of, { change, branch, paths });
const said = (of: ReturnType<typeof meets>) =>
  of.freezes.map(({ name, from, to, exception }) => {
    const until = exception === undefined ? "" : ` but ${formatInstant(exception.until)} by ${exception.record}`;
    return `${name} ${formatInstant(from)} ${formatInstant(to)}${until}`;
  });

describe("the freezes that a change meets", () => {
  it("are the windows of the schedule with what the rules say of them; what no event ends, the release does", () => {
    expect(said(meets(state()))).toEqual([
      "feature-freeze of 2027.1 2027-01-05T12:00:00.000Z 2027-01-08T12:00:00.000Z",
      "requirements-freeze of 2027.1 2027-01-05T12:00:00.000Z 2027-01-16T00:00:00.000Z",
    ]);
    expect(said(meets(state(), ["src/a.ts"], 7, "stable/2026.2"))).toHaveLength(1);
    expect(meets(state()).freezes[0]).toMatchObject({ exemptPaths: ["docs/*"] });
    expect(meets(state()).freezes[1]).toMatchObject({
      applies: { paths: ["package-lock.json"], tagLabels: ["dependencies"] },
    });
  });

  it("are none where the change touches the cycle's own files alone, broken or not", () => {
    const broken = state({ "schedules/freezes.yaml": "{" });
    expect(meets(broken, ["schedules/freezes.yaml", AT])).toEqual({ freezes: [], incomplete: [] });
    expect(meets(broken, ["schedules/freezes.yaml", "src/a.ts"]).incomplete).toHaveLength(1);
    expect(meets(broken, ["schedules.ts"]).incomplete).toHaveLength(1);
    expect(meets(broken, []).incomplete).toHaveLength(1);
  });

  it("`nothing` stops nothing", () => {
    const rules = RULES.replace(/feature: .*/, "feature: nothing");
    expect(said(meets(state({ "schedules/freezes.yaml": rules })))).toHaveLength(1);
  });
});

describe("an exception", () => {
  it("lets its own change through what its kind is for, to the end of its last day", () => {
    const [feature, requirements] = said(meets(state({ [AT]: EXCEPTION })));
    expect(feature).toContain(`but 2027-01-07T00:00:00.000Z by ${AT}`);
    expect(requirements).not.toContain("but");
    expect(said(meets(state({ [AT]: EXCEPTION }), ["src/a.ts"], 8))[0]).not.toContain("but");
    const both = EXCEPTION.replace("kind: FFE", "kind: [FFE, RFE]");
    expect(said(meets(state({ [AT]: both }))).every((one) => one.includes("but"))).toBe(true);
  });

  it("of another cycle lets nothing through", () => {
    expect(said(meets(state({ "exceptions/2026.2/7.yaml": EXCEPTION }))).join()).not.toContain("but");
  });

  it.each([
    ["kind: ffe", EXCEPTION.replace("FFE", "ffe"), ":1:7: "],
    ["a day that no calendar has", EXCEPTION.replace("2027-01-06", "2027-02-30"), ":5:10: "],
    [
      "a last day before it was asked for",
      EXCEPTION.replace("2027-01-06", "2027-01-04"),
      ":5:10: it expires on 2027-01-04, before it was requested",
    ],
    ["a thread that is no address", EXCEPTION.replace(/https.*/, "the list"), ":3:9: "],
    ["nobody who decided", EXCEPTION.replace("[alice]", "[]"), ":4:13: "],
    ["an unknown key", `${EXCEPTION}branch: main\n`, ":6:1: `branch` is not a key"],
    ["a key that is missing", EXCEPTION.replace(/thread.*\n/, ""), "`thread` is missing"],
    ["a key twice", `${EXCEPTION}kind: RFE\n`, ":6:1: "],
    ["no YAML", "{", ""],
    ["nothing", "", ":1:1: it is empty"],
  ])("with %s closes the gate for its change alone, and stays a freeze", (_, text, sentence) => {
    const of = state({ [AT]: text });
    const { freezes, incomplete } = meets(of);
    expect(freezes.every(({ exception }) => exception === undefined)).toBe(true);
    expect(incomplete.map(({ why }) => why).join()).toContain(AT + sentence.replace(/^`.*/, ""));
    expect(incomplete.map(({ why }) => why).join()).toContain(sentence);
    expect(meets(of, ["src/a.ts"], 8).incomplete).toEqual([]);
  });
});

describe("what closes the gate for every change", () => {
  it.each([
    ["a schedule that is no YAML", { "schedules/2027.1/schedule.yaml": "{" }, "schedules/2027.1/schedule.yaml:1:"],
    [
      "a date that is none",
      { "schedules/2027.1/schedule.yaml": SCHEDULE.replace("date: 2027-01-05", "date: 2027-01-32") },
      "schedules/2027.1/schedule.yaml:8:",
    ],
    [
      "a freeze that the rules do not name",
      { "schedules/freezes.yaml": RULES.replace(/ {2}feature.*\n/, "") },
      "`feature`",
    ],
    [
      "rules of an unknown name",
      { "schedules/freezes.yaml": RULES.replace("feature:", "featur:") },
      "freezes.yaml:3:3: ",
    ],
    ["rules without a branch", { "schedules/freezes.yaml": RULES.replace("[main]", "[]") }, "freezes.yaml:3:"],
    ["rules of an unknown key", { "schedules/freezes.yaml": RULES.replace("exempt-", "exept-") }, "freezes.yaml:3:"],
    ["events without a schedule", { "schedules/2027.2/events.yaml": "[]\n" }, "without a schedule.yaml beside it"],
  ])("%s", (_, files, sentence) => {
    expect(
      meets(state(files))
        .incomplete.map(({ why }) => why)
        .join(),
    ).toContain(sentence);
  });

  it("no rules, or no schedule at all", () => {
    expect(meets(state({}, ["schedules/freezes.yaml"])).incomplete).toHaveLength(2);
    expect(meets(state({}, Object.keys(FILES))).incomplete.map(({ why }) => why)).toEqual([
      "the policy names the cycle's files in `schedules`, and there is no schedules/<cycle>/schedule.yaml; add one, or take `cycle` out of the policy",
    ]);
  });
});

describe("what the gate refuses", () => {
  const rules = (of: Parameters<typeof readCycle>[1]) =>
    readCycle(FOLDERS, of).problems.map(({ rule, path, line, closes }) => `${path}:${line} ${rule} ${closes ?? "-"}`);
  const texts = (more: Readonly<Record<string, string>>) =>
    Object.entries({ ...FILES, ...more }).map(([path, text]) => ({ path, text }));

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["nothing where nothing is wrong", { [AT]: EXCEPTION }, []],
    [
      "a freeze that has no name in freezes.yaml, at the event that begins it",
      { "schedules/freezes.yaml": RULES.replace(/ {2}feature.*\n/, "") },
      ["schedules/2027.1/schedule.yaml:8 freeze-unnamed everything"],
    ],
    [
      "a freeze that ends before it begins: when it stands is anybody's guess",
      { "schedules/2027.1/schedule.yaml": SCHEDULE.replace("2027-01-08, time", "2027-01-04, time") },
      ["schedules/2027.1/schedule.yaml:9 freeze-pair everything"],
    ],
    [
      "an unknown name, an unknown key and a missing key of freezes.yaml, each by its kind",
      { "schedules/freezes.yaml": "version: 1\nfreezes:\n  featur: nothing\n  feature: { paths: [a], exempt: [b] }\n" },
      [
        "schedules/freezes.yaml:3 unknown-key everything",
        "schedules/freezes.yaml:4 missing-key everything",
        "schedules/freezes.yaml:4 unknown-key everything",
      ],
    ],
    [
      "an exception for a kind that there is not, for its change",
      { [AT]: EXCEPTION.replace("FFE", "FFF") },
      [`${AT}:1 exception-kind 7`],
    ],
    [
      "an exception that nobody decided, for its change",
      { [AT]: EXCEPTION.replace("[alice]", "[]") },
      [`${AT}:4 exception-decided-by 7`],
    ],
    [
      "an exception that nobody can read up, for its change",
      { [AT]: EXCEPTION.replace(/https.*/, "ask me") },
      [`${AT}:3 exception-thread 7`],
    ],
    [
      "an exception that expires before it was requested, for its change",
      { [AT]: EXCEPTION.replace("2027-01-06", "2027-01-01") },
      [`${AT}:5 exception-dates 7`],
    ],
    [
      "an exception of a cycle that there is not, for its change",
      { "exceptions/aster/7.yaml": EXCEPTION },
      ["exceptions/aster/7.yaml:1 exception-cycle 7"],
    ],
  ])("is %s", (_, more, expected) => {
    expect(rules(texts(more))).toEqual(expected);
  });

  it("is told by the same words that closed it", () => {
    const files = texts({ [AT]: EXCEPTION.replace("FFE", "FFF"), "schedules/freezes.yaml": "version: 2\n" });
    const { state: of, problems } = readCycle(FOLDERS, files);
    const told = [...of.unread, ...of.unreadExceptions.values()];
    expect(problems.map(({ message }) => told.some((one) => one.includes(message)))).not.toContain(false);
    expect(cycleState(FOLDERS, files)).toEqual(of);
  });
});

describe("what check tells beside it", () => {
  const NOON = parseInstant("2027-01-07T12:00Z")!;
  const told = (
    more: Readonly<Record<string, string>>,
    { now = NOON, asked = true, paths = [] as readonly string[], branches = ["main"] as readonly string[] } = {},
  ): readonly string[] => {
    const files = Object.entries({ ...FILES, ...more }).map(([path, text]) => ({ path, text }));
    const tree = { folders: FOLDERS, files, asked, branches, ...(paths.length === 0 ? {} : { paths }) };
    return checkFreezes(tree, now).map(({ rule, severity = "error", path, message }) => {
      expect(message).not.toBe("");
      return `${severity} ${rule} ${path}`;
    });
  };
  it.each<[string, Parameters<typeof told>, readonly string[]]>([
    ["nothing of an exception that holds", [{ [AT]: EXCEPTION.replace("01-06", "01-09") }], []],
    [
      "an exception that has expired while its freeze stands",
      [{ [AT]: EXCEPTION }],
      [`warning exception-expired ${AT}`],
    ],
    [
      "nothing of it when its freeze is over too",
      [{ [AT]: EXCEPTION }, { now: parseInstant("2027-01-09T00:00Z")! }],
      [],
    ],
    [
      "an exception whose cycle has no such freeze",
      [{ [AT]: EXCEPTION.replace("FFE", "string") }],
      [`warning exception-idle ${AT}`],
    ],
    [
      "an exception that ends before its freeze begins",
      [{ [AT]: EXCEPTION.replace("requested: 2027-01-05", "requested: 2027-01-01").replace("01-06", "01-02") }],
      [`warning exception-idle ${AT}`],
    ],
    [
      "a name that is no number",
      [{ "exceptions/2027.1/feature.yaml": "" }],
      ["error exception-name exceptions/2027.1/feature.yaml"],
    ],
    ["a number in no cycle's folder", [{ "exceptions/7.yaml": "" }], ["error exception-name exceptions/7.yaml"]],
    ["another ending", [{ "exceptions/2027.1/7.yml": "" }], ["error exception-name exceptions/2027.1/7.yml"]],
    ["nothing of a page for people", [{ "exceptions/README.md": "" }], []],
    [
      "a path that is none of the tree",
      [{}, { paths: ["docs/a.md", "src/a.ts"] }],
      ["warning freeze-path schedules/freezes.yaml"],
    ],
    ["nothing of paths where all are there", [{}, { paths: ["docs/a.md", "package-lock.json"] }], []],
    ["a branch that nobody knows", [{}, { branches: ["trunk"] }], ["warning freeze-branch schedules/freezes.yaml"]],
    ["a policy that does not read it", [{}, { asked: false }], ["warning freeze-unread schedules/freezes.yaml"]],
  ])("%s", (_, given, expected) => {
    expect(told(...given)).toEqual(expected);
  });
});

it("what goes past freezes is the cycle's own, and nothing that is only in the same folder", () => {
  const yes = [
    "schedules/freezes.yaml",
    "schedules/series_status.yaml",
    "schedules/x/schedule.rst",
    AT,
    "exceptions/x",
  ];
  const no = ["schedules/2027.1/nova.yaml", "schedules/x/y/schedule.yaml", "schedules/freezes.yaml/x", "src/a.ts"];
  expect([...yes, ...no].filter((path) => isOfCycle(FOLDERS, path))).toEqual(yes);
});

it("files of the cycle are known by their places", () => {
  const yes = ["schedules/freezes.yaml", "schedules/2027.1/schedule.yaml", "schedules/x/events.yaml", AT];
  const no = ["schedules/a/b/schedule.yaml", "exceptions/2027.1/07.yaml", "exceptions/7.yaml", "exceptions/c/7.yml"];
  expect([...yes, ...no].filter((path) => isCycleFile(FOLDERS, path))).toEqual(yes);
});

it("no instant inside a freeze is without one, to the millisecond, unless a record says so", () => {
  const [from, to, until] = ["2027-01-05T12:00Z", "2027-01-08T12:00Z", "2027-01-07T00:00Z"].map((text) =>
    parseInstant(text)!,
  );
  const around = fc.tuple(fc.constantFrom(from!, to!, until!), fc.integer({ min: -2, max: 2 }));
  const anywhere = fc.integer({ min: from! - 86_400_000, max: to! + 86_400_000 });
  const moment = fc.oneof(
    anywhere,
    around.map(([edge, ms]) => edge + ms),
  );
  const rules = policy();
  fc.assert(
    fc.property(moment, fc.boolean(), (ms, excepted) => {
      const now = parseInstant(new Date(ms).toISOString())!;
      const { freezes } = meets(state(excepted ? { [AT]: EXCEPTION } : {}));
      const standing = freezesOn({ policy: rules, snapshot: snapshot({ freezes }), now }, () => ({ value: false }));
      const frozen = from! <= now && now < to! && !(excepted && now < until!);
      expect(standing.some((one) => one.name.startsWith("feature") && one.from <= now)).toBe(frozen);
    }),
    { numRuns: Number(process.env["FREEZE_RUNS"] ?? 200) },
  );
});
