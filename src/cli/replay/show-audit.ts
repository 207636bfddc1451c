/** How `plustwo policy audit` looks: whose certificates counted, what has none with who, when and what was missing, then what nobody can tell. */
import { formatInstant, type Instant } from "../../core/time.ts";
import { type BranchName } from "../../core/ids.ts";
import { type App, type Suspect, type Unknown } from "../../core/replay/audit.ts";
import { type Missing } from "../../core/replay/certificate.ts";
import { type RepositoryRef } from "../../forge/forge.ts";
import { counted, oneLine, type Say } from "../say.ts";
import { day } from "./show-replay.ts";

export interface Audited {
  readonly repository: RepositoryRef;
  readonly branch: BranchName;
  readonly since: Instant;
  /** Absent = none is known, and nothing has a certificate. */
  readonly app?: App;
  readonly how: string;
  /** Newest first. */
  readonly uncertified: readonly Suspect[];
  readonly unknown: readonly (Pick<Unknown, "title" | "at" | "by" | "why"> &
    Partial<Pick<Unknown, "number" | "url">>)[];
  readonly certified: number;
  /** Without a certificate while nothing was enforced. */
  readonly notEnforced: number;
  readonly limits: readonly string[];
  /** `https://host`. */
  readonly web: string;
  readonly requests: number;
}

const WORDS: Readonly<Record<Missing, string>> = {
  "no-pull-request": "pushed past the gate",
  "no-verdict": "merged without a verdict",
  "not-ready": "merged although its requirements were not met",
  "not-gated": "merged past the gate",
  "other-commit": "another commit than the one that was tested",
};

export function showAudit(say: Say, audited: Audited): void {
  const { repository, branch, since, app, how, uncertified, unknown, certified, notEnforced, limits } = audited;
  const who = app === undefined ? "nobody" : app.slug === "" ? `App ${app.id}` : `${app.slug} (App ${app.id})`;
  say.result(`${repository.owner}/${repository.name}, ${branch} since ${day(since)}: ${sum(audited)}`);
  say.result(say.colour("dim", `Certificates that count: those of ${who}, ${oneLine(how)}`));
  for (const one of uncertified) {
    say.result("");
    const verb = one.number === undefined ? "pushed" : "merged";
    say.result(
      `${say.colour("bold", titleOf(one))}  ${verb} ${minute(one.at)} by ${oneLine(one.by ?? "somebody who is gone")}`,
    );
    say.result(`  ${say.colour("dim", urlOf(one, audited))}`);
    say.result(`  ${say.colour("red", WORDS[one.missing])}: ${oneLine(one.sentence)}`);
  }
  if (uncertified.length > 0) say.result("");
  for (const one of unknown) say.result(`Not known of ${titleOf(one)}, ${day(one.at)}: ${oneLine(one.why)}`);
  for (const limit of limits) say.result(`Not looked at: ${limit}`);
  if (notEnforced > 0) say.result(`${counted(notEnforced, "other")} came while the policy did not enforce anything`);
  if (uncertified.length === 0 && certified === 0 && unknown.length === 0)
    say.result("Nothing came in there while the policy was in mode enforce");
  say.result(say.colour("dim", `Asked GitHub ${audited.requests} times and wrote nothing`));
}

function sum({ uncertified, certified, unknown }: Audited): string {
  const apart = unknown.length === 0 ? "" : `, ${unknown.length} not known`;
  return `${uncertified.length} without a certificate, ${certified} with one${apart}`;
}

function titleOf({ number, title }: { readonly number?: number; readonly title: string }): string {
  return number === undefined ? oneLine(title) : `#${number} ${oneLine(title)}`;
}

function urlOf({ url, landed }: Suspect, { web, repository }: Audited): string {
  return url ?? `${web}/${repository.owner}/${repository.name}/commit/${landed}`;
}

/** In UTC. */
function minute(at: Instant): string {
  return `${formatInstant(at).slice(0, 16).replace("T", " ")} UTC`;
}

export function auditAsJson(audited: Audited): object {
  const { repository, branch, since, app, how, certified, notEnforced, limits, requests } = audited;
  return {
    version: 1,
    project: `${repository.owner}/${repository.name}`,
    ...{ branch, since: formatInstant(since), how },
    ...(app === undefined ? {} : { app: app.slug === "" ? { id: app.id } : app }),
    uncertified: audited.uncertified.map(({ from, ...one }) => ({
      ...one,
      at: formatInstant(one.at),
      url: urlOf(one, audited),
      ...(from === undefined ? {} : { from }),
    })),
    unknown: audited.unknown.map(({ number, title, url, at, by, why }) => ({
      ...{ number, title, url, by, why },
      at: formatInstant(at),
    })),
    ...{ certified, notEnforced, limits, requests },
  };
}
