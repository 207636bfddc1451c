// A line of changes in one world. Each goes the same path and the service dies in it once, at another call each time; it is started
// again on the same store, and the change must end in the picture of the one that was not disturbed. One world for all points:
// making one costs as much as the path itself.
import { createHmac, randomUUID } from "node:crypto";
import { WEBHOOK_PATH } from "../../bot/inbox.ts";
import { type House, type Stage } from "../bot/stage.ts";
import { Life, openGitDoor, type Point } from "./crash-life.ts";

export interface Path {
  readonly name: string;
  /** On the command line. */
  readonly word: string;
  /** Before the part in which it dies. */
  readonly before: readonly Step[];
  readonly steps: readonly Step[];
}

/** What the world does; the service is told after it, once. */
export type Step = (at: Going) => Promise<void>;

export interface Going {
  readonly stage: Stage;
  readonly change: { readonly number: number; readonly branch: string };
  /** What becomes of this job in the gate from now on. */
  gateJob(job: string, mode: "pass" | "fail"): Promise<void>;
}

export interface Outcome {
  /** Undefined: it did not die, the path has fewer calls this time. */
  readonly diedAt: string | undefined;
  readonly calls: readonly string[];
  readonly picture: string;
}

export interface Line {
  tell(point?: Point): Promise<Outcome>;
  close(): Promise<void>;
}

export async function openLine(house: House, path: Path): Promise<Line> {
  const git = await openGitDoor(house.forge.address.url);
  let life = new Life();
  const stage = await house.opens({
    deaf: true,
    around: (options) => {
      life = new Life();
      return life.around(options, git);
    },
  });
  const { control, fullName } = stage.world;
  await control.post("/jobs", { repo: fullName, job: "*", mode: "pass" });
  let n = 0;
  const branchOf = (change: number): string => `notes-${change}`;
  const cut = (change: number): Promise<string> =>
    stage.commits("carol", branchOf(change), { [`docs/notes-${change}.md`]: "# Notes\n" }, "Add notes");
  await cut(1);
  await stage.bot.settled();

  /** Tells the service once, and waits until it rests or dies. A dead one is started again. */
  const tell = async (): Promise<string | undefined> => {
    await house.forge.settled();
    const now = life;
    const rest = deliver(stage).then(() => stage.bot.settled());
    await Promise.race([rest, now.died]).catch((error: unknown) => {
      if (now.diedAt === undefined) throw error;
    });
    if (now.diedAt === undefined) return undefined;
    await rest.catch(() => undefined);
    await stage.restarts();
    await stage.bot.settled();
    return now.diedAt;
  };

  return {
    async tell(point) {
      n += 1;
      const branch = branchOf(n);
      await cut(n + 1); // one behind: this change will have moved main, so that the next one lands by a merge
      const before = (await stage.branch("main")) ?? "";
      const number = await stage.opensPull("carol", branch, "main", "Add notes");
      const going: Going = {
        stage,
        change: { number, branch },
        gateJob: async (job, mode) => {
          await control.post("/jobs", { repo: fullName, job, mode, ref: "gate/main/1" });
        },
      };
      for (const step of path.before) {
        await step(going);
        await tell();
      }
      life.arm(point);
      const armed = life;
      let diedAt: string | undefined;
      for (const step of path.steps) {
        await step(going);
        diedAt = (await tell()) ?? diedAt;
      }
      const calls = [...armed.calls];
      life.arm();
      const picture = await pictureOf(going, before);
      await stage.world.repository.delete(`/git/refs/heads/${branch}`);
      return { diedAt, calls, picture };
    },
    async close() {
      await stage.close();
      await git.close();
    },
  };
}

/** One signed webhook, as the forge would send it; whether it is taken is the service's affair. */
async function deliver({ bot, world }: Stage): Promise<void> {
  const body = JSON.stringify({ repository: { full_name: world.fullName } });
  const signature = createHmac("sha256", world.app.webhookSecret).update(body).digest("hex");
  await fetch(`${bot.url}${WEBHOOK_PATH}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${signature}`,
    },
    body,
  });
}

interface CheckRun {
  readonly name: string;
  /** On the command line. */
  readonly word: string;
  readonly conclusion: string | null;
  readonly app: { readonly slug: string };
  readonly output: { readonly title: string | null };
}

/** What became of the change, of main, of the gate, and what the service remembers of it. */
async function pictureOf({ stage, change: { number, branch } }: Going, before: string): Promise<string> {
  const { repository, app } = stage.world;
  const tip = (await stage.branch("main")) ?? "";
  const commit = await repository.get<{ message: string; parents: readonly { sha: string }[] }>(`/git/commits/${tip}`);
  const pull = await repository.get<{ state: string; merged: boolean; head: { sha: string } }>(`/pulls/${number}`);
  const checks = async (sha: string): Promise<readonly string[]> => {
    const all = await repository.get<{ check_runs: readonly CheckRun[] }>(
      `/commits/${sha}/check-runs?per_page=100&filter=all`,
    );
    return all.check_runs
      .filter((run) => run.app.slug === app.slug)
      .map((run) => `  ${run.name}: ${run.conclusion ?? "pending"} · ${run.output.title ?? ""}`)
      .sort();
  };
  const comments = (await stage.world.commentsOfApp()).filter((comment) => comment.number === number);
  const items = await stage.store.db.selectFrom("item").select(["because", "record"]).orderBy("position").execute();
  const own = items.filter(({ record }) => record.members.some((member) => member.change === number));
  const names = new Map([
    [before, "(main before)"],
    [pull.head.sha, "(head)"],
    [tip, "(main)"],
  ]);
  const lines = [
    `main: ${commit.parents.map(({ sha }) => sha).join(" ")}`,
    commit.message.trimEnd(),
    ...(await checks(tip)),
    `change: ${pull.state}${pull.merged ? ", merged" : ""}`,
    ...(await checks(pull.head.sha)),
    ...comments.map(({ body }) => `comment: ${body}`),
    `gate branch: ${(await stage.branch("gate/main/1")) ?? "none"}`,
    `queue: ${own.map(({ because }) => because ?? "open").join(", ")}`,
  ];
  let text = lines.join("\n").replaceAll(branch, "(branch)").replaceAll(`#${number}`, "#N");
  for (const [sha, name] of names) text = text.replaceAll(sha, name).replaceAll(sha.slice(0, 7), name);
  return text.replace(/\b[0-9a-f]{40}\b/g, "(another commit)").replace(/I[0-9a-f]{40}\b/g, "(change id)");
}
