/** The App, its rights, and whether Actions run at all. */
import { type InstallationFacts, type OperationFacts } from "./facts.ts";
import { unread, type Finding } from "./finding.ts";
import { APP_EVENTS, APP_PERMISSIONS } from "./rulesets.ts";

export function appFindings(facts: OperationFacts): readonly Finding[] {
  return [...installationFindings(facts), ...actionsFindings(facts)];
}

function installationFindings({ app, installation, repository }: OperationFacts): readonly Finding[] {
  if (!app.known) return [unread("app-unread", "Which App plustwo is here", app)];
  if (app.value === undefined)
    return [
      {
        id: "app-unknown",
        severity: "warning",
        found: "No check of plustwo was seen, so it is not known which App it is here",
        mend: "install the App on the repository; if it is, name it: `plustwo doctor --app SLUG`",
      },
    ];
  const { slug } = app.value;
  if (!installation.known)
    return [unread("app-installation-unread", `The installation of the App ${slug}`, installation)];
  if (installation.value === undefined)
    return [
      {
        id: "app-not-installed",
        severity: "wrong",
        found: `The App ${slug} is not installed on ${repository.owner}`,
        mend: `install it on ${repository.fullName}`,
      },
    ];
  return rightsFindings(slug, installation.value);
}

function rightsFindings(slug: string, { suspended, permissions, events }: InstallationFacts): readonly Finding[] {
  if (suspended)
    return [
      {
        id: "app-suspended",
        severity: "wrong",
        found: `The installation of the App ${slug} is suspended: it can neither read nor land anything`,
        mend: "lift the suspension in the owner's settings, GitHub Apps",
      },
    ];
  const lacking = Object.entries(APP_PERMISSIONS).filter(([name, needed]) => {
    const have = permissions[name];
    return name !== "metadata" && have !== "write" && have !== needed;
  });
  const missing = APP_EVENTS.filter((event) => !events.includes(event));
  const beyond = ["administration", "secrets"].filter((name) => permissions[name] !== undefined);
  return [
    ...lacking.map(([name, needed]): Finding => ({
      id: "app-permission-missing",
      severity: "wrong",
      found: `The App ${slug} has ${permissions[name] === undefined ? "no" : `only ${permissions[name]}`} access to ${name}; it needs ${needed}`,
      mend: "grant it in the App's settings, and let the owner accept the new permission",
    })),
    ...beyond.map((name): Finding => ({
      id: "app-permission-beyond",
      severity: "warning",
      found: `The App ${slug} may use ${name}, which it never needs`,
      mend: "take the permission away in the App's settings",
    })),
    ...(missing.length === 0
      ? []
      : [
          {
            id: "app-events-missing",
            severity: "warning",
            found: `The App ${slug} is not told of: ${missing.join(", ")}; plustwo then sees them only with the next sweep`,
            mend: "subscribe to them in the App's settings",
          } satisfies Finding,
        ]),
  ];
}

function actionsFindings({ actions, forkApproval, workflows }: OperationFacts): readonly Finding[] {
  const found: Finding[] = [];
  if (!actions.known) found.push(unread("actions-unread", "Whether Actions are enabled", actions));
  else if (!actions.value.enabled && (!workflows.known || workflows.value.length > 0))
    found.push({
      id: "actions-disabled",
      severity: "wrong",
      found: "Actions are disabled in this repository: no job runs, and the gate waits for ever",
      mend: "enable them in Settings → Actions → General",
    });
  else if (actions.value.allowed === "local_only")
    found.push({
      id: "actions-local-only",
      severity: "note",
      found: "Only actions of this owner may run: a workflow that uses `actions/checkout` does not start",
      mend: "if the CI template is used, allow GitHub's own actions in Settings → Actions → General",
    });
  if (forkApproval.known && forkApproval.value === "all_external_contributors")
    found.push({
      id: "actions-fork-approval",
      severity: "note",
      found: 'Every run of a pull request from a fork waits for a maintainer\'s "Approve and run"',
      mend: "the gate tests the change all the same; to see results earlier, relax it in Settings → Actions → General",
    });
  if (!forkApproval.known)
    found.push({
      ...unread("actions-fork-approval-unread", "The approval policy for runs of forks", forkApproval),
      severity: "note",
    });
  return found;
}
