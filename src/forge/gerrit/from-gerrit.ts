/**
 * From Gerrit's JSON to our words: the one room that knows its field names. Sources: Gerrit, "REST API: Changes"
 * (ChangeInfo, RevisionInfo, AccountInfo) and "JSON Data" (change, patchSet, account), which is what ssh answers.
 */
import { parseBranchName, parseChangeId, parseRefName, parseSha } from "../../core/ids.ts";
import { type GerritAccount, type GerritChange, type GerritPatchSet } from "./change.ts";

type Fields = Readonly<Record<string, unknown>>;

/** An entry of `GET /changes/`; `undefined` when it is none. `web` is where the server's pages are. */
export function changeFromRest(value: unknown, web: string): GerritChange | undefined {
  if (!isFields(value)) return undefined;
  const number = numberOf(value["_number"]);
  const revisions = isFields(value["revisions"]) ? Object.entries(value["revisions"]) : [];
  const patchSets = revisions.flatMap(([commit, revision]) =>
    isFields(revision) ? patchSet(revision["_number"], revision["ref"], commit) : [],
  );
  const project = textOf(value["project"]);
  return changeOf(value, {
    id: value["change_id"],
    number,
    hashtags: value["hashtags"],
    workInProgress: value["work_in_progress"],
    private: value["is_private"],
    url: number === undefined || project === undefined ? undefined : `${web}/c/${project}/+/${number}`,
    patchSets,
  });
}

/** A line of `gerrit query --format=JSON`; `undefined` for the last one, which counts. */
export function changeFromSsh(value: unknown): GerritChange | undefined {
  if (!isFields(value) || value["type"] !== undefined) return undefined;
  const listed = Array.isArray(value["patchSets"]) ? value["patchSets"] : [value["currentPatchSet"]];
  const patchSets = listed.flatMap((one: unknown) =>
    isFields(one) ? patchSet(one["number"], one["ref"], one["revision"]) : [],
  );
  return changeOf(value, {
    id: value["id"],
    number: numberOf(value["number"]),
    hashtags: value["hashtags"],
    workInProgress: value["wip"],
    private: value["private"],
    url: textOf(value["url"]),
    patchSets,
  });
}

interface Differing {
  readonly id: unknown;
  readonly number: number | undefined;
  readonly hashtags: unknown;
  readonly workInProgress: unknown;
  readonly private: unknown;
  readonly url: string | undefined;
  readonly patchSets: readonly GerritPatchSet[];
}

function changeOf(value: Fields, differing: Differing): GerritChange | undefined {
  const id = parseChangeId(textOf(differing.id) ?? "");
  const branch = parseBranchName((textOf(value["branch"]) ?? "").replace(/^refs\/heads\//, ""));
  const [project, subject, topic] = [textOf(value["project"]), textOf(value["subject"]), textOf(value["topic"])];
  const { number, url } = differing;
  if (id === undefined || branch === undefined || number === undefined || project === undefined) return undefined;
  return {
    number,
    id,
    project,
    branch,
    subject: subject ?? "",
    status: statusOf(textOf(value["status"]) ?? ""),
    ...(topic === undefined || topic === "" ? {} : { topic }),
    hashtags: Array.isArray(differing.hashtags) ? differing.hashtags.flatMap((one: unknown) => textOf(one) ?? []) : [],
    owner: accountOf(value["owner"]),
    workInProgress: differing.workInProgress === true,
    private: differing.private === true,
    ...(url === undefined ? {} : { url }),
    patchSets: [...differing.patchSets].sort((one, other) => one.number - other.number),
  };
}

function patchSet(number: unknown, ref: unknown, commit: unknown): readonly GerritPatchSet[] {
  const [counted, name, sha] = [numberOf(number), parseRefName(textOf(ref) ?? ""), parseSha(textOf(commit) ?? "")];
  // Number 0 is somebody's edit in the browser, which is no patch set yet.
  if (counted === undefined || name === undefined || sha === undefined) return [];
  return [{ number: counted, ref: name, commit: sha }];
}

function statusOf(status: string): GerritChange["status"] {
  if (status === "MERGED") return "merged";
  return status === "ABANDONED" ? "abandoned" : "open";
}

export function accountOf(value: unknown): GerritAccount {
  if (!isFields(value)) return {};
  const [name, username, email] = [textOf(value["name"]), textOf(value["username"]), textOf(value["email"])];
  return {
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
    ...(email === undefined ? {} : { email }),
  };
}

/** From ssh older servers say numbers as texts. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
