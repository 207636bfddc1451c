// Which webhooks an event of the world becomes, in GitHub's order.
import { type ForgeEvent, type World } from "../world.ts";
import { installationNotice, membershipNotice } from "./accounts.ts";
import { checkRunNotice, checkSuiteNotice, statusNotice, workflowJobNotice, workflowRunNotice } from "./checks.ts";
import { type Notice } from "./notice.ts";
import { commentNotice, pullNotice, reviewNotice } from "./pulls.ts";
import { pushNotices } from "./pushes.ts";

export function noticesOf(world: World, event: ForgeEvent): readonly Notice[] {
  switch (event.kind) {
    case "push":
      return pushNotices(world, event);
    case "pull-request":
      return [pullNotice(world, event)];
    case "review":
      return [reviewNotice(world, event)];
    case "issue-comment":
      return [commentNotice(world, event)];
    case "check-run":
      return [checkRunNotice(world, event)];
    case "check-suite":
      return [checkSuiteNotice(world, event)];
    case "workflow-run":
      return [workflowRunNotice(world, event)];
    case "workflow-job":
      return [workflowJobNotice(world, event)];
    case "status":
      return [statusNotice(world, event)];
    case "installation":
      return [installationNotice(world, event)];
    case "membership":
      return [membershipNotice(world, event)];
    case "rerun":
    case "cancel":
      return []; // requests to the runner; what it does about them is told as runs and jobs
  }
}
