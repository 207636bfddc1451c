/** The control API under `/_control`: makes the world, steers its runner and its faults, and shows all of it. */
import { type Runner } from "./actions/runner.ts";
import { createCheckRun, ensureSuite } from "./checks.ts";
import { controlCommitRoutes } from "./control-commits.ts";
import { controlPeopleRoutes, newApp, repositoryNamed } from "./control-people.ts";
import { dumpWorld } from "./dump.ts";
import { readCommit } from "./git.ts";
import { picture } from "./picture.ts";
import { Refusal } from "./refusal.ts";
import { representCheckRun } from "./represent.ts";
import { type Call, created, empty, json, route, type Route } from "./route.ts";
import { readFault, type Traffic } from "./traffic.ts";
import { type Webhooks } from "./webhooks.ts";
import { type Repository } from "./world.ts";

export interface Services {
  readonly webhooks: Webhooks;
  readonly runner: Runner;
  readonly traffic: Traffic;
}

const MODES = ["hold", "pass", "fail", "skip", "cancel", "queue", "lose", "no-run", "auto"] as const;
const STATUSES = ["queued", "in_progress", "completed"] as const;
const CONCLUSIONS = ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"] as const;

/** Everything but `POST settled`, which must not hold the world's lock while it waits. */
export function controlRoutes({ webhooks, runner, traffic }: Services): readonly Route[] {
  return [
    ...controlPeopleRoutes,
    ...controlCommitRoutes,
    route("POST /jobs", ({ body }) => {
      const mode = body.choice("mode", MODES) ?? "auto";
      const [ref, sha, pull] = [body.text("ref"), body.text("sha"), body.number("pull")];
      runner.setMode({
        repo: body.needed("repo"),
        job: body.text("job") ?? "*",
        mode,
        ...(ref === undefined ? {} : { ref }),
        ...(sha === undefined ? {} : { sha }),
        ...(pull === undefined ? {} : { pull }),
      });
      return json({ mode });
    }),
    route("POST /check-runs", async ({ world, body }) => {
      const repo = repositoryNamed(world, body.needed("repo"));
      const slug = body.needed("app");
      const headCommit = await readCommit(repo.dir, body.needed("sha"));
      if (headCommit === undefined) throw new Refusal(422, `No commit found for SHA: ${body.needed("sha")}`);
      const app = world.app(slug) ?? newApp(world, { slug, owner: repo.owner });
      world.apps.set(app.id, app);
      const conclusion = body.choice("conclusion", CONCLUSIONS);
      const suite = ensureSuite(world, repo, { app, headCommit, headBranch: null });
      const run = createCheckRun(world, suite, body.needed("name"), {
        status: body.choice("status", STATUSES) ?? (conclusion === undefined ? "queued" : "completed"),
        ...(conclusion === undefined ? {} : { conclusion }),
      });
      return created(representCheckRun(world, run));
    }),
    route("POST /webhooks", ({ world, body }) => {
      // `true` and `false` are rates of 1 and 0.
      const rate = (name: string) => (typeof body.raw(name) === "boolean" ? Number(body.raw(name)) : body.number(name));
      const [drop, double, reorder] = [rate("drop"), rate("double"), rate("reorder")];
      const [pause, resume, redeliver, ping] = [
        body.flag("pause"),
        body.flag("resume"),
        body.text("redeliver"),
        body.text("ping"),
      ];
      webhooks.control({
        ...(drop === undefined ? {} : { drop }),
        ...(double === undefined ? {} : { double }),
        ...(reorder === undefined ? {} : { reorder }),
        ...(pause === undefined ? {} : { pause }),
        ...(resume === undefined ? {} : { resume }),
      });
      if (redeliver !== undefined) webhooks.redeliver(redeliver);
      const app = ping === undefined ? undefined : world.app(ping);
      if (app !== undefined) webhooks.ping(app);
      return json({});
    }),
    route("GET /webhooks", () => json({ deliveries: webhooks.deliveries, faults: webhooks.faults })),
    route("POST /faults", ({ body }) => {
      traffic.faults.push(readFault(body));
      return created({ faults: traffic.faults.length });
    }),
    route("DELETE /faults", () => {
      traffic.faults.length = 0;
      return empty();
    }),
    route("GET /requests", () =>
      json({
        requests: traffic.requests,
        unknown: traffic.requests.filter((request) => request.unknown !== undefined),
        errors: [...traffic.errors, ...runner.faults, ...webhooks.faults],
      }),
    ),
    route("DELETE /requests", () => {
      traffic.requests.length = 0;
      return empty();
    }),
    // Both of all repositories, or with `?repo=owner/name` of one.
    route("GET /world", (call) => json(dumpWorld(call.world, repositoryAsked(call)))),
    route("GET /picture", (call) => ({
      kind: "text",
      status: 200,
      text: Buffer.from(`${picture(call.world, repositoryAsked(call))}\n`),
      type: "text/plain; charset=utf-8",
    })),
  ];
}

function repositoryAsked({ world, query }: Call): Repository | undefined {
  const name = query.get("repo");
  return name === null ? undefined : repositoryNamed(world, name);
}
