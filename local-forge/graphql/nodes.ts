/** Global ids back to objects, with the rights of whoever asks. */
import { demand, READ, READ_PULLS } from "../access.ts";
import { parseNodeId } from "../represent.ts";
import { type Account, type PullRequest, type Repository, type World } from "../world.ts";
import { unresolved, type Asking, type Shape } from "./context.ts";

export async function nodeOf(asking: Asking, id: string): Promise<Shape> {
  const { world, shapes } = asking;
  const parsed = parseNodeId(id);
  const number = Number(parsed?.id);
  switch (parsed?.prefix) {
    case "U":
    case "BOT":
    case "O": {
      const account = world.accounts.get(number);
      if (account !== undefined) return shapes.account(account);
      break;
    }
    case "R":
      return shapes.repository(repositoryById(asking, id));
    case "PR":
      return shapes.pull(pullById(asking, id));
    case "PRR":
    case "IC":
    case "LA":
    case "CR":
    case "CS": {
      const found = inRepositories(asking, parsed.prefix, number);
      if (found !== undefined) return found;
      break;
    }
    case "C": {
      const [repoId = "", sha = ""] = parsed.id.split("-");
      const repo = world.repositories.get(Number(repoId));
      const commit = repo === undefined ? null : await shapes.commitAt(repo, sha);
      if (repo !== undefined && commit !== null) {
        demand(world, asking.actor, repo, READ);
        return commit;
      }
      break;
    }
    case undefined:
  }
  throw unresolvedNode(id);
}

function inRepositories({ world, actor, shapes }: Asking, prefix: string, id: number): Shape | undefined {
  for (const repo of world.repositories.values()) {
    const pulls = [...repo.pulls.values()];
    const review = pulls.flatMap((pull) => pull.reviews).find((one) => prefix === "PRR" && one.id === id);
    const comment = pulls.flatMap((pull) => pull.comments).find((one) => prefix === "IC" && one.id === id);
    const label = repo.labels.find((one) => prefix === "LA" && one.id === id);
    const run = repo.checkRuns.find((one) => prefix === "CR" && one.id === id);
    const suite = repo.checkSuites.find((one) => prefix === "CS" && one.id === id);
    if ((review ?? comment ?? label ?? run ?? suite) === undefined) continue;
    demand(world, actor, repo, READ);
    if (review !== undefined) return shapes.review(review);
    if (comment !== undefined) return shapes.comment(comment);
    if (label !== undefined) return shapes.label(label);
    if (run !== undefined) return shapes.checkRun(run);
    if (suite !== undefined) return shapes.checkSuite(suite);
  }
  return undefined;
}

export function unresolvedNode(id: string) {
  return unresolved(`a node with the global id of '${id}'`);
}

export function repositoryById({ world, actor }: Asking, id: string): Repository {
  const parsed = parseNodeId(id);
  const repo = parsed?.prefix === "R" ? world.repositories.get(Number(parsed.id)) : undefined;
  if (repo === undefined) throw unresolvedNode(id);
  demand(world, actor, repo, READ);
  return repo;
}

export function pullById({ world, actor }: Asking, id: string): PullRequest {
  const parsed = parseNodeId(id);
  const pull = parsed?.prefix === "PR" ? findPull(world, Number(parsed.id)) : undefined;
  if (pull === undefined) throw unresolvedNode(id);
  demand(world, actor, pull.repository, READ_PULLS);
  return pull;
}

function findPull(world: World, id: number): PullRequest | undefined {
  return [...world.repositories.values()].flatMap((repo) => [...repo.pulls.values()]).find((pull) => pull.id === id);
}

export function accountById({ world }: Asking, id: string): Account {
  const parsed = parseNodeId(id);
  const account = world.accounts.get(Number(parsed?.id));
  if (account === undefined) throw unresolvedNode(id);
  return account;
}
