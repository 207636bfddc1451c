// Probes of pushing: refs outside branches, leases, and the two rulesets.
import { holdsIf, type Finding, type Probe, statusOf } from "./probe.ts";
import { type Scratch } from "./scratch.ts";

async function changesRefs(scratch: Scratch): Promise<Finding> {
  const sha = await scratch.commit("Patch set 1", { parents: [scratch.trunk.sha] });
  const ref = `refs/changes/99/${Date.now()}/1`;
  const pushed = await scratch.push([`${sha}:${ref}`]);
  if (!pushed.ok) return { kind: "differs", found: `the push of ${ref} was refused: ${pushed.said}` };
  const { data } = await scratch.octokit.rest.repos.get(scratch.where);
  const listed = await scratch.git(["ls-remote", data.clone_url, ref]);
  await scratch.git(["fetch", "-q", data.clone_url, ref]);
  const fetched = (await scratch.git(["rev-parse", "FETCH_HEAD"])).trim();
  return holdsIf(listed.startsWith(sha) && fetched === sha, `${ref} was pushed, listed and fetched`);
}

async function atomicLease(scratch: Scratch): Promise<Finding> {
  const { trunk } = scratch;
  const [one, two] = [`refs/heads/${scratch.branch("one")}`, `refs/heads/${scratch.branch("two")}`];
  const old = await scratch.commit("Old", { parents: [trunk.sha] });
  const next = await scratch.commit("New", { parents: [trunk.sha] });
  await scratch.push([`${old}:${one}`, `${old}:${two}`]);
  const lease = (a: string, b: string) => ({
    flags: ["--atomic", `--force-with-lease=${one}:${a}`, `--force-with-lease=${two}:${b}`],
  });
  const stale = await scratch.push([`${next}:${one}`, `${next}:${two}`], lease(old, trunk.sha));
  const { data } = await scratch.octokit.rest.repos.get(scratch.where);
  const between = await scratch.git(["ls-remote", data.clone_url, one, two]);
  const right = await scratch.push([`${next}:${one}`, `${next}:${two}`], lease(old, old));
  const after = await scratch.git(["ls-remote", data.clone_url, one, two]);
  const count = (text: string, sha: string): number => text.split("\n").filter((line) => line.startsWith(sha)).length;
  return holdsIf(
    !stale.ok && count(between, old) === 2 && right.ok && count(after, next) === 2,
    `one stale lease of two: ${stale.ok ? "accepted" : "refused"}, ${count(between, old)} of 2 refs unchanged; right leases: ${right.ok ? "accepted" : "refused"}`,
  );
}

async function requiredCheckOnPush(scratch: Scratch): Promise<Finding> {
  const { octokit, where, trunk } = scratch;
  const branch = scratch.branch("guarded");
  const context = "plustwo-live/gate";
  await scratch.push([`${trunk.sha}:refs/heads/${branch}`]);
  const create = octokit.rest.repos.createRepoRuleset({
    ...where,
    name: `plustwo-live ${branch}`,
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules: [
      {
        type: "required_status_checks",
        parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context }] },
      },
    ],
  });
  let id = 0;
  const refused = await statusOf(create.then(({ data }) => (id = data.id)));
  if (refused !== undefined) {
    return {
      kind: "skipped",
      why: `the ruleset was refused with ${refused}: it needs an administrator's token, and a paid plan on private repositories`,
    };
  }
  scratch.atEnd(() => octokit.rest.repos.deleteRepoRuleset({ ...where, ruleset_id: id }));
  const tested = await scratch.commit("Tested", { parents: [trunk.sha] });
  const untested = await scratch.commit("Untested", { parents: [trunk.sha] });
  await scratch.push([`${tested}:refs/heads/${scratch.branch("tested")}`]);
  await octokit.rest.repos.createCommitStatus({ ...where, sha: tested, state: "success", context });
  const no = await scratch.push([`${untested}:refs/heads/${branch}`]);
  const yes = await scratch.push([`${tested}:refs/heads/${branch}`]);
  const say = (pushed: { ok: boolean }): string => (pushed.ok ? "accepted" : "refused");
  return holdsIf(!no.ok && yes.ok, `a commit without the check: ${say(no)}; a commit with it green: ${say(yes)}`);
}

export const pushingProbes: readonly Probe[] = [
  {
    id: "refs-changes-push-fetch",
    assumption: "Refs under `refs/changes/` can be pushed, listed and fetched",
    run: changesRefs,
  },
  {
    id: "git-atomic-lease",
    assumption: "`git push --atomic --force-with-lease` is honoured: one stale lease leaves every ref unchanged",
    run: atomicLease,
  },
  {
    id: "ruleset-required-check-on-push",
    assumption:
      "Under a ruleset with a required check a direct push of a commit with the green check is accepted, an untested one refused",
    run: requiredCheckOnPush,
  },
];
