/** What `git review undo` looks at before it decides: where everything of the submit is now, and what other people did there. */
import { type OtherChange, type SubmitRecord, type UndoView } from "../../core/change/undo.ts";
import { branchOfRef, branchRef, parseRefName, type Sha } from "../../core/ids.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type ChangeHeadline, type ChangeRead } from "../../forge/forge.ts";
import { isOf } from "../../core/change/undo-hold.ts";
import { type Desk } from "../desk.ts";
import { branchTips } from "../heads.ts";
import { EXIT, ofForge, ofGit } from "../problems.ts";
import { type CliProblem } from "../say.ts";

export async function gatherUndo(desk: Desk, record: SubmitRecord): Promise<Result<UndoView, CliProblem>> {
  const { forge, project, say, location } = desk;
  const branches = record.changes.map(({ branch }) => branch);
  const asked = Promise.all([forge.readStack(project, branches), forge.openChanges(project)]);
  const [read, open] = await say.during(`Asking ${location.host}`, asked);
  if (!read.ok) return fail(ofForge(read.problem));
  if (!open.ok) return fail(ofForge(open.problem));
  const { changes } = read.value;
  const { viewer } = read.value.repository;
  const tips = await tipsOf(desk, record, viewer.login);
  if (!tips.ok) return tips;
  const touched: Record<number, string> = {};
  for (const { branch, created } of record.changes) {
    const remote = changes[branch];
    if (!created || remote?.state !== "open") continue;
    const whole = await forge.readChange(project, remote.number);
    if (!whole.ok) return fail(ofForge(whole.problem));
    const how = touchedBy(whole.value, viewer.id);
    if (how !== undefined) touched[remote.number] = how;
  }
  const landed = await landedOf(desk, record, tips.value);
  if (!landed.ok) return landed;
  const own = new Set(Object.values(changes).map(({ number }) => number));
  const others = await othersOf(
    desk,
    record,
    open.value.filter(({ number }) => !own.has(number)),
  );
  return ok({ viewer: viewer.login, changes, tips: tips.value, others, touched, landed: landed.value });
}

/** The head branches and the target, in one process; one more for the person's fork, where some of the branches are. */
async function tipsOf(
  desk: Desk,
  record: SubmitRecord,
  login: string,
): Promise<Result<Readonly<Record<string, Sha>>, CliProblem>> {
  const inProject = record.changes.flatMap(({ branch, fork }) => (fork === undefined ? [branch] : []));
  const refs = [record.target, ...inProject].map(branchRef);
  const listed = await desk.repository.listRemote(desk.remoteUrl, ...refs);
  if (!listed.ok) return fail(ofGit(listed.problem));
  let tips: Readonly<Record<string, Sha>> = Object.fromEntries(
    listed.value.map(({ name, sha }) => [branchOfRef(name) ?? name, sha]),
  );
  const forks = new Set(record.changes.flatMap(({ fork }) => (fork !== undefined && isOf(login, fork) ? [fork] : [])));
  for (const name of forks) {
    const branches = record.changes.flatMap(({ branch, fork }) => (fork === name ? [branch] : []));
    const there = await branchTips(desk, branches, { name, exists: true });
    if (!there.ok) return there;
    tips = { ...tips, ...there.value };
  }
  return ok(tips);
}

/** What people did there; programs comment on everything, which nobody loses. */
function touchedBy({ reviews, comments, pushes, openedAt }: ChangeRead, viewer: number): string | undefined {
  const other = (by: { readonly id: number; readonly type: string } | undefined): boolean =>
    by !== undefined && by.id !== viewer && by.type === "User";
  const review = reviews.find(({ by, state }) => other(by) && state !== "pending");
  if (review !== undefined) return `${review.by.login} reviewed it`;
  const comment = comments.find(({ by }) => other(by));
  if (comment !== undefined) return `${comment.by.login} commented on it`;
  // The branch may have had another pull request before, with pushes of its own.
  const push = pushes.find(({ by, at }) => other(by) && (at === undefined || at > openedAt));
  return push?.by === undefined ? undefined : `${push.by.login} pushed to it`;
}

/** Of the former heads, those in the target. Each is brought here first where it is gone, since it is to be pushed. */
async function landedOf(
  desk: Desk,
  record: SubmitRecord,
  tips: Readonly<Record<string, Sha>>,
): Promise<Result<ReadonlySet<Sha>, CliProblem>> {
  const { repository, remoteUrl } = desk;
  const landed = new Set<Sha>();
  const moving = record.changes.flatMap((change) =>
    change.push?.from !== undefined && tips[change.branch] === change.push.to
      ? [{ ...change, from: change.push.from }]
      : [],
  );
  const targetTip = tips[record.target];
  if (moving.length === 0 || targetTip === undefined) return ok(landed);
  const fetched = await repository.fetch(remoteUrl, [{ from: branchRef(record.target) }]);
  if (!fetched.ok) return fail(ofGit(fetched.problem));
  for (const { from, subject } of moving) {
    const here = await repository.commit(from);
    const brought = here.ok ? ok(undefined) : await repository.fetch(remoteUrl, [{ from }]);
    if (!brought.ok) return fail(lost(from, subject));
    const inside = await repository.isAncestor(from, targetTip);
    if (!inside.ok) return fail(ofGit(inside.problem));
    if (inside.value) landed.add(from);
  }
  return ok(landed);
}

async function othersOf(
  { repository, remoteUrl }: Desk,
  record: SubmitRecord,
  open: readonly ChangeHeadline[],
): Promise<readonly OtherChange[]> {
  const found: OtherChange[] = [];
  for (const { number, author, base, head } of open) {
    const push = record.changes.find(({ branch }) => branch === base)?.push;
    if (push === undefined) continue;
    const ref = parseRefName(`refs/pull/${number}/head`);
    const fetched = ref === undefined ? undefined : await repository.fetch(remoteUrl, [{ from: ref }]);
    const inside = fetched?.ok === true ? await repository.isAncestor(push.to, head) : undefined;
    // What cannot be found out counts as built on.
    found.push({ number, author: author.login, base, contains: inside?.ok === true ? inside.value : true });
  }
  return found;
}

function lost(sha: Sha, subject: string): CliProblem {
  return {
    message: `Cannot take back "${subject}": ${sha.slice(0, 7)}, which it was before, is neither in this clone nor on the server any more`,
    hint: "amend the commit to what it should be and send that with `git review`; nothing was changed",
    exit: EXIT.refused,
  };
}
