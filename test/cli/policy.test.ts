// `plustwo policy` over files, through its own command line: what it prints, in words and as JSON of the published schemas, and how it ends.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyWith } from "../../src/cli/policy/main.ts";
import { root } from "../house/files.ts";

const SAMPLES = "policies/samples";
const sample = (name: string): string => `${SAMPLES}/${name}.json`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plustwo-policy-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const noForge = () => Promise.reject(new Error("these commands read files alone"));

async function policy(args: readonly string[], { stdin = "", tty = false, env = {} as Record<string, string> } = {}) {
  let out = "";
  let err = "";
  const code = await policyWith(noForge)(["policy", ...args], {
    stdin: Readable.from([stdin]),
    stdout: { write: (text) => (out += text), isTTY: tty },
    stderr: { write: (text) => (err += text), isTTY: tty },
    env,
    cwd: root,
  });
  return { code, out, err };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** What of the document the published schema does not know. */
function strangeTo(schema: string, json: string): readonly unknown[] {
  const published = JSON.parse(readFileSync(join(root, `docs/schemas/${schema}.schema.json`), "utf8")) as object;
  const check = new Ajv({ allErrors: true, strict: true }).compile(published);
  check(JSON.parse(json));
  return check.errors ?? [];
}

const OWN = `version: 1
extends: preset:openstack
mode: enforce
groups: { core: { teams: [acme/core] } }
checks: { style: {}, unit: {}, integration: {} }
`;

describe("plustwo policy eval", () => {
  it("ends with 0 where the change may enter the gate, 1 where not, and says why", async () => {
    const ready = await policy(["eval", "--snapshot", sample("two-cores")]);
    expect(ready).toMatchObject({ code: 0, err: "" });
    const vetoed = await policy(["eval", "-s", sample("veto")]);
    expect(vetoed.code).toBe(1);
    expect(`\n${vetoed.out}`).toMatchInlineSnapshot(`
      "
      #7 Add a parser → main · patch set 1
      Blocked: erin vetoed

        Code-Review   blocked 2/2  erin vetoed: Code-Review −2, Do not merge
        Workflow      ok           alice Workflow+1
        Verified      ok
        CI-Config     not asked
        Freeze        not asked
        Parents       ok
        Contributors  ok

      Next: carol, erin
      "
    `);
  });

  it("prints JSON of the published schema for every sample, and the same bytes each time", async () => {
    const samples = readdirSync(join(root, SAMPLES)).filter((name) => name.endsWith(".json"));
    expect(samples.length).toBeGreaterThan(20);
    for (const name of samples) {
      const path = `${SAMPLES}/${name}`;
      const told = await policy(["eval", "--snapshot", path, "--json"]);
      expect({ name, strange: strangeTo("verdict", told.out), err: told.err }).toEqual({ name, strange: [], err: "" });
      expect(told.code).toBe((JSON.parse(told.out) as { submittable: boolean }).submittable ? 0 : 1);
    }
    const twice = await Promise.all(
      ["eval", "explain"].map((command) => policy([command, "-s", sample("veto"), "--json"])),
    );
    expect(twice[0]).toEqual(twice[1]);
  });

  it("reads `-` from standard input", async () => {
    const path = sample("one-core");
    const stdin = readFileSync(join(root, path), "utf8");
    const piped = await policy(["eval", "--snapshot", "-"], { stdin });
    expect(piped).toEqual(await policy(["eval", "--snapshot", path]));
    expect((await policy(["eval", "--snapshot", "-"])).err).toMatch(/^Cannot use the snapshot -: it is empty\nHint: /);
  });

  it("asks another policy in place of the snapshot's, and closes with a broken one", async () => {
    const stricter = file(
      "three.yml",
      `${OWN}submitRequirements: { Never: { submittableIf: "label:Code-Review=MAX,count>=3" } }
`,
    );
    const told = await policy(["eval", "-s", sample("two-cores"), "--policy", stricter, "--json"]);
    expect(told.code).toBe(1);
    const { requirements } = JSON.parse(told.out) as { requirements: { name: string; status: string }[] };
    expect(requirements.filter(({ status }) => status === "UNSATISFIED").map(({ name }) => name)).toEqual(["Never"]);
    const broken = await policy(["eval", "-s", sample("two-cores"), "-p", file("broken.yml", `${OWN}label: {}\n`)]);
    expect(broken.code).toBe(1);
    expect(broken.out).toContain("broken.yml:6:1: `label` is not a key of a policy file");
  });

  it("keeps the organisation's layer of the snapshot below another policy", async () => {
    const snapshot = JSON.parse(readFileSync(join(root, sample("two-cores")), "utf8")) as object;
    const text = `version: 1\nsubmitRequirements: { Plain: { submittableIf: "-has:bidi" } }\n`;
    const org = { from: "org", path: "acme/.github/.github/plustwo.yml", sha: "0".repeat(40), text };
    const stdin = JSON.stringify({ ...snapshot, policy: [org] });
    const told = await policy(["eval", "-s", "-", "--policy", file("own.yml", OWN)], { stdin });
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toMatch(/^ {2}Plain +ok/m);
  });

  it("T8: says of a change that edits the policy what it would be under the one it brings", async () => {
    const snapshot = JSON.parse(readFileSync(join(root, sample("one-core")), "utf8")) as { change: object };
    const text = `version: 1
mode: enforce
groups: { core: { users: [{ login: alice, id: 1 }] } }
checks: { test: { job: test, workflow: .github/workflows/ci.yml } }
submitRequirements: { Free-For-All: { submittableIf: "-has:bidi" }, Tests: { submittableIf: "check:ALL=success" } }
`;
    const brings = [{ from: "repo", path: ".github/plustwo.yml", sha: "1".repeat(40), text }];
    const stdin = JSON.stringify({ ...snapshot, change: { ...snapshot.change, brings } });
    for (const command of ["eval", "explain"]) {
      const told = await policy([command, "-s", "-"], { stdin });
      expect(told).toMatchObject({ code: 1, err: "" });
      expect(told.out.split("\n").filter((line) => line.includes("edits the policy"))).toMatchInlineSnapshot(`
        [
          "  It edits the policy, and is judged under that of main (.github/plustwo.yml@111e035), not under the one it brings. Under that one it would be “Waiting: test not started” (it no longer asks for Code-Review, Workflow, Verified, CI-Config, Freeze and 1 more; it also asks for Free-For-All and Tests).",
        ]
      `);
    }
    const broken = brings.map((layer) => ({ ...layer, text: "version: 1\nwi\u001B[2Jsh: 1\n" }));
    const shown = await policy(["eval", "-s", "-"], {
      stdin: JSON.stringify({ ...snapshot, change: { ...snapshot.change, brings: broken } }),
    });
    expect(shown.out).toContain("The one it brings is broken, and would close the gate for every change: ");
    expect(shown.out).not.toContain("\u001B");
  });

  it("asks as of another time", async () => {
    const then = async (at: string) => (await policy(["eval", "-s", sample("freeze"), "--json", "--at", at])).out;
    const { evaluatedAt } = JSON.parse(await then("2030-01-01T00:00:00Z")) as { evaluatedAt: string };
    expect(evaluatedAt).toBe("2030-01-01T00:00:00.000Z");
    expect(await policy(["eval", "-s", sample("freeze"), "--at", "tomorrow"])).toMatchObject({
      code: 3,
      out: "",
      err: 'Cannot read --at "tomorrow": it is no instant\nHint: write for example --at 2026-09-01T12:00:00Z\n',
    });
  });

  it("supposes one thing after the other", async () => {
    const supposed = ["--assume", "vote bob Code-Review+2", "-a", "vote bob Workflow+1"];
    expect((await policy(["eval", "-s", sample("one-core")])).code).toBe(1);
    expect((await policy(["eval", "-s", sample("one-core"), ...supposed])).code).toBe(0);
    expect((await policy(["eval", "-s", sample("one-core"), ...supposed, "-a", "check unit=failure"])).code).toBe(1);
    const wrong = await policy(["eval", "-s", sample("one-core"), "--assume", "bob agrees"]);
    expect(wrong).toMatchObject({ code: 3, out: "" });
    expect(wrong.err).toMatch(/bob agrees.*\nHint: see `plustwo policy eval --help`\n$/);
  });

  it("says where there is no file, and what in a snapshot is none", async () => {
    expect(await policy(["eval", "-s", "nowhere.json"])).toEqual({
      code: 3,
      out: "",
      err: "Cannot read nowhere.json: there is no such file\nHint: name a file, or `-` for standard input\n",
    });
    expect((await policy(["eval", "-s", sample("veto"), "-p", "nowhere.yml"])).code).toBe(3);
    const cut = await policy(["eval", "-s", file("cut.json", '{ "version": 1, ')]);
    expect(cut).toMatchObject({ code: 3, out: "" });
    expect(cut.err).toMatch(/^Cannot use the snapshot .*cut\.json: it is not JSON: /);
  });

  it("ends with 2 where the command line is none", async () => {
    const { code, err } = await policy(["eval"]);
    expect(code).toBe(2);
    expect(err).toContain("Cannot read the command line: required option '-s, --snapshot <file>' not specified");
    expect((await policy(["eval", "-s", sample("veto"), "--wish"])).code).toBe(2);
    expect((await policy(["evaluate"])).code).toBe(2);
  });
});

describe("plustwo policy explain", () => {
  it("shows every test, the votes that do not count and why, and who could do what", async () => {
    const { code, out } = await policy(["explain", "-s", sample("contributor-core")]);
    expect(code).toBe(1);
    expect(`\n${out}`).toMatchInlineSnapshot(`
      "
      #7 Add a parser → main · patch set 1
      Waiting: 1 more core approval

        Code-Review   missing 1/2  1 of 2 core approvals
        Workflow      ok           alice Workflow+1
        Verified      ok
        CI-Config     not asked
        Freeze        not asked
        Parents       ok
        Contributors  ok

      Code-Review
        label:Code-Review=MAX,user=non_contributor,group=core,count>=2 AND -label:Code-Review=MIN
          false  label:Code-Review=MAX,user=non_contributor,group=core,count>=2
          false  label:Code-Review=MIN
        not counted: bob Code-Review+2: co-author of f785515; contributors cannot approve
        way: erin: vote Code-Review+2

      Workflow
        label:Workflow=MAX AND -label:Workflow=MIN
          true   label:Workflow=MAX
          false  label:Workflow=MIN

      Verified
        label:Verified>=1 AND -label:Verified<0
          true   label:Verified>=1
          false  label:Verified<0

      Parents
        every commit below is merged, or the current and ready patch set of a change below
          true   no foreign commits

      Contributors
        is:contributors-known
          true   is:contributors-known

      Next: erin
      "
    `);
  });

  it("has colour on a terminal alone, and none where NO_COLOR is set", async () => {
    const coloured = async (tty: boolean, env = {}) =>
      (await policy(["explain", "-s", sample("veto")], { tty, env })).out.includes("\u001B[");
    expect([await coloured(true), await coloured(false), await coloured(true, { NO_COLOR: "1" })]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("plustwo policy lint", () => {
  it("names what is wrong with its line and column, and ends with 1", async () => {
    const path = file("wrong.yml", `${OWN}labels:\n  Code-Review: { values: 3 }\n`);
    const { code, out, err } = await policy(["lint", path]);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toContain("wrong.yml:7:");
    expect(out).toMatch(/: error: .+ \[[a-z-]+\]\n {2}.+\n/);
    const yaml = await policy(["lint", file("yaml.yml", "version: 1\ngroups: [\n")]);
    expect(yaml.code).toBe(1);
    expect(yaml.out).toMatch(/yaml\.yml:\d+:\d+: error: .+ \[yaml\]/);
    const json = await policy(["lint", path, "--json"]);
    expect([json.code, strangeTo("policy-lint", json.out)]).toEqual([1, []]);
  });

  it("warns, which fails with --strict alone", async () => {
    const path = file("idle.yml", OWN.replace("acme/core] }", "acme/core] }, idle: { teams: [acme/idle] }"));
    const warned = await policy(["lint", path]);
    expect(warned).toMatchObject({ code: 0, err: "" });
    expect(warned.out).toContain("[idle-group]");
    expect(warned.out).toContain("0 errors, 1 warning");
    expect((await policy(["lint", path, "--strict"])).code).toBe(1);
    expect(strangeTo("policy-lint", (await policy(["lint", path, "--json"])).out)).toEqual([]);
  });

  it("takes several files, presets and standard input", async () => {
    const told = await policy(["lint", "policies/openstack.yaml", "policies/small-team.yaml", "-"], { stdin: OWN });
    expect(told).toEqual({
      code: 0,
      out: "policies/openstack.yaml: nothing to say\npolicies/small-team.yaml: nothing to say\n-: nothing to say\n",
      err: "",
    });
    expect((await policy(["lint", "nowhere.yml"])).code).toBe(3);
  });

  it("reads the organisation's file below, and names what it locks", async () => {
    const org = file("org.yml", `version: 1\nsubmitRequirements: { Plain: { submittableIf: "-has:bidi" } }\n`);
    const own = file("over.yml", `${OWN}submitRequirements: { Plain: { submittableIf: "-has:release-note" } }\n`);
    expect((await policy(["lint", own])).code).toBe(0);
    const told = await policy(["lint", own, "--org", org]);
    expect(told.code).toBe(1);
    expect(told.out).toContain("[locked]");
  });
});

describe("plustwo policy test", () => {
  it("runs the cases of a preset, and tries every mutant where it is asked to", async () => {
    const plain = await policy(["test", "policies/cases/solo.yml"]);
    expect(plain).toMatchObject({ code: 0, err: "" });
    expect(plain.out).toMatch(/^policies\/cases\/solo\.yml \(preset:solo\): (\d+) of \1 cases as they say; /);
    const mutated = await policy(["test", "policies/cases/solo.yml", "--mutate", "--json"]);
    expect([mutated.code, strangeTo("policy-test", mutated.out)]).toEqual([0, []]);
    const { files } = JSON.parse(mutated.out) as { files: { mutation: { mutants: number; alive: unknown[] } }[] };
    expect(files[0]?.mutation.mutants).toBeGreaterThan(50);
    expect(files[0]?.mutation.alive).toEqual([]);
  });

  const CASES = `version: 1
policy: |
${OWN.replaceAll(/^/gm, "  ")}
people: { alice: [core], bob: [core], carol: [] }
base: { owner: carol, checks: { style: success, unit: success, integration: success } }
cases:
  - name: two cores approve
    given: { votes: { alice: Code-Review+2, bob: [Code-Review+2, Workflow+1] } }
    then: submittable
`;

  it("says which case comes out otherwise, where it stands, and which mutants nobody notices", async () => {
    const wrong = file("wrong-cases.yml", CASES.replace("bob: [Code-Review+2, Workflow+1]", "bob: Code-Review-2"));
    const failed = await policy(["test", wrong]);
    expect(failed.code).toBe(1);
    expect(failed.out).toContain("wrong-cases.yml:12: failed: two cores approve\n  ");
    expect(strangeTo("policy-test", (await policy(["test", wrong, "--json"])).out)).toEqual([]);

    const thin = file("thin.yml", CASES);
    expect((await policy(["test", thin])).code).toBe(0);
    const mutated = await policy(["test", thin, "--mutate"]);
    expect(mutated.code).toBe(1);
    expect(mutated.out).toContain("nobody notices: ");
    expect(mutated.out).toMatch(/never (asked|true|false): /);
    expect(strangeTo("policy-test", (await policy(["test", thin, "--mutate", "--json"])).out)).toEqual([]);
  });

  it("asks another policy, and ends with 3 where the cases cannot be read", async () => {
    const other = file("other.yml", OWN.replace("openstack", "small-team"));
    const asked = await policy(["test", file("cases.yml", CASES), "--policy", other]);
    expect(asked.err).toBe("");
    const broken = await policy(["test", file("no-cases.yml", "version: 1\ncases: {}\n")]);
    expect(broken).toMatchObject({ code: 3, out: "" });
    expect(broken.err).toMatch(/no-cases\.yml:\d+:\d+: .+\nHint: /);
    expect((await policy(["test", "nowhere.yml"])).code).toBe(3);
  });
});

describe("plustwo policy diff", () => {
  it("asks both on top of the organisation's layer of each snapshot", async () => {
    const snapshot = JSON.parse(readFileSync(join(root, sample("two-cores")), "utf8")) as object;
    const text = `version: 1\nsubmitRequirements: { Plain: { submittableIf: "is:merge" } }\n`;
    const org = { from: "org", path: "acme/.github/.github/plustwo.yml", sha: "0".repeat(40), text };
    const under = file("under.json", JSON.stringify({ ...snapshot, policy: [org] }));
    const [three, core] = [file("three.yml", OWN.replace("alice", "alicia")), file("core.yml", OWN)];
    const told = await policy(["diff", core, three, "-s", under, "-s", sample("two-cores"), "--json"]);
    const { changes } = JSON.parse(told.out) as { changes: { submittable: object }[] };
    expect(changes.map(({ submittable }) => submittable)).toEqual([
      { before: false, after: false },
      { before: true, after: true },
    ]);
  });

  const snapshots = ["-s", sample("one-core"), "--snapshot", sample("two-cores"), "-s", sample("veto")];

  it("says which changes one of two policies lets in alone, and ends with 1 where there are such", async () => {
    const core = file("core.yml", OWN);
    const same = await policy(["diff", core, core, ...snapshots]);
    expect(same).toEqual({
      code: 0,
      out: "3 changes: 0 newly let in, 0 no longer, 0 for other reasons, 3 the same\n",
      err: "",
    });
    const three = `${OWN}submitRequirements: { Third: { noun: third approval, submittableIf: "label:Code-Review=MAX,count>=3" } }\n`;
    const stricter = await policy(["diff", core, file("third.yml", three), ...snapshots]);
    expect(stricter.code).toBe(1);
    expect(`\n${stricter.out}`).toMatchInlineSnapshot(`
      "
      #7 Add a parser: the same, for other reasons
        Third: not there → UNSATISFIED
        1 of 3 third approvals
      #7 Add a parser: no longer let in
        Third: not there → UNSATISFIED
        2 of 3 third approvals
      #7 Add a parser: the same, for other reasons
        Third: not there → UNSATISFIED
        2 of 3 third approvals
      3 changes: 0 newly let in, 1 no longer, 2 for other reasons, 0 the same
      "
    `);
    const json = await policy(["diff", core, file("third.yml", three), ...snapshots, "--json"]);
    expect([json.code, strangeTo("policy-diff", json.out)]).toEqual([1, []]);
  });

  it("ends with 2 where there is nothing to ask about, and 3 where a file is not there", async () => {
    const core = file("core.yml", OWN);
    expect((await policy(["diff", core, core])).code).toBe(2);
    expect((await policy(["diff", core, "nowhere.yml", ...snapshots])).code).toBe(3);
    expect((await policy(["diff", core, core, "-s", "nowhere.json"])).code).toBe(3);
  });
});

it("the help of every command says what it ends with", async () => {
  for (const command of ["fetch", "eval", "explain", "lint", "test", "diff", "audit"]) {
    const { code, out } = await policy([command, "--help"]);
    expect(code).toBe(0);
    expect(out).toContain("Exit codes: 0 ");
  }
});
