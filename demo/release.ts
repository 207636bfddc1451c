// The story of a release: a schedule that is a reviewed change, a feature that a freeze stops and an exception lets through, a candidate
// with its branch, a fix that goes down to it, and the final release on the candidate's commit. Each step is a change through the gate.
import { type Browser, browserOf } from "../test/support/browser.ts";
import { landedTable, landings } from "../test/support/landed.ts";
import { type Change } from "../test/support/person.ts";
import { type Actor } from "../test/support/verbs.ts";
import { type World } from "../test/support/world.ts";
import { dayAfter, type Day, dayOf, mondayOf } from "../src/core/time.ts";
import { systemClock } from "../src/clock.ts";
import { Deviation } from "./deviation.ts";
import { until } from "./patience.ts";
import { type Household } from "./processes.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { type Teller } from "./tell.ts";
import { openStage, startService } from "./worlds.ts";

const SERIES = "2026.2";
const NAME = "maple";
const STABLE = `stable/${SERIES}`;

const POLICY = `# Two cores approve, stable branches have maintainers of their own, and the release cycle is in the tree.
version: 1
extends: preset:openstack-stable
mode: enforce
groups:
  core: { teams: [acme/core] }
  stable-maint: { teams: [acme/stable] }
  release-managers: { teams: [acme/core] }
checks:
  style: { job: style }
  unit: { job: unit }
  integration: { job: integration }
pipelines:
  gate: { settle: 0s }
cycle: { files: releases, exceptions: exceptions }
releases: { files: deliverables }
submitRequirements:
  Exceptions:
    description: Exceptions, and what freezes stop, are a release manager's to approve
    noun: release manager's approval
    applicableIf: 'path:"^exceptions/.*" OR path:^releases/freezes\\.yaml OR path:"^releases/.*/(schedule|events)\\.yaml"'
    submittableIf: "label:Code-Review=MAX,user=non_contributor,group=release-managers"
`;

const FREEZES = `version: 1
freezes:
  feature: { branches: [main], paths: [src/cli.js] } # what people type
  requirements: { branches: [main], paths: [package.json] }
  client-library: nothing
  hard-string: nothing
  library: nothing
  membership: nothing
  release: nothing
  soft-string: nothing
`;

/** Four weeks before a release, where features are frozen whatever the day of the week. */
function mondays(today: Day): { readonly prev: Day; readonly release: Day } {
  const release = dayAfter(mondayOf(today), 28);
  return { prev: dayAfter(release, -7 * 26), release };
}

export async function tellRelease(home: Household, tell: Teller): Promise<number> {
  const began = performance.now();
  const { world, population } = await openStage(home, { files: { ".github/plustwo.yml": POLICY } });
  const stable = { org: "acme", slug: "stable", members: ["alice", "bob", "dave"] };
  await world.control.post("/teams", { ...stable, repo: world.fullName, permission: "write" });
  await startService(home, world);
  const at: Telling = { tell, world, ...sceneOf(world), today: dayOf(systemClock.now()) };

  await planned(at);
  await frozen(at);
  const follow = await firstCandidate(at);
  const pick = await fixed(at, browserOf(world, population));
  await finalRelease(at);

  tell.step(`The end, after ${((performance.now() - began) / 1000).toFixed(0)} s`);
  await shown(at, [follow, pick]);
  return 0;
}

interface Telling extends Scene {
  readonly tell: Teller;
  readonly world: World;
  readonly today: Day;
}

async function planned(at: Telling): Promise<void> {
  const { tell, carol, today } = at;
  tell.step("carol makes the schedule of the cycle; it is reviewed as everything is");
  const { prev, release } = mondays(today);
  await carol.starts("schedule");
  await types(at, carol, ["cycle", "init", SERIES, "--name", NAME, "--prev", prev, "--release", release]);
  await carol.edits({ files: { "releases/freezes.yaml": FREEZES } });
  await types(at, carol, ["cycle", "check"]);
  await lands(at, await sends(at, carol, "Plan the cycle"));
  await types(at, carol, ["cycle", "status"]);
}

async function frozen(at: Telling): Promise<void> {
  const { tell, alice, bob, carol, dave, today } = at;
  tell.step("dave sends a feature; it is approved, and the freeze stops it");
  await dave.starts("usage");
  const cli = await dave.reads("src/cli.js");
  await dave.edits({ files: { "src/cli.js": cli.replace("Usage: calc", "Usage: calc [-h] |") } });
  await types(at, dave, ["notes", "new", "say-usage"]);
  const path = (await dave.git("ls-files", "--others", "releasenotes")).trim();
  await dave.edits({ files: { [path]: "features:\n  - The usage names ``-h``.\n" } });
  const feature = await sends(at, dave, "Say how it is used");
  for (const core of [alice, bob]) await core.approves(feature);
  const check = await at.sees(feature, /^Waiting: until/, /feature-freeze/);
  tell.check(feature.number, check.title, [reason(check.words, /frozen by[^|]*/)]);

  tell.step("an exception is a file, reviewed like any other; with it the feature goes on by itself");
  await carol.starts("exception");
  const record = `kind: FFE
requested: ${today}
thread: https://lists.acme.example/thread/${feature.number}
decided-by: [alice, bob]
expires: ${dayAfter(today, 3)}
`;
  const exception = `exceptions/${NAME}/${feature.number}.yaml`;
  await carol.edits({ files: { [exception]: record } });
  tell.line(`${exception}:`);
  tell.block(record.trimEnd().replace(/^/gm, "  "));
  await lands(at, await sends(at, carol, `Let #${feature.number} in`));
  await at.merged(feature);
  tell.line(`#${feature.number} is merged: ${feature.subject}`);
}

/** Answers the pull request that follows on the stable branch. */
async function firstCandidate(at: Telling): Promise<Change> {
  const { tell, carol } = at;
  tell.step("a candidate is a line in a file; once that has merged the service tags it and begins the stable branch");
  await carol.starts("rc1");
  await types(at, carol, ["release", "cut", SERIES]);
  await releases(at, "Release the first candidate");
  const follow = await openedTo(at, STABLE, `Name ${STABLE} in .gitreview (calc 1.0.0.0rc1)`);
  tell.line(`#${follow.number} → ${STABLE}  ${follow.subject}; no other branch needs it`);
  await lands(at, follow, "Stable-Only+1");
  return follow;
}

/** Answers the pull request with the fix on the stable branch. */
async function fixed(at: Telling, web: Browser): Promise<Change> {
  const { tell, carol } = at;
  tell.step(`carol mends a bug; dave asks for it on ${STABLE}, and the service picks it`);
  await carol.starts("constructor");
  const evaluate = await carol.reads("src/evaluate.js");
  const mended = evaluate.replace("OPERATIONS = {", "OPERATIONS = {\n  __proto__: null,");
  await carol.edits({ files: { "src/evaluate.js": mended } });
  const fix = await sends(at, carol, "Refuse operators that every object has");
  await lands(at, fix);
  await web.comments("dave", fix.number, `/backport ${STABLE}`);
  tell.line(`dave comments on #${fix.number}: /backport ${STABLE}`);
  const pick = await openedTo(at, STABLE, fix.subject);
  tell.line(`#${pick.number} → ${STABLE}  ${pick.subject}`);
  await lands(at, pick);
  return pick;
}

async function finalRelease(at: Telling): Promise<void> {
  const { tell, carol } = at;
  tell.step("the second candidate has the fix; the final release is its commit");
  await carol.starts("rc2");
  await types(at, carol, ["release", "cut"]);
  await releases(at, "Release the second candidate");
  await carol.starts("final");
  await types(at, carol, ["release", "final"]);
  await releases(at, "Release calc 1.0.0");
}

async function shown({ tell, carol, world }: Telling, onStable: readonly Change[]): Promise<void> {
  await carol.git("fetch", "-q", "--tags", "origin");
  const decorate = ["--decorate-refs=refs/tags/*", `--decorate-refs=refs/remotes/origin/${STABLE}`];
  const log = await carol.git("log", "--oneline", "--decorate", ...decorate, "-4", `origin/${STABLE}`);
  tell.types("carol", `git log --oneline origin/${STABLE}`, log);
  const message = await carol.git("for-each-ref", "refs/tags/1.0.0", "--format=%(contents)");
  tell.types("carol", "git show 1.0.0", message);
  const page = await world.repository.get<{ name: string; body: string }>("/releases/tags/1.0.0");
  tell.line(`The page "${page.name}":`);
  tell.block(page.body);
  if (!page.body.includes("The usage names")) throw new Deviation("the note of the feature on the page", page.body);
  const found = await landings(world.observer, world.first, { before: onStable.map(({ number }) => number) });
  tell.block(landedTable(found));
  const wrong = found.find(({ problem }) => problem !== undefined);
  if (wrong !== undefined) throw new Deviation("every landed commit tested as it is", `${wrong.sha}: ${wrong.problem}`);
  const tags = ["1.0.0.0rc2", "1.0.0"].map((tag) => carol.git("rev-parse", `${tag}^{}`));
  const [candidate, final] = await Promise.all(tags);
  if (candidate !== final) throw new Deviation("1.0.0 at the commit of 1.0.0.0rc2", `${final} and ${candidate}`);
}

async function sends({ tell }: Telling, actor: Actor, subject: string): Promise<Change> {
  await actor.edits({});
  await actor.commits(subject);
  const change = (await actor.sends()).at(-1);
  if (change === undefined) throw new Error(`${actor.login}: \`git review\` had nothing to send`);
  tell.types(actor.login, "git review", reason(actor.last?.stdout ?? "", /^ *#.*/m));
  return change;
}

/** Both cores approve; it lands. */
async function lands(at: Telling, change: Change, ...more: readonly string[]): Promise<void> {
  const words = ["vote", String(change.number), "Code-Review+2", "Workflow+1", ...more];
  for (const core of [at.alice, at.bob]) await core.types(...words);
  at.tell.types("alice, bob", `git review ${words.join(" ")}`);
  await at.merged(change);
  at.tell.line(`#${change.number} is merged: ${change.subject}`);
}

async function releases(at: Telling, subject: string): Promise<void> {
  const change = await sends(at, at.carol, subject);
  await lands(at, change);
  at.tell.block(await released(at.world, change));
}

/** Waits for the service's word on what a merged release file made. */
function released(world: World, change: Change): Promise<string> {
  return until(`the service to say what #${change.number} released`, async () => {
    const comments = (await world.commentsOfApp()).filter(({ number }) => number === change.number);
    const words = plain(comments.map(({ body }) => body).join("\n"));
    return words.includes("the release") ? { done: words, found: "" } : { found: words };
  });
}

interface Pull {
  readonly number: number;
  readonly title: string;
  readonly base: { readonly ref: string };
  readonly head: { readonly ref: string; readonly sha: string };
}

/** Waits for a pull request of the service's own. */
async function openedTo({ world, carol }: Telling, branch: string, subject: string): Promise<Change> {
  const { number, head } = await until(`a pull request "${subject}" to ${branch}`, async () => {
    const open = await world.repository.get<readonly Pull[]>("/pulls?state=open");
    const pull = open.find(({ base, title }) => base.ref === branch && title === subject);
    const found = open.map(({ number, title }) => `#${number} ${title}`).join(", ");
    return pull === undefined ? { found } : { done: pull, found };
  });
  await carol.git("fetch", "-q", "origin", head.sha);
  const changeId = await carol.changeIdOf(head.sha);
  return { number, subject, changeId, owner: carol, branch: head.ref, sha: head.sha };
}

/** `plustwo …` typed by somebody; it has to succeed. */
async function types({ tell }: Telling, actor: Actor, words: readonly string[]): Promise<void> {
  const { command, code, stdout, stderr } = await actor.runs("plustwo", ...words);
  if (code !== 0) throw new Deviation(`${command} to succeed`, `exit code ${code}\n${stdout}${stderr}`);
  tell.types(actor.login, command, `${stdout}${stderr}`);
}

function reason(text: string, wanted: RegExp): string {
  return plain(wanted.exec(text)?.[0] ?? text).trim();
}

/** Without Markdown, and without the marks that keep names from notifying people. */
function plain(text: string): string {
  return text
    .replace(/<!--.*-->\n/g, "")
    .replace(/\[(.*?)\]\(.*?\)/g, "$1")
    .replace(/[*`\u200b]/g, "");
}
