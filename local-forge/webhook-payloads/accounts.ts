// `installation` and `membership`.
import { nodeId, representInstallation, representTeam, representUser } from "../represent.ts";
import { fullName, type InstallationEvent, type MembershipEvent, type World } from "../world.ts";
import { type Notice, webhookOrganization } from "./notice.ts";

/** Goes to the installed app whatever it subscribed to. */
export function installationNotice(world: World, event: InstallationEvent): Notice {
  const { installation, repositories, sender, action } = event;
  return {
    event: "installation",
    body: {
      action,
      installation: representInstallation(world, installation),
      repositories: repositories.map((repo) => ({
        id: repo.id,
        node_id: nodeId("R", repo.id),
        name: repo.name,
        full_name: fullName(repo),
        private: repo.private,
      })),
      sender: representUser(world, sender),
    },
    to: { kind: "installation", installation },
  };
}

export function membershipNotice(world: World, event: MembershipEvent): Notice {
  const { team, member, sender, action } = event;
  return {
    event: "membership",
    body: {
      action,
      scope: "team",
      member: representUser(world, member),
      sender: representUser(world, sender),
      team: representTeam(world, team),
      organization: webhookOrganization(world, team.org),
    },
    to: { kind: "organization", org: team.org },
  };
}
