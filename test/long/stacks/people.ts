// A person at their clone, with git alone: commits, and stacks that are written anew as `git rebase -i` would. What cannot be done
// (a conflict, an edit in the way) is given up, and the branch stands where it stood.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Seat } from "../../cli/seat.ts";

export interface Commit {
  readonly sha: string;
  readonly parent: string;
  readonly subject: string;
  readonly message: string;
  /** Absent: `git review` gives it one. */
  readonly id: string | undefined;
}

/** Where the files of changes live; notes are tracked and no change touches them. */
export const CHANGES = "changes";
export const notesOf = (login: string): string => `notes/${login}.md`;

export interface Person {
  readonly login: string;
  readonly seat: Seat;
  /** The target of each local branch. */
  readonly targets: Map<string, string>;
}

export async function branchOf({ seat }: Person): Promise<string | undefined> {
  const name = await seat.git("branch", "--show-current");
  return name === "" ? undefined : name;
}

export async function targetOf(person: Person): Promise<string> {
  return person.targets.get((await branchOf(person)) ?? "") ?? "main";
}

/** Oldest first. */
export async function stackOf(person: Person): Promise<readonly Commit[]> {
  return commitsOf(person.seat, `origin/${await targetOf(person)}..HEAD`);
}

export async function commitsOf(seat: Seat, range: string): Promise<readonly Commit[]> {
  const log = await seat.git("log", "--reverse", "--topo-order", "--format=%H%x1f%P%x1f%B%x1e", range);
  return log.split("\x1e").flatMap((entry) => {
    const [sha = "", parent = "", text = ""] = entry.trim().split("\x1f");
    if (sha === "") return [];
    const message = text.trim();
    const id = /^Change-Id: (I[0-9a-f]{40})$/m.exec(message)?.[1];
    return [{ sha, parent, message, id, subject: message.split("\n")[0] ?? "" }];
  });
}

export async function pathsOf(seat: Seat, sha: string): Promise<readonly string[]> {
  const listed = await seat.git("diff-tree", "-r", "--no-commit-id", "--name-only", sha);
  return listed === "" ? [] : listed.split("\n");
}

export type Piece =
  | { readonly kind: "pick"; readonly sha: string }
  /** The picked one with other files or another message; its author stays. */
  | {
      readonly kind: "edit";
      readonly sha: string;
      readonly files?: Readonly<Record<string, string>>;
      readonly message?: string;
    }
  | { readonly kind: "meld"; readonly shas: readonly string[]; readonly message: string }
  /** One commit each for some of its files, the others in the second. */
  | {
      readonly kind: "part";
      readonly sha: string;
      readonly parts: readonly { readonly paths: readonly string[]; readonly message: string }[];
    };

/** Answers whether it could be done. */
export async function rewrites({ seat }: Person, base: string, pieces: readonly Piece[]): Promise<boolean> {
  const old = await seat.git("rev-parse", "HEAD");
  try {
    await seat.git("reset", "-q", "--keep", base);
  } catch {
    return false;
  }
  try {
    for (const piece of pieces) await put(seat, piece);
    return true;
  } catch {
    await seat.git("reset", "-q", "--hard", old);
    await seat.git("clean", "-fdq", "--", CHANGES);
    return false;
  }
}

async function put(seat: Seat, piece: Piece): Promise<void> {
  switch (piece.kind) {
    case "pick":
      await seat.git("cherry-pick", "--ff", piece.sha);
      return;
    case "edit": {
      await seat.git("cherry-pick", "--ff", piece.sha);
      const files = piece.files ?? {};
      seat.writes(files);
      if (Object.keys(files).length > 0) await seat.git("add", "--", ...Object.keys(files));
      await seat.git(
        "commit",
        "-q",
        "--amend",
        ...(piece.message === undefined ? ["--no-edit"] : ["-m", piece.message]),
      );
      return;
    }
    case "meld":
      for (const sha of piece.shas) await seat.git("cherry-pick", "-n", sha);
      await seat.git("commit", "-q", "-m", piece.message);
      return;
    case "part":
      await seat.git("cherry-pick", "-n", piece.sha);
      await seat.git("reset", "-q");
      for (const { paths, message } of piece.parts) {
        await seat.git("add", "-A", "--", ...paths);
        await seat.git("commit", "-q", "-m", message);
      }
  }
}

/** Answers whether it could be done. */
export async function commits(
  person: Person,
  message: string,
  files: Readonly<Record<string, string>>,
): Promise<boolean> {
  const { seat } = person;
  seat.writes(files);
  await seat.git("add", "--", ...Object.keys(files));
  try {
    await seat.git("commit", "-q", "-m", message, "--", ...Object.keys(files));
    return true;
  } catch {
    await seat.git("reset", "-q", "--", ...Object.keys(files));
    return false;
  }
}

/** Answers whether it could be done: an edit can be in the way. */
export async function switches(seat: Seat, ...args: readonly string[]): Promise<boolean> {
  try {
    await seat.git("switch", "-q", "--no-track", ...args);
    return true;
  } catch {
    return false;
  }
}

export async function fetches(seat: Seat): Promise<void> {
  await seat.git(
    "fetch",
    "-q",
    "origin",
    "+refs/heads/main:refs/remotes/origin/main",
    "+refs/heads/stable:refs/remotes/origin/stable",
  );
}

/** Stages a new file, which no commit has; the answer takes it away again. */
export async function stages({ seat, login }: Person): Promise<() => Promise<void>> {
  const path = `staged-${login}.txt`;
  seat.writes({ [path]: `staged by ${login}\n` });
  await seat.git("add", "--", path);
  return async () => {
    await seat.git("rm", "-q", "--cached", "--", path);
    rmSync(join(seat.dir, path));
  };
}
