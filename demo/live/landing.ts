// Probes of landing: what GitHub makes of pull requests when refs move underneath them.
import { holdsIf, type Finding, type Probe } from "./probe.ts";
import { type Scratch } from "./scratch.ts";

/** A base branch at the trunk's tip, with `count` branches of one commit each on it. */
async function baseWithHeads(
  scratch: Scratch,
  count: number,
): Promise<{ base: string; tip: string; heads: { branch: string; sha: string }[] }> {
  const { trunk } = scratch;
  const base = scratch.branch("base");
  const heads: { branch: string; sha: string }[] = [];
  for (let n = 1; n <= count; n++) {
    heads.push({
      branch: scratch.branch(`head-${n}`),
      sha: await scratch.commit(`Head ${n}`, { parents: [trunk.sha] }),
    });
  }
  const specs = [`${trunk.sha}:refs/heads/${base}`, ...heads.map(({ sha, branch }) => `${sha}:refs/heads/${branch}`)];
  const pushed = await scratch.push(specs);
  if (!pushed.ok) throw new Error(`Cannot push branches for the probe: ${pushed.said}`);
  return { base, tip: trunk.sha, heads };
}

async function stateOf(scratch: Scratch, pull: number): Promise<string> {
  const { data } = await scratch.octokit.rest.pulls.get({ ...scratch.where, pull_number: pull });
  return data.merged ? "merged" : data.state;
}

async function allStates(scratch: Scratch, pulls: readonly number[]): Promise<string[]> {
  const states: string[] = [];
  for (const pull of pulls) states.push(await stateOf(scratch, pull));
  return states;
}

async function mergedWhenReachable(scratch: Scratch): Promise<Finding> {
  const { base, heads } = await baseWithHeads(scratch, 1);
  const [head] = heads;
  if (head === undefined) throw new Error("unreachable: one head was asked for");
  const pull = await scratch.openPull(head.branch, base, "Head becomes reachable");
  await scratch.push([`${head.sha}:refs/heads/${base}`]);
  const state = await scratch.poll(
    () => stateOf(scratch, pull),
    (now) => now !== "open",
  );
  return holdsIf(state === "merged", `after a plain push of the head to the base the pull request is ${state}`);
}

async function onePushLandsSeveral(scratch: Scratch): Promise<Finding> {
  const { base, tip, heads } = await baseWithHeads(scratch, 3);
  const pulls: number[] = [];
  let landed = tip;
  for (const head of heads) {
    pulls.push(await scratch.openPull(head.branch, base, `One of three: ${head.branch}`));
    landed = await scratch.commit(`Merge ${head.branch}`, { parents: [landed, head.sha] });
  }
  await scratch.push([`${landed}:refs/heads/${base}`]);
  const states = await scratch.poll(
    () => allStates(scratch, pulls),
    (now) => now.every((state) => state !== "open"),
  );
  return holdsIf(
    states.every((state) => state === "merged"),
    `one push of three merges: ${states.join(", ")}`,
  );
}

async function retargetBeforePush(scratch: Scratch): Promise<Finding> {
  const { octokit, where, trunk } = scratch;
  const [base, lower, upper] = [scratch.branch("base"), scratch.branch("lower"), scratch.branch("upper")];
  const a = await scratch.commit("Lower", { parents: [trunk.sha] });
  const b = await scratch.commit("Upper", { parents: [a] });
  await scratch.push([`${trunk.sha}:refs/heads/${base}`, `${a}:refs/heads/${lower}`, `${b}:refs/heads/${upper}`]);
  const pulls = [await scratch.openPull(lower, base, "Lower"), await scratch.openPull(upper, lower, "Upper")];
  // The upper change moves below the lower one: without the retarget its old base would contain it for a moment.
  await octokit.rest.pulls.update({ ...where, pull_number: pulls[1] ?? 0, base });
  const first = await scratch.commit("Upper", { parents: [trunk.sha] });
  const second = await scratch.commit("Lower", { parents: [first] });
  await scratch.push([`${first}:refs/heads/${upper}`, `${second}:refs/heads/${lower}`], {
    flags: ["--atomic", `--force-with-lease=refs/heads/${upper}:${b}`, `--force-with-lease=refs/heads/${lower}:${a}`],
  });
  const settled = await scratch.poll(
    async () => (await octokit.rest.pulls.get({ ...where, pull_number: pulls[1] ?? 0 })).data.head.sha,
    (sha) => sha === first,
  );
  const states = await allStates(scratch, pulls);
  return holdsIf(
    settled === first && states.every((state) => state === "open"),
    `two reordered changes, retargeted before one push: ${states.join(", ")}`,
  );
}

async function baseDeletedCloses(scratch: Scratch): Promise<Finding> {
  const { base, heads } = await baseWithHeads(scratch, 1);
  const pull = await scratch.openPull(heads[0]?.branch ?? "", base, "Base goes away");
  await scratch.push([`:refs/heads/${base}`]);
  const state = await scratch.poll(
    () => stateOf(scratch, pull),
    (now) => now !== "open",
  );
  return holdsIf(state === "closed", `after its base was deleted (nothing merged) the pull request is ${state}`);
}

async function emptyDiffCloses(scratch: Scratch): Promise<Finding> {
  const { base, tip, heads } = await baseWithHeads(scratch, 1);
  const [head] = heads;
  const pull = await scratch.openPull(head?.branch ?? "", base, "Becomes empty");
  await scratch.push([`+${tip}:refs/heads/${head?.branch ?? ""}`]);
  const state = await scratch.poll(
    () => stateOf(scratch, pull),
    (now) => now !== "open",
  );
  return holdsIf(state === "closed", `after its head was set back to its base the pull request is ${state}`);
}

/** What squash and rebase rest on: two pushes, the head first, and the head before that is in nothing any more. */
async function headThenBase(scratch: Scratch): Promise<Finding> {
  const { base, tip, heads } = await baseWithHeads(scratch, 1);
  const [head] = heads;
  if (head === undefined) throw new Error("unreachable: one head was asked for");
  const pull = await scratch.openPull(head.branch, base, "Lands as another commit");
  const squash = await scratch.commit("Squash", { parents: [tip] });
  const flags = [`--force-with-lease=refs/heads/${head.branch}:${head.sha}`];
  await scratch.push([`${squash}:refs/heads/${head.branch}`], { flags });
  await scratch.push([`${squash}:refs/heads/${base}`]);
  const state = await scratch.poll(
    () => stateOf(scratch, pull),
    (now) => now !== "open",
  );
  return holdsIf(
    state === "merged",
    `after its head and then its base moved to one commit the pull request is ${state}`,
  );
}

export const landingProbes: readonly Probe[] = [
  {
    id: "pulls-merged-when-reachable",
    assumption: "A pull request shows Merged when its head becomes reachable from its base, however the base moved",
    run: mergedWhenReachable,
  },
  {
    id: "pulls-one-push-lands-several",
    assumption: "One push that makes the heads of several pull requests reachable marks each of them Merged",
    run: onePushLandsSeveral,
  },
  {
    id: "pulls-head-then-base",
    assumption: "Moving the head to another commit, and in a second push the base to that commit, shows Merged",
    run: headThenBase,
  },
  {
    id: "pulls-retarget-before-push",
    assumption: "Retargeting pull requests before one atomic push that reorders them closes and merges none",
    run: retargetBeforePush,
  },
  {
    id: "pulls-base-deleted-closes",
    assumption: "Deleting the base branch of an open pull request closes it (retargeting happens only after a merge)",
    run: baseDeletedCloses,
  },
  {
    id: "pulls-empty-diff-closes",
    assumption: "A pull request whose head is set back to its base's commit is closed, not merged",
    run: emptyDiffCloses,
  },
];
