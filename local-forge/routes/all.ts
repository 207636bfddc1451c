/** Every REST route, in the order in which they are tried. */
import { type Route } from "../route.ts";
import { actionRoutes } from "./actions.ts";
import { appRoutes } from "./apps.ts";
import { checkRoutes } from "./checks.ts";
import { commitRoute, gitDataRoutes } from "./git-data.ts";
import { gitObjectRoutes } from "./git-objects.ts";
import { issueRoutes } from "./issues.ts";
import { operationRoutes } from "./operation.ts";
import { accountRoute, peopleRoutes } from "./people.ts";
import { pullRoutes } from "./pulls.ts";
import { releaseRoutes } from "./releases.ts";
import { repositoryRoutes } from "./repositories.ts";
import { reviewCommentRoutes } from "./review-comments.ts";
import { reviewRoutes } from "./reviews.ts";
import { rulesetRoutes } from "./rulesets.ts";
import { runApprovalRoutes } from "./run-approvals.ts";

export const allRoutes: readonly Route[] = [
  ...appRoutes,
  ...peopleRoutes,
  ...repositoryRoutes,
  ...rulesetRoutes,
  ...operationRoutes,
  ...gitDataRoutes,
  ...gitObjectRoutes,
  ...releaseRoutes,
  ...pullRoutes,
  ...reviewCommentRoutes,
  ...reviewRoutes,
  ...issueRoutes,
  ...checkRoutes,
  ...actionRoutes,
  ...runApprovalRoutes,
  commitRoute,
  accountRoute,
];
