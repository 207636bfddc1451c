// Who and what a live Gerrit has for a test: people with a password and an ssh key, projects, labels, and what the server says
// of a change. Everything goes through Gerrit's own REST API, as an administrator.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mustRun } from "../../support/shell.ts";
import { environment } from "./jars.ts";

export interface Address {
  readonly url: string;
  readonly sshPort: number;
  readonly administrator: { readonly user: string; readonly password: string };
}

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** The private key's file. */
  readonly key: string;
}

/** The server that `npm run test:gerrit` started. */
export function liveGerrit(): Address {
  const text = process.env["PLUSTWO_GERRIT"];
  if (text === undefined) throw new Error("There is no live Gerrit: these tests are run with `npm run test:gerrit`");
  return JSON.parse(text) as Address;
}

/** As the administrator. `body` is sent as JSON; the answer loses Gerrit's guard and is parsed. Rejects on anything but 2xx. */
export async function rest(gerrit: Address, method: string, path: string, body?: unknown): Promise<unknown> {
  const { user, password } = gerrit.administrator;
  const answer = await fetch(`${gerrit.url}/a${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.trim()}`);
  return text === "" ? undefined : text.startsWith(")]}'") ? JSON.parse(text.slice(4)) : text;
}

/** A person with a key of their own; the key lies in `folder`. */
export async function makePerson(gerrit: Address, name: string, folder: string): Promise<Person> {
  await mkdir(folder, { recursive: true });
  const key = join(folder, "id_ed25519");
  await mustRun("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key], {
    cwd: folder,
    env: environment(),
  });
  const { stdout } = await mustRun("cat", [`${key}.pub`], { cwd: folder, env: environment() });
  const password = `word-of-${name}`;
  const email = `${name}@example.org`;
  const full = name[0]?.toUpperCase() + name.slice(1);
  await rest(gerrit, "PUT", `/accounts/${name}`, {
    name: full,
    email,
    http_password: password,
    ssh_key: stdout.trim(),
  });
  await writeFile(join(folder, "password"), password);
  return { name, email, password, key };
}

/** With one commit on `main`, or on another branch. */
export async function makeProject(
  gerrit: Address,
  name: string,
  branches: readonly string[] = ["main"],
): Promise<void> {
  await rest(gerrit, "PUT", `/projects/${encodeURIComponent(name)}`, { create_empty_commit: true, branches });
}

/** What only a site's administrator can set up: `Verified`, and a branch nobody may send changes to. */
export async function furnish(gerrit: Address): Promise<void> {
  await rest(gerrit, "PUT", "/projects/All-Projects/labels/Verified", {
    values: { "-1": "Fails", " 0": "No score", "+1": "Verified" },
    default_value: 0,
  });
  await rest(gerrit, "POST", "/projects/All-Projects/access", {
    add: {
      "refs/heads/*": {
        permissions: {
          "label-Verified": {
            label: "Verified",
            rules: { "global:Registered-Users": { action: "ALLOW", min: -1, max: 1 } },
          },
          "label-Code-Review": {
            label: "Code-Review",
            rules: { "global:Registered-Users": { action: "ALLOW", min: -2, max: 2 } },
          },
          submit: { rules: { "global:Registered-Users": { action: "ALLOW" } } },
        },
      },
      "refs/for/refs/heads/locked": {
        permissions: { push: { rules: { "global:Registered-Users": { action: "BLOCK" } } } },
      },
    },
  });
}

/** The parts of a change that tests look at. Source: Gerrit, "REST API: Changes", ChangeInfo. */
export interface ServerChange {
  readonly _number: number;
  readonly change_id: string;
  readonly subject: string;
  readonly status: string;
  readonly branch: string;
  readonly topic?: string;
  readonly hashtags?: readonly string[];
  readonly work_in_progress?: boolean;
  readonly is_private?: boolean;
  readonly current_revision: string;
  readonly revisions: Readonly<
    Record<string, { readonly _number: number; readonly ref: string; readonly description?: string }>
  >;
  readonly messages: readonly { readonly message: string }[];
  readonly reviewers: Readonly<Record<string, readonly { readonly username?: string; readonly email?: string }[]>>;
  readonly labels?: Readonly<
    Record<string, { readonly all?: readonly { readonly value?: number; readonly username?: string }[] }>
  >;
}

/** Of one project, oldest first. */
export async function changesOf(gerrit: Address, project: string): Promise<readonly ServerChange[]> {
  const wanted = ["CURRENT_REVISION", "ALL_REVISIONS", "MESSAGES", "DETAILED_LABELS", "DETAILED_ACCOUNTS"].map(
    (one) => `o=${one}`,
  );
  const found = await rest(
    gerrit,
    "GET",
    `/changes/?q=${encodeURIComponent(`project:${project}`)}&${wanted.join("&")}`,
  );
  return [...(found as readonly ServerChange[])].sort((one, other) => one._number - other._number);
}
