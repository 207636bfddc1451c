// The story of a project that takes plustwo up: its own checks, five ordinary pull requests made without any tool of ours. First it is
// only observed, then it enforces; the people do what they always did.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { browserOf, type Browser } from "../test/support/browser.ts";
import { landedTable, landings } from "../test/support/landed.ts";
import { mustRun, run, type Ran } from "../test/support/shell.ts";
import { root } from "../test/support/tools.ts";
import { type Population, type World } from "../test/support/world.ts";
import { Deviation } from "./deviation.ts";
import { until } from "./patience.ts";
import { type Household } from "./processes.ts";
import { type Teller } from "./tell.ts";
import { openStage, startService } from "./worlds.ts";

const JOBS = ["lint", "test (20)", "test (22)"];
const BASKET = "src/basket.js";

export async function tellAdopt(home: Household, tell: Teller): Promise<number> {
  const began = performance.now();
  const { world, population, tools } = await openStage(home, { name: "shop", files: await shop(), stranger: true });
  const web = browserOf(world, population);
  const olivia = await admin(home, { world, population, tools });

  tell.step("acme/shop has checks of its own, and five open pull requests that nobody made with a tool of ours");
  const pulls = await openFive(web);
  for (const [number, what] of pulls) tell.line(`#${number}  ${what}`);
  const [readme, discount, bump, fork, broken] = [...pulls.keys()];
  if (!readme || !discount || !bump || !fork || !broken) throw new Error("fewer than five pull requests");
  await world.control.post("/settled");

  tell.step("olivia, who administers it, lets plustwo propose what it needs; nothing is blocked by it");
  const init = await olivia.runs("plustwo", "init", "--preset", "small-team", "--app", world.app.slug, "--yes");
  tell.types("olivia", init.command, shorten(init.stdout, /^(Checks|  [a-z]|Core|Wrote|Mode|mode:)/, 14));
  await olivia.pushes("Let plustwo observe");
  await startService(home, world, { poll: true, env: { PLUSTWO_SWEEP: "1s" } });
  for (const number of pulls.keys()) {
    const seen = await sees(world, number, /^Would /);
    tell.check(number, seen);
  }
  await nothingWasSaid(world);

  tell.step("the people go on as before: olivia merges the typo by hand, and nobody minds");
  await requestsAs(web, "olivia").merges(readme);
  tell.line(`#${readme} is merged by its own button`);

  tell.step("what is missing before it can be enforced");
  const ill = await olivia.runs("plustwo", "doctor", "--app", world.app.slug);
  tell.types("olivia", ill.command, shorten(ill.stdout, /\S/, 12));
  if (!/R1[^]*R2/.test(ill.stdout)) throw new Deviation("the doctor to miss both rulesets", ill.stdout);

  tell.step("olivia lets the checks run for the gate, says enforce, and sets the fences");
  await olivia.edits(".github/workflows/checks.yml", (text) => text.replace("[main]", '[main, "gate/**"]'));
  await olivia.edits(".github/plustwo.yml", (text) => text.replace(/^mode: observe.*$/m, "mode: enforce"));
  await olivia.pushes("Let plustwo enforce");
  await olivia.setsFences();
  const well = await olivia.runs("plustwo", "doctor", "--app", world.app.slug);
  tell.types("olivia", well.command, shorten(well.stdout, /\S/, 6));
  if (well.code !== 0) throw new Deviation("the doctor to find nothing wrong", `exit code ${well.code}`);
  const blocked = await sees(world, broken, /^Blocked: .* failed$/);
  tell.check(broken, blocked);

  tell.step("a maintainer lets the newcomer's checks run; one core approval each, given in the browser");
  const head = (await web.pull(fork)).head.sha;
  await web.approvesRuns("alice", head);
  for (const number of [discount, bump, fork, broken]) await approves(web, "alice", number);
  for (const number of [discount, bump, fork]) {
    await until(`#${number} to be merged`, async () => {
      const { merged } = await web.pull(number);
      return merged ? { done: true, found: "" } : { found: (await checkOn(world, number)) ?? "no check" };
    });
    tell.line(`#${number} is merged: what landed is what was tested`);
  }
  tell.check(broken, await sees(world, broken, /^Blocked: .* failed$/));
  await nothingWasSaid(world);

  tell.step(`The end, after ${((performance.now() - began) / 1000).toFixed(0)} s`);
  tell.block(await world.picture());
  const found = await landings(world.observer, await olivia.tip(), { jobs: JOBS, before: [readme] });
  tell.block(landedTable(found));
  const wrong = found.find(({ problem }) => problem !== undefined);
  if (wrong !== undefined) throw new Deviation("landed = tested", `${wrong.sha}: ${wrong.problem ?? ""}`);
  return 0;
}

async function openFive(web: Browser): Promise<ReadonlyMap<number, string>> {
  const basket = await readFile(join(root, "demo", "shop", BASKET), "utf8");
  const pulls = new Map<number, string>();
  await web.commits("dave", "dave-patch-1", {
    files: { "README.md": "# shop\n\nWhat is in the basket, and how much it costs.\n" },
    message: "Update README.md",
  });
  pulls.set(
    await web.opens("dave", "dave-patch-1", { title: "Update README.md" }),
    "dave edited the README in the browser",
  );
  for (const [name, text] of [
    ["discount", "export const discount = (sum) => (sum >= 10_000 ? 0.9 : 1);\n"],
    [
      "discount-test",
      'import assert from "node:assert/strict";\nimport { discount } from "../src/discount.js";\n\nassert.equal(discount(10_000), 0.9);\n',
    ],
    ["docs", "Baskets of 100 and more are 10 % off.\n"],
  ] as const) {
    const path = { discount: "src/discount.js", "discount-test": "test/discount.test.js", docs: "docs/discount.md" }[
      name
    ];
    await web.commits("carol", "discount", { files: { [path]: text }, message: `Add ${path}`, web: false });
  }
  pulls.set(
    await web.opens("carol", "discount", { title: "Ten per cent off large baskets" }),
    "carol pushed three commits",
  );
  const robot = await web.installs("dependabot");
  const manifest = await readFile(join(root, "demo", "shop", "package.json"), "utf8");
  await web.commits(robot.login, "dependabot/npm_and_yarn/left-pad-1.3.0", {
    files: { "package.json": manifest.replace("1.2.0", "1.3.0") },
    message: "Bump left-pad from 1.2.0 to 1.3.0",
  });
  const bump = {
    head: "dependabot/npm_and_yarn/left-pad-1.3.0",
    base: "main",
    title: "Bump left-pad from 1.2.0 to 1.3.0",
  };
  pulls.set((await robot.api.post<{ number: number }>("/pulls", bump)).number, "a robot bumped a dependency");
  const repo = await web.forks("mallory");
  await web.commits("mallory", "count", {
    repo,
    files: { "src/count.js": "export const count = (basket) => basket.reduce((sum, { count: n }) => sum + n, 0);\n" },
    message: "Count what is in the basket",
  });
  pulls.set(
    await web.opens("mallory", "mallory:count", { title: "Count what is in the basket" }),
    "mallory, a newcomer, has a fork",
  );
  await web.commits("dave", "tax", {
    files: { [BASKET]: basket.replace("price * count", "price * count * 1.2") },
    message: "Add tax",
  });
  pulls.set(await web.opens("dave", "tax", { title: "Add tax" }), "dave broke a test");
  return pulls;
}

function requestsAs(web: Browser, login: string) {
  return {
    merges: (number: number): Promise<unknown> =>
      web.as(login).put(`/pulls/${number}/merge`, { merge_method: "merge" }),
  };
}

/** Presses Approve on what is shown now. */
async function approves(web: Browser, login: string, number: number): Promise<void> {
  const { head } = await web.pull(number);
  await web.as(login).post(`/pulls/${number}/reviews`, { event: "APPROVE", commit_id: head.sha, body: "" });
}

async function checkOn(world: World, number: number): Promise<string | undefined> {
  const { head } = await world.repository.get<{ head: { sha: string } }>(`/pulls/${number}`);
  const { check_runs: runs } = await world.repository.get<{
    check_runs: readonly { app: { slug: string }; output: { title: string | null } }[];
  }>(`/commits/${head.sha}/check-runs?check_name=plustwo&per_page=100`);
  return runs.find(({ app }) => app.slug === world.app.slug)?.output.title ?? undefined;
}

/** Waits for the check's title to be so. */
function sees(world: World, number: number, expected: RegExp): Promise<string> {
  return until(`the check on #${number} to say "${expected.source}"`, async () => {
    const title = await checkOn(world, number);
    return title !== undefined && expected.test(title) ? { done: title, found: title } : { found: title ?? "nothing" };
  });
}

async function nothingWasSaid(world: World): Promise<void> {
  const comments = await world.commentsOfApp();
  if (comments.length > 0) throw new Deviation("no comment", comments.map(({ body }) => body).join("\n"));
}

interface Admin {
  runs(program: string, ...args: readonly string[]): Promise<Ran>;
  edits(path: string, change: (text: string) => string): Promise<void>;
  /** Everything as one commit, straight onto main, as an administrator may. */
  pushes(subject: string): Promise<void>;
  /** The rulesets, as `init` prints them for scripts. */
  setsFences(): Promise<void>;
  tip(): Promise<string>;
}

async function admin(
  home: Household,
  at: { readonly world: World; readonly population: Population; readonly tools: string },
): Promise<Admin> {
  const token = at.population.get("olivia") ?? "";
  const clone = join(home.folder, "olivia");
  const env = {
    PATH: `${at.tools}:${process.env["PATH"] ?? ""}`,
    HOME: home.folder,
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    PLUSTWO_TOKEN: token,
  };
  const helper = `!f() { test "$1" = get && echo username=olivia && echo "password=$PLUSTWO_TOKEN"; }; f`;
  const git = async (...args: readonly string[]): Promise<string> =>
    (await mustRun("git", args, { cwd: clone, env })).stdout.trim();
  await mustRun("git", ["clone", "-q", "-c", `credential.helper=${helper}`, at.world.cloneUrl, clone], {
    cwd: home.folder,
    env,
  });
  await git("config", "user.name", "Olivia");
  await git("config", "user.email", "olivia@example.org");
  let pushed = "";
  return {
    runs: (program, ...args) => run(program, args, { cwd: clone, env }),
    async edits(path, change) {
      await git("pull", "-q", "--rebase", "origin", "main");
      const text = await readFile(join(clone, path), "utf8");
      if (change(text) === text) throw new Error(`Nothing to change in ${path}`);
      await writeFile(join(clone, path), change(text));
      await git("commit", "-q", "-am", `Change ${path}`);
    },
    async pushes(subject) {
      await git("add", "-A");
      await git("commit", "-q", "--allow-empty", "-m", subject);
      await git("push", "-q", "origin", "HEAD:main");
      pushed = await git("rev-parse", "HEAD");
    },
    async setsFences() {
      const { stdout } = await run(
        "plustwo",
        ["init", "--preset", "small-team", "--app", at.world.app.slug, "--dry-run", "--json"],
        { cwd: clone, env },
      );
      const { rulesets } = JSON.parse(stdout) as { rulesets: Readonly<Record<string, object>> };
      for (const body of Object.values(rulesets)) await at.world.repository.post("/rulesets", body);
    },
    tip: async () => pushed,
  };
}

async function shop(): Promise<Readonly<Record<string, string>>> {
  const folder = join(root, "demo", "shop");
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path)] = await readFile(path, "utf8");
  }
  return files;
}

function shorten(text: string, wanted: RegExp, most: number): string {
  return text
    .split("\n")
    .filter((line) => wanted.test(line))
    .slice(0, most)
    .join("\n");
}
