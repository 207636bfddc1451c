/**
 * `git review abandon [CHANGE]`: closes a change without merging it, with the reason as a comment. Its branch stays, so that it can
 * be opened again, unless `--delete-branch`; the changes that stand on it are named, and stay.
 */
import { formatReference, parseChangeReference, type ChangeReference } from "../../core/change/change-reference.ts";
import { parseHeadBranch } from "../../core/change/change.ts";
import { changeIdOfCommit } from "../../core/change/stack.ts";
import { branchRef } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type ChangeHeadline } from "../../forge/forge.ts";
import { factsOf, openDesk, type Desk } from "../desk.ts";
import { EXIT, ofForge, ofGit } from "../problems.ts";
import { counted, oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";

export interface AbandonOptions {
  /** Absent = the change of the commit that is checked out. */
  readonly change?: string;
  readonly message?: string;
  /** Also somebody else's change. */
  readonly yes: boolean;
  readonly deleteBranch: boolean;
  readonly remote?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export async function abandon(
  terminal: Terminal,
  say: Say,
  options: AbandonOptions,
): Promise<Result<number, CliProblem>> {
  const reference = options.change === undefined ? undefined : parseChangeReference(options.change);
  if (options.change !== undefined && reference?.patchSet !== undefined) return fail(onePatchSet(reference));
  if (options.change !== undefined && reference === undefined) return fail(notAReference(options.change));
  const opened = await openDesk(terminal, say, options.remote === undefined ? {} : { remote: options.remote });
  if (!opened.ok) return opened;
  const desk = opened.value;
  const { forge, project, location } = desk;
  const [facts, open] = await say.during(
    `Asking ${location.host}`,
    Promise.all([factsOf(desk), forge.openChanges(project)]),
  );
  if (!facts.ok) return facts;
  if (!open.ok) return fail(ofForge(open.problem));
  const found = await find(desk, open.value, reference);
  if (!found.ok) return found;
  const change = found.value;
  const { author } = change;
  if (author.id !== facts.value.viewer.id && !options.yes) return fail(ofAnother(change));
  const above = standingOn(change, open.value);
  const branch = options.deleteBranch ? branchOf(desk, change, above) : "stays";
  if (!options.dryRun) {
    const closed = await close(desk, change, options.message);
    if (!closed.ok) return closed;
    const gone = branch === "deleted" ? await deleteBranch(desk, change) : ok(undefined);
    if (!gone.ok) return gone;
  }
  tell(desk, { change, above, branch }, options);
  return ok(EXIT.ok);
}

type Branch = "stays" | "deleted" | "needed" | "not-ours";

async function find(
  desk: Desk,
  open: readonly ChangeHeadline[],
  reference: ChangeReference | undefined,
): Promise<Result<ChangeHeadline, CliProblem>> {
  if (reference?.name.kind === "number") {
    const { number } = reference.name;
    const found = open.find((one) => one.number === number);
    if (found !== undefined) return ok(found);
    const read = await desk.forge.readChange(desk.project, number);
    return read.ok ? fail(isOver(read.value)) : fail(ofForge(read.problem));
  }
  const id = reference === undefined ? await idOfHead(desk) : ok(reference.name.id);
  if (!id.ok) return id;
  const same = open.filter(({ headBranch }) => parseHeadBranch(headBranch)?.id === id.value);
  const onTarget = same.filter(({ headBranch }) => parseHeadBranch(headBranch)?.target === desk.location.target);
  const [first, second] = onTarget.length > 0 ? onTarget : same;
  if (first !== undefined && second === undefined) return ok(first);
  if (first === undefined)
    return fail({
      message: `Cannot find ${id.value} on ${desk.location.host}: none of the ${counted(open.length, "open change")} has this Change-Id`,
      hint: "`git review -l` lists the open ones",
      exit: EXIT.refused,
    });
  return fail({
    message: `Cannot tell which change is meant: ${same.map(({ number, base }) => `#${number} (to ${base})`).join(" and ")} have this Change-Id`,
    hint: "name one by its number",
    exit: EXIT.refused,
  });
}

async function idOfHead(desk: Desk) {
  const head = await desk.repository.resolve("HEAD");
  if (!head.ok) return fail(ofGit(head.problem));
  const commit = head.value === undefined ? undefined : await desk.repository.commit(head.value);
  if (commit?.ok === false) return fail(ofGit(commit.problem));
  const id = commit === undefined ? undefined : changeIdOfCommit(commit.value);
  if (id !== undefined) return ok(id);
  return fail({
    message: "Cannot tell which change is meant: the commit that is checked out has no Change-Id",
    hint: "name it: `git review abandon 12`",
    exit: EXIT.usage,
  });
}

/** Bottom first. A pull request is based on a branch of the project, so another's fork cannot be meant. */
function standingOn(change: ChangeHeadline, open: readonly ChangeHeadline[]): readonly ChangeHeadline[] {
  const found: ChangeHeadline[] = [];
  const bases = new Set<string>([change.headBranch]);
  for (let grown = true; grown;) {
    const next = open.filter(({ base, number }) => bases.has(base) && !found.some((one) => one.number === number));
    for (const one of next) bases.add(one.headBranch);
    found.push(...[...next].sort((a, b) => a.number - b.number));
    grown = next.length > 0;
  }
  return found;
}

/** GitHub closes every pull request that is based on a branch that vanishes. */
function branchOf({ project }: Desk, change: ChangeHeadline, above: readonly ChangeHeadline[]): Branch {
  const here = change.headRepository?.toLowerCase() === `${project.owner}/${project.name}`.toLowerCase();
  if (!here || parseHeadBranch(change.headBranch) === undefined) return "not-ours";
  return above.length > 0 ? "needed" : "deleted";
}

async function close(
  desk: Desk,
  change: ChangeHeadline,
  message: string | undefined,
): Promise<Result<void, CliProblem>> {
  const { forge, project, say, location } = desk;
  if (message !== undefined && message.trim() !== "") {
    // One for each patch set: closing it once more does not say it once more.
    const slot = `abandoned-${change.head.slice(0, 12)}`;
    const told = await forge.comment(project, change.number, slot, message.trim());
    if (!told.ok) return fail(ofForge(told.problem));
  }
  const closed = await say.during(`Closing #${change.number} on ${location.host}`, forge.close(project, change.number));
  return closed.ok ? ok(undefined) : fail(ofForge(closed.problem));
}

async function deleteBranch(
  desk: Desk,
  { headBranch, head, number }: ChangeHeadline,
): Promise<Result<void, CliProblem>> {
  const gone = await desk.repository.push(desk.remote, [{ ref: branchRef(headBranch), from: head, to: undefined }]);
  if (gone.ok) return ok(undefined);
  const { message, hint } = ofGit(gone.problem);
  return fail({
    message: `#${number} is closed, but its branch is still there: ${message}`,
    hint: `${hint}; or leave it: a branch without a pull request harms nobody`,
    exit: EXIT.partlyDone,
  });
}

interface Told {
  readonly change: ChangeHeadline;
  readonly above: readonly ChangeHeadline[];
  readonly branch: Branch;
}

function tell({ say, location }: Desk, { change, above, branch }: Told, { dryRun, json }: AbandonOptions): void {
  const { number, title, url, headBranch } = change;
  if (json) {
    say.json({
      ...{ version: 1, dryRun, host: location.host, project: `${location.owner}/${location.name}` },
      ...{ number, subject: title, url, branch: headBranch, branchIs: branch === "deleted" ? "deleted" : "kept" },
      above: above.map((one) => ({ number: one.number, subject: one.title, url: one.url })),
    });
    return;
  }
  const did = dryRun ? "would be closed" : "closed";
  const also = branch === "deleted" ? (dryRun ? ", with its branch" : ", branch deleted") : "";
  say.result(
    `${say.link(`#${number}`, url)}  ${oneLine(title)}  ${say.colour("yellow", `${did}${also}`)}  ${say.link(url, url)}`,
  );
  if (branch === "needed") say.result("Its branch stays: the server would close what is based on it");
  if (branch === "not-ours") say.result(`Its branch stays: ${headBranch} is none that git review made in this project`);
  for (const one of above) say.result(`#${one.number}  ${oneLine(one.title)}  stands on it, and stays open`);
  const drop = "drop its commit (`git rebase -i`), then `git review restack` and `git review` send them without it";
  if (above.length > 0) say.result(say.colour("dim", `Next: where they are yours, ${drop}`));
  else if (branch !== "deleted") say.result(say.colour("dim", "Its page can open it again; so does `git review`"));
}

function ofAnother({ number, title, author }: ChangeHeadline): CliProblem {
  return {
    message: `Did not close #${number} "${oneLine(title)}": it is a change of ${author.login}`,
    hint: `if ${author.login} knows of it, add --yes, and -m with the reason`,
    exit: EXIT.refused,
  };
}

function isOver({ number, title, state }: ChangeHeadline): CliProblem {
  const merged = state === "merged";
  return {
    message: `Cannot close #${number} "${oneLine(title)}": it is ${merged ? "merged" : "closed already"}`,
    hint: merged ? "`git revert` its commit and send that with `git review`" : "`git review -l` lists the open ones",
    exit: EXIT.refused,
  };
}

function onePatchSet(reference: ChangeReference): CliProblem {
  return {
    message: `Cannot close ${formatReference(reference)}: a change is closed as a whole, not a patch set of it`,
    hint: `\`git review abandon ${formatReference({ name: reference.name })}\``,
    exit: EXIT.malformed,
  };
}

function notAReference(text: string): CliProblem {
  return {
    message: `Cannot close ${JSON.stringify(text)}: it names no change`,
    hint: "give a number (12), a Change-Id, or the address of its page; `git review -l` lists the open ones",
    exit: EXIT.malformed,
  };
}
