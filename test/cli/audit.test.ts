// `plustwo policy audit` over what a service really left behind: its landing is clean, and what came in by hand is found, whatever another app says.
import type { Command } from "@commander-js/extra-typings";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectGitHub } from "../../bot/github.ts";
import { systemClock } from "../../src/clock.ts";
import { parseBranchName, parseSha } from "../../src/core/ids.ts";
import { landedWords } from "../../src/core/replay/certificate.ts";
import { addAudit } from "../../src/cli/replay/audit-command.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { openHouse, type House, type Stage } from "../bot/stage.ts";
import { published } from "../support/published.ts";

let house: House;
let stage: Stage;
/** By the gate, by button, by a push, all of them main's. */
const made = { landed: 0, forced: 0, forcedAs: "", pushed: "" };

const branch = (name: string) => {
  const parsed = parseBranchName(name);
  if (parsed === undefined) throw new Error(name);
  return parsed;
};
const sha = (hex: string) => {
  const parsed = parseSha(hex);
  if (parsed === undefined) throw new Error(hex);
  return parsed;
};

interface Answer {
  readonly app?: { readonly id: number };
  readonly how: string;
  readonly uncertified: readonly {
    readonly number?: number;
    readonly by?: string;
    readonly missing: string;
    readonly landed: string;
    readonly sentence: string;
    readonly url: string;
  }[];
  readonly certified: number;
  readonly notEnforced: number;
  readonly unknown: readonly unknown[];
  readonly limits: readonly string[];
}

async function asks(args: readonly string[], login = "mallory") {
  let out = "";
  let err = "";
  const { forge, fullName } = stage.world;
  const terminal = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    env: {
      PATH: process.env["PATH"],
      HOME: house.folder,
      GIT_CONFIG_NOSYSTEM: "1",
      PLUSTWO_GITHUB_URL: forge.api,
      PLUSTWO_TOKEN: house.population.get(login),
    },
    cwd: house.folder,
  };
  const code = await runCommandLine(["policy", "audit", "--repo", fullName, ...args], terminal, {
    add: (root: Command, run) => addAudit(root.command("policy"), terminal, run),
    more: "",
  });
  return { code, out, err, answer: () => published<Answer>("policy-audit", out) };
}

beforeAll(async () => {
  house = await openHouse();
  stage = await house.opens();
  const { world } = stage;
  await world.control.post("/jobs", { repo: world.fullName, job: "*", mode: "pass" });
  const opens = async (name: string) => {
    const head = await stage.commits("carol", name, { [`docs/${name}.md`]: `# ${name}\n` });
    const number = await stage.opensPull("carol", name);
    await stage.settled();
    return { head, number };
  };
  const landed = await opens("landed");
  await stage.approve(landed.number);
  await stage.settled();
  made.landed = landed.number;

  const forced = await opens("forced");
  const rules = await stage.as("olivia").get<readonly { id: number }[]>("/rulesets");
  const rule = async (enforcement: string) => {
    for (const { id } of rules) await stage.as("olivia").put(`/rulesets/${id}`, { enforcement });
  };
  await rule("disabled");
  const merge = await stage
    .as("olivia")
    .put<{ sha: string }>(`/pulls/${forced.number}/merge`, { merge_method: "merge" });
  made.forced = forced.number;
  made.forcedAs = merge.sha;
  await stage.settled();
  made.pushed = await stage.commits("olivia", "main", { "docs/pushed.md": "# pushed\n" });
  await stage.settled();
  await rule("active");

  // Another app with the same names for its checks says that all was well.
  const slug = `${world.app.slug}-helper`;
  const permissions = { checks: "write", metadata: "read" };
  const evil = await world.control.post<{ id: number; privateKey: string }>("/apps", {
    ...{ slug, permissions, events: [], repositories: [world.fullName] },
  });
  const { forge } = connectGitHub({
    apiUrl: world.forge.api,
    app: { id: evil.id, privateKey: evil.privateKey },
    clock: systemClock,
  });
  const [owner = "", name = ""] = world.fullName.split("/");
  const says = async (check: { name: string; head: string; externalId: string; summary: string; title: string }) => {
    const done = await forge.publishCheck({ owner, name }, { ...check, head: sha(check.head), verdict: "success" });
    if (!done.ok) throw new Error(JSON.stringify(done.problem));
  };
  const words = landedWords(branch("main"), sha(merge.sha));
  // A verdict that can be read, too: the real one of the change that landed, for this one.
  const real = (await stage.check(landed.head))?.summary ?? "";
  const forgedVerdict = real
    .replaceAll(landed.head, forced.head)
    .replaceAll(`"change":${landed.number}`, `"change":${forced.number}`);
  const fence = forgedVerdict.slice(forgedVerdict.indexOf("<details>"));
  const summary = `${words.summary}\n\n${fence}`;
  await says({ name: "plustwo", head: forced.head, externalId: `${forced.number}/1`, title: words.title, summary });
  for (const head of [merge.sha, made.pushed])
    await says({ name: "plustwo/gate", head, externalId: "main/b1", title: "Tested as it lands on main", summary: "" });
});
afterAll(async () => {
  await stage.close();
  await house.close();
});

describe("plustwo policy audit", () => {
  it("T38: finds what came in by button and by a push, with what was missing; what the gate landed is clean", async () => {
    const { code, err, answer } = await asks(["--json"]);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    const { uncertified, certified, unknown, limits, app } = answer();
    expect(app?.id).toBe(stage.world.app.id);
    expect(uncertified).toMatchObject([
      { by: "olivia", missing: "no-pull-request", landed: made.pushed },
      { number: made.forced, by: "olivia", missing: "not-ready", landed: made.forcedAs },
    ]);
    expect(uncertified[1]?.sentence).toContain("its verdict was: ");
    expect(uncertified[0]?.url).toBe(`${stage.world.forge.url}/${stage.world.fullName}/commit/${made.pushed}`);
    expect({ certified, unknown, limits }).toEqual({ certified: 1, unknown: [], limits: [] });
  });

  it("says who, when and what was missing, and whose certificates counted", async () => {
    const { out } = await asks([]);
    const plain = out
      .replaceAll(/\b[0-9a-f]{7,40}\b/g, "<sha>")
      .replaceAll(/\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?/g, "<time>")
      .replaceAll(stage.world.forge.url, "https://forge")
      .replaceAll(stage.world.fullName, "acme/calc")
      .replaceAll(String(stage.world.app.id), "<id>");
    expect(plain).toMatchInlineSnapshot(`
      "acme/calc, main since <time>: 2 without a certificate, 1 with one
      Certificates that count: those of App <id>, whose plustwo/gate the branch rule requires

      <sha>, pushed to main  pushed <time> by olivia
        https://forge/acme/calc/commit/<sha>
        pushed past the gate: <sha> was pushed without a pull request, and the gate has not certified it

      #2 Change forced  merged <time> by olivia
        https://forge/acme/calc/pull/2
        merged although its requirements were not met: its verdict was: 0 of 2 core approvals; no go-ahead yet (Workflow +1)

      Asked GitHub 8 times and wrote nothing
      "
    `);
  });

  it("T38: without the branch rule two apps with verdicts are told apart by people alone", async () => {
    const rules = await stage.as("olivia").get<readonly { id: number }[]>("/rulesets");
    for (const { id } of rules) await stage.as("olivia").put(`/rulesets/${id}`, { enforcement: "disabled" });
    const unsure = await asks(["--json"]);
    expect(unsure).toMatchObject({ code: 3, out: "" });
    expect(unsure.err).toContain(`Cannot tell whose certificates count`);
    expect(unsure.err).toContain(`${stage.world.app.slug}-helper (`);
    const told = await asks(["--json", "--app", stage.world.app.slug]);
    expect([told.code, told.answer().uncertified.length, told.answer().certified]).toEqual([1, 2, 1]);
    const byId = await asks(["--json", "--app", String(stage.world.app.id)]);
    expect(byId.answer().uncertified).toEqual(told.answer().uncertified);
  });

  it("asks nothing of what came before its date, and refuses a date that is none", async () => {
    const later = await asks(["--json", "--app", stage.world.app.slug, "--since", "2999-01-01"]);
    expect(later).toMatchObject({ code: 0, err: "" });
    expect(later.answer()).toMatchObject({ uncertified: [], certified: 0 });
    expect((await asks(["--since", "yesterday"])).code).toBe(3);
  });
});
