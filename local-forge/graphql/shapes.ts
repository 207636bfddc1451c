/** All shapes of one world, tied together. */
import { type World } from "../world.ts";
import { checkRunShape, checkSuiteShape, commitAt, commitShape, refShape, statusShape } from "./commits.ts";
import { type Shapes } from "./context.ts";
import { accountShape, appShape, labelShape, teamShape } from "./people.ts";
import { commentShape, pullShape, reviewShape } from "./pulls.ts";
import { threadShape } from "./threads.ts";
import { repositoryShape } from "./repositories.ts";

export function shapesOf(world: World): Shapes {
  return {
    account: (account) => accountShape(world, account),
    app: appShape,
    team: (team) => teamShape(world, team),
    label: labelShape,
    repository: (repo) => repositoryShape(world, repo),
    ref: refShape,
    commit: (repo, commit) => commitShape(world, repo, commit),
    commitAt: (repo, sha) => commitAt(world, repo, sha),
    pull: (pull) => pullShape(world, pull),
    review: (review) => reviewShape(world, review),
    thread: (thread) => threadShape(world, thread),
    comment: (comment) => commentShape(world, comment),
    checkRun: (run) => checkRunShape(world, run),
    checkSuite: checkSuiteShape,
    status: statusShape,
  };
}
