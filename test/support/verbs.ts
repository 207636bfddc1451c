// What people do in a story: upload, amend, rebase, vote, review, push. Each verb drives the real command or the browser's own API,
// and ends only when the world has come to rest.
import { type Change, type Edit, type Person, topicOf } from "./person.ts";
import { type Requests } from "./requests.ts";
import { type Ran } from "./shell.ts";

export interface UploadOptions extends Edit {
  /** The change below; else the newest `main`. */
  readonly onTopOf?: Change;
}

export interface Actor extends Person {
  /** A new change of one commit, sent with `git review`. Without files it adds one named after the subject. */
  uploads(subject: string, options?: UploadOptions): Promise<Change>;
  /** Every commit above `main` on the checked-out branch, sent with `git review`; the changes, bottom first. */
  sends(): Promise<readonly Change[]>;
  /** A new patch set of the change. */
  amends(change: Change, edit: Edit): Promise<void>;
  /** A new patch set on the newest `main`, nothing else; the changes below it in the stack move along. */
  rebases(change: Change): Promise<void>;
  /** `git review vote N Label±V`. */
  votes(change: Change, label: string, value: number): Promise<void>;
  /** Code-Review+2 and Workflow+1 in one motion. */
  approves(change: Change): Promise<void>;
  /** As `votes`, but whatever comes out. */
  triesToVote(change: Change, label: string, value: number): Promise<Ran>;
  /** Presses "Approve" on the web page: no line in the body. */
  approvesInBrowser(change: Change): Promise<void>;
  /** Submits a review on the web page with this body. */
  reviews(change: Change, body: string, event?: "APPROVE" | "REQUEST_CHANGES" | "COMMENT"): Promise<void>;
  /** Plain `git push` of the checked-out commit to a branch; whatever comes out. */
  pushes(ref: string, ...options: readonly string[]): Promise<Ran>;
}

export interface Stage {
  /** `/repos/owner/name` of the API, as the person. */
  readonly api: (person: Person) => Requests;
  /** Every change of the story, so that a stack's lower ones move along. */
  readonly changes: Change[];
  readonly settled: () => Promise<void>;
}

export function actor(person: Person, stage: Stage): Actor {
  const api = stage.api(person);

  /** Sends the branch. Afterwards every change on it has the patch set that stands there. */
  const sends = async (): Promise<readonly Change[]> => {
    await person.types();
    const branch = await person.git("branch", "--show-current");
    const log = await person.git("log", "--reverse", "--format=%H %s", "origin/main..HEAD");
    const sent: Change[] = [];
    for (const line of log.split("\n")) {
      const [sha = ""] = line.split(" ", 1);
      const changeId = await person.changeIdOf(sha);
      const known = stage.changes.find((one) => one.changeId === changeId);
      if (known !== undefined) known.sha = sha;
      const change = known ?? {
        number: await numberOf(sha),
        subject: line.slice(sha.length + 1),
        changeId,
        owner: person,
        branch,
        sha,
      };
      if (known === undefined) stage.changes.push(change);
      sent.push(change);
    }
    await stage.settled();
    return sent;
  };

  const numberOf = async (sha: string): Promise<number> => {
    const open = await api.get<readonly { number: number; head: { sha: string } }[]>("/pulls?state=open&per_page=100");
    const found = open.find((pull) => pull.head.sha === sha);
    if (found !== undefined) return found.number;
    throw new Error(
      `${person.login}: \`git review\` succeeded, but no open pull request has the head ${sha}. It printed:\n${person.last?.stdout}${person.last?.stderr}`,
    );
  };

  const verbs = {
    async uploads(subject: string, { onTopOf, ...edit }: UploadOptions = {}): Promise<Change> {
      const branch = topicOf(subject);
      await person.starts(branch, onTopOf);
      const nothing = edit.files === undefined && edit.patches === undefined;
      await person.edits(nothing ? { files: { [`docs/${branch}.md`]: `# ${subject}\n` } } : edit);
      await person.commits(edit.message ?? subject);
      const change = (await sends()).at(-1);
      if (change === undefined) throw new Error(`${person.login}: \`git review\` had nothing to send`);
      return change;
    },

    sends,

    async amends(change: Change, edit: Edit): Promise<void> {
      await checksOut(person, change);
      const trailer = edit.message === undefined ? {} : { message: withChangeId(edit.message, change.changeId) };
      await person.amendsCommit({ ...edit, ...trailer });
      await sends();
    },

    async rebases(change: Change): Promise<void> {
      await checksOut(person, change);
      await person.git("fetch", "-q", "origin");
      await person.git("rebase", "-q", "origin/main");
      await sends();
    },

    async votes(change: Change, label: string, value: number): Promise<void> {
      await person.types("vote", String(change.number), vote(label, value));
      await stage.settled();
    },

    async approves(change: Change): Promise<void> {
      await person.types("vote", String(change.number), "Code-Review+2", "Workflow+1");
      await stage.settled();
    },

    async triesToVote(change: Change, label: string, value: number): Promise<Ran> {
      const ran = await person.tries("vote", String(change.number), vote(label, value));
      await stage.settled();
      return ran;
    },

    async approvesInBrowser(change: Change): Promise<void> {
      await api.post(`/pulls/${change.number}/reviews`, { event: "APPROVE", commit_id: change.sha });
      await stage.settled();
    },

    async reviews(change: Change, body: string, event: string = "COMMENT"): Promise<void> {
      await api.post(`/pulls/${change.number}/reviews`, { event, body, commit_id: change.sha });
      await stage.settled();
    },

    async pushes(ref: string, ...options: readonly string[]): Promise<Ran> {
      const ran = await person.runs("git", "push", ...options, "origin", ref);
      await stage.settled();
      return ran;
    },
  };
  return Object.assign(person, verbs);
}

/** On the change's own branch, or for somebody else's change on a branch made of its newest patch set. */
async function checksOut(person: Person, change: Change): Promise<void> {
  if (change.owner.login !== person.login) return person.starts(`review-${change.number}`, change);
  await person.git("checkout", "-q", change.branch);
}

function vote(label: string, value: number): string {
  return `${label}${value < 0 ? "" : "+"}${value}`;
}

function withChangeId(message: string, changeId: string): string {
  return message.includes("Change-Id:") ? message : `${message.trimEnd()}\n\nChange-Id: ${changeId}`;
}
