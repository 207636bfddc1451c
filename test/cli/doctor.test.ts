import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installApp, plustwo, rest, type AppAt } from "./operate.ts";
import { openBench, type Bench, type Seat } from "./seat.ts";
import { APP_EVENTS, APP_PERMISSIONS, rulesetBodies } from "../../src/core/adopt/rulesets.ts";
import { published } from "../support/published.ts";

let bench: Bench;
let olivia: Seat;
let alice: Seat;
let carol: Seat;
let app: AppAt;

beforeAll(async () => {
  bench = await openBench();
  olivia = await bench.seat("olivia", { permission: "admin" });
  alice = await bench.seat("alice", { permission: "admin" });
  carol = await bench.seat("carol", { permission: "read" });
  app = await installApp(bench, "plustwo-acme", { ...APP_PERMISSIONS });
});
afterAll(() => bench.close());

const ids = (out: string): readonly string[] =>
  published<{ findings: { id: string }[] }>("plustwo-doctor", out).findings.map(({ id }) => id);
const CI = (jobs: string): string =>
  `on: { pull_request: , push: { branches: ["gate/**"] } }\njobs:\n${jobs
    .split(" ")
    .map((job) => `  ${job}: { runs-on: ubuntu-latest, steps: [{ run: "true" }] }\n`)
    .join("")}`;

async function idOf(login: string): Promise<number> {
  const response = await fetch(`${bench.forge.api}/users/${login}`, {
    headers: { authorization: `Bearer ${olivia.token}` },
  });
  return ((await response.json()) as { id: number }).id;
}

describe("plustwo doctor", () => {
  it("says that there is no policy, and exits 1", async () => {
    const told = await plustwo(olivia, ["doctor"]);
    expect(told.code).toBe(1);
    expect(told.out).toMatch(/^wrong {4}There is no \.github\/plustwo\.yml on main.*Mend: run `plustwo init`/m);
  });

  it("names every misconfiguration of a policy in force, each with its mend", async () => {
    const [aliceId, oliviaId] = [await idOf("alice"), await idOf("olivia")];
    await bench.lands({
      ".github/workflows/ci.yml": CI("style units integration"),
      ".github/workflows/release.yml": "on: push\njobs:\n  publish: { runs-on: x, steps: [{ run: npm publish }] }\n",
      ".github/plustwo.yml": `version: 1\nextends: preset:openstack\nmode: enforce\ngroups:\n  core:\n    users: [{ login: alice, id: ${oliviaId} }, { login: gone, id: ${aliceId} }]\n`,
    });
    const told = await plustwo(olivia, ["doctor", "--json", "--app", app.slug]);
    expect(told.code).toBe(1);
    expect(ids(told.out)).toEqual(
      expect.arrayContaining([
        "user-renamed",
        "user-unknown",
        "check-unknown-job",
        "push-unfiltered",
        "r1-missing",
        "r2-missing",
        "app-events-missing",
      ]),
    );
    const plain = await plustwo(olivia, ["doctor", "acme/api", "--app", app.slug]);
    expect(plain.out).toContain("did you mean `units`?");
    expect(plain.out).not.toContain("\u001B");
  });

  it("finds nothing where all is well", async () => {
    const users = [];
    for (const login of ["alice", "olivia", "landlord"]) users.push(`{ login: ${login}, id: ${await idOf(login)} }`);
    await bench.control("PATCH", `/apps/${app.slug}`, { events: APP_EVENTS });
    await bench.lands({
      ".github/workflows/ci.yml": CI("style unit integration"),
      ".github/workflows/release.yml":
        "on: { push: { tags: ['v*'] } }\njobs:\n  publish: { runs-on: x, steps: [{ run: npm publish }] }\n",
      ".github/plustwo.yml": `version: 1\nextends: preset:openstack\nmode: enforce\ngroups:\n  core:\n    users: [${users.join(", ")}]\n`,
    });
    const sha = await bench.lands({ "gate.txt": "1\n" }, "gate/main/1");
    await bench.forge.settled();
    expect(sha).toMatch(/^[0-9a-f]{40}$/);
    for (const body of rulesetBodies(app.id))
      await rest(bench, olivia.token, { method: "POST", path: "/rulesets", body });
    const told = await plustwo(olivia, ["doctor", "--app", app.slug]);
    expect(told).toMatchObject({ code: 0, out: "All is well: acme/api, main\n", err: "" });
  });

  it("never takes for fine what a token may not read", async () => {
    const told = await plustwo(carol, ["doctor", "--json", "--app", app.slug]);
    expect(told.code).toBe(1);
    expect(ids(told.out)).toEqual(
      expect.arrayContaining(["app-installation-unread", "actions-unread", "r1-bypass-unread"]),
    );
  });

  it("takes the organisation's file in: what it is missing there, and who it names", async () => {
    const path = ".github/plustwo.yml";
    const text = `version: 1\ngroups: { security: { users: [{ login: nobody-at-all, id: 1 }] } }\nlabels: { Security: { values: { 0: nothing, 1: safe } } }\naccess: [{ branch: "*", label-Security: { security: 0..+1 } }]\nsubmitRequirements:\n  Security: { description: Looked at, noun: look, submittableIf: "label:Security=MAX" }\n`;
    await bench.control("POST", "/repos", { owner: "acme", name: ".github", files: { [path]: text } });
    const named = await plustwo(olivia, ["doctor", "--json", "--app", app.slug]);
    expect(ids(named.out)).toContain("user-unknown");
    expect(named.out).toContain("nobody-at-all");
    const broken = { [path]: `${text}wishes: {}\n` };
    await bench.control("POST", "/repos/acme/.github/commits", { login: "olivia", files: broken });
    const told = await plustwo(olivia, ["doctor", "--app", app.slug]);
    expect(told.code).toBe(1);
    expect(told.out).toContain(`acme/.github/${path}:7:1: \`wishes\` is not a key of a policy file`);
    await bench.control("POST", "/repos/acme/.github/commits", { login: "olivia", files: { [path]: null } });
    expect(await plustwo(olivia, ["doctor", "--app", app.slug])).toMatchObject({ code: 0, err: "" });
  });
});

describe("plustwo leave", () => {
  it("lists what is left, and removes nothing while the policy is in force", async () => {
    const told = await plustwo(olivia, ["leave"]);
    expect(told.code).toBe(0);
    for (const word of [
      "R1: changes land through the gate",
      "refs/heads/gate/main/1",
      ".github/plustwo.yml: remove it by a commit",
    ])
      expect(told.out).toContain(word);
    const refused = await plustwo(olivia, ["leave", "--yes"]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("its policy is in force");
  });

  it("removes with --yes what is plustwo's and nothing of people's", async () => {
    await bench.lands({ "work.txt": "1\n" }, "feature");
    const policy = (await rest(bench, alice.token, { path: "/rulesets" })) as { id: number; name: string }[];
    expect(policy).toHaveLength(2);
    // As an admin would: the fences down, the policy to observe.
    await bench.control("POST", "/repos/acme/api/commits", {
      login: "landlord",
      message: "Leave plustwo",
      files: { ".github/plustwo.yml": null },
    });
    const told = await plustwo(olivia, ["leave", "acme/api", "--yes", "--json"]);
    expect(told.code).toBe(0);
    const { removals } = published<{ removals: { what: string; outcome: string }[] }>("leave", told.out);
    expect(removals.map(({ what, outcome }) => [what, outcome])).toEqual([
      ["refs/heads/gate/main/1", "removed"],
      ["R1: changes land through the gate", "removed"],
      ["R2: only what the gate has verified", "removed"],
    ]);
    expect(await rest(bench, alice.token, { path: "/rulesets" })).toEqual([]);
    expect(await rest(bench, alice.token, { path: "/git/ref/heads/feature" })).toMatchObject({
      ref: "refs/heads/feature",
    });
  });

  it("removes nothing while the organisation's policy is in force here, or nobody can tell", async () => {
    const path = ".github/plustwo.yml";
    const says = (text: string | null) =>
      bench.control("POST", "/repos/acme/.github/commits", { login: "olivia", files: { [path]: text } });
    await says(
      `version: 1\nmode: enforce\nchecks: { test: { job: test, workflow: .github/workflows/ci.yml } }\nsubmitRequirements: { Tests: { submittableIf: "check:ALL=success" } }\n`,
    );
    const refused = await plustwo(olivia, ["leave", "acme/api", "--yes"]);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toContain("acme/.github asks for `mode: enforce` of every repository");
    await bench.lands({ [path]: "version: 1\nmode: observe\n" });
    expect(await plustwo(olivia, ["leave", "acme/api", "--yes"])).toMatchObject({ code: 0, err: "" });
    await says(null);
    await bench.control("POST", "/repos/acme/api/commits", { login: "landlord", files: { [path]: null } });
  });

  it("says what the token may not remove, and ends with 74", async () => {
    for (const body of rulesetBodies(app.id))
      await rest(bench, olivia.token, { method: "POST", path: "/rulesets", body });
    const dave = await bench.seat("dave");
    const told = await plustwo(dave, ["leave", "acme/api", "--yes"]);
    expect(told.code).toBe(74);
    expect(told.out).toContain("could not be removed: Must have admin rights to Repository.");
  });
});
