// Tells a list of steps in a world of its own, and looks after every `git review` whether everything was kept.
import { openBench, idFor, type Bench, type Pull } from "../../cli/seat.ts";
import { checkSubmit, type Sent } from "./check.ts";
import { kept, losses, picture, serverOf, stateOf, type Server } from "./keeps.ts";
import {
  branchOf,
  CHANGES,
  commits,
  commitsOf,
  fetches,
  notesOf,
  pathsOf,
  rewrites,
  stackOf,
  stages,
  switches,
  targetOf,
  type Commit,
  type Person,
  type Piece,
} from "./people.ts";
import { type Step, type Verb } from "./steps.ts";

export interface Told {
  /** One line for each step that did something. */
  readonly log: readonly string[];
  /** How often what happened. */
  readonly counts: ReadonlyMap<string, number>;
  /** What was not kept, with the step after which it was seen. */
  readonly wrong?: string;
}

/** Both may push; somebody who may not would be a third. */
const CAST = ["carol", "dave"];
/** `git review` says no: nothing above the target, somebody else's patch set, a conflict, a branch in the way. */
const REFUSALS: readonly number[] = [1, 65, 69];

export async function tell(steps: readonly Step[]): Promise<Told> {
  const log: string[] = [];
  const counts = new Map<string, number>();
  const bench = await openBench();
  try {
    const tale = await openTale(bench, { log, counts });
    for (const step of steps) await tale(step);
    const unknown = bench.forge.services.traffic.requests.filter((request) => request.unknown !== undefined);
    if (unknown.length > 0) throw new Error(`requests the forge does not know: ${JSON.stringify(unknown)}`);
    return { log, counts };
  } catch (error) {
    return { log, counts, wrong: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    await bench.close();
  }
}

interface Notes {
  readonly log: string[];
  readonly counts: Map<string, number>;
}

async function openTale(bench: Bench, { log, counts }: Notes): Promise<(step: Step) => Promise<void>> {
  await bench.lands(Object.fromEntries(CAST.map((login) => [notesOf(login), "nothing yet\n"])));
  await bench.lands({ "stable.md": "stable\n" }, "stable");
  const people: Person[] = [];
  for (const login of CAST) people.push({ login, seat: await bench.seat(login), targets: new Map() });
  for (const { seat, targets } of people) {
    await fetches(seat);
    await seat.git("switch", "-q", "--no-track", "-c", "topic-0", "origin/main");
    targets.set("topic-0", "main");
  }
  /** Heads the server has or had. */
  const onServer = new Set<string>();
  const seen = new Map<string, string>();
  let made = 0;

  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const looks = async (): Promise<Server> => {
    const server = await serverOf(bench);
    for (const sha of server.branches.values()) onServer.add(sha);
    for (const { head } of server.pulls) onServer.add(head.sha);
    return server;
  };
  const fresh = (): number => (made += 1);
  const newMessage = ({ login }: Person, withId = true): string => {
    const n = fresh();
    const trailer = withId ? `\n\nChange-Id: ${idFor(`${login} c${n}`)}` : "";
    return `c${n} of ${login}\n\nWhat it is for.${trailer}`;
  };
  const newFiles = (): Record<string, string> => {
    const n = fresh();
    return { [`${CHANGES}/${n}-a.txt`]: `a of ${n}\n`, [`${CHANGES}/${n}-b.txt`]: `b of ${n}\n` };
  };

  /** The work tree, and every commit of a branch, are kept by what `git review` does here. */
  async function reviews(
    person: Person,
    args: readonly string[],
    { mayDrop = false, withStaged = false }: { readonly mayDrop?: boolean; readonly withStaged?: boolean } = {},
  ) {
    const { seat, login } = person;
    const back = withStaged ? await stages(person) : undefined;
    const before = await kept(seat);
    const told = await seat.review(...args);
    log.push(
      `  ${login}$ git review ${args.join(" ")}  → ${told.code}${told.code === 0 ? "" : ` ${told.err.split("\n")[0] ?? ""}`}`,
    );
    const server = await looks();
    const lost = await losses(seat, before, { onServer, mayDrop });
    if (lost.length > 0) throw new Error(`git review ${args.join(" ")} lost:\n${lost.join("\n")}`);
    await back?.();
    return { ...told, server };
  }

  async function submits(person: Person, { at, to, how }: Step): Promise<void> {
    const { seat } = person;
    const branch = await branchOf(person);
    const target = await targetOf(person);
    if (branch === undefined) return;
    if ((await stackOf(person)).length === 0) await commits(person, newMessage(person), newFiles());
    const before = await looks();
    const tip = await seat.git("rev-parse", "HEAD");
    const topic = [`-t`, `topic${how}`];
    // Where an id is missing, a finished branch does not say what was sent.
    const finish = (await stackOf(person)).every(({ id }) => id !== undefined) ? ["-f"] : [];
    const options: readonly string[] = [["-F"], ["-w"], topic, finish, ["-R"], ["-W"]][to] ?? [];
    if (at === 5) await looksOnly(person, [target, ...options]);
    const withStaged = how % 3 === 0;
    const told = await reviews(person, [target, ...options], { mayDrop: options[0] === "-F", withStaged });
    const now = told.server;
    if (told.code !== 0) {
      if (!REFUSALS.includes(told.code)) throw new Error(`submit ends with ${told.code}: ${told.err}`);
      if (picture(now) !== picture(before))
        throw new Error(`a refused submit changed the server:\n${told.err}\n${picture(before)}\n---\n${picture(now)}`);
      count("submits refused");
      return;
    }
    count("submits");
    const stack = options[0] === "-f" ? await commitsOf(seat, `origin/${target}..${tip}`) : await stackOf(person);
    const sent: Sent = { target, stack, before, now };
    await checkSubmit(bench, sent, seen);
    if (options[0] === "-f") {
      person.targets.delete(branch);
      count("topics finished");
      // The target's own branch is nobody's topic.
      await startTopic(person, target);
      return;
    }
    if (picture(now) === picture(before)) return;
    if (at === 4) await sendsNothingNew(person, target, now);
    else if (how % 3 === 1) await undoes(person, { sent, branch, tip });
  }

  async function looksOnly(person: Person, args: readonly string[]): Promise<void> {
    const [before, git] = [await looks(), person.seat.gitDirectory()];
    await reviews(person, ["-n", ...args]);
    if (picture(await looks()) !== picture(before)) throw new Error("a dry run changed the server");
    if (person.seat.gitDirectory() !== git) throw new Error("a dry run changed a ref, a reflog or the index");
    count("dry runs");
  }

  async function sendsNothingNew(person: Person, target: string, before: Server): Promise<void> {
    const { code, err, server } = await reviews(person, [target]);
    if (code !== 0) throw new Error(`the same submit again ends with ${code}: ${err}`);
    if (picture(server) !== picture(before))
      throw new Error(`the same submit again changed the server:\n${picture(before)}\n---\n${picture(server)}`);
    count("submits again");
  }

  async function undoes(
    person: Person,
    {
      sent: { target, stack, before, now },
      branch,
      tip,
    }: { readonly sent: Sent; readonly branch: string; readonly tip: string },
  ): Promise<void> {
    const heads = new Set(stack.map(({ id }) => `review/${target}/${id ?? ""}`));
    const built = now.pulls.filter(
      (pull) => stateOf(pull) === "open" && heads.has(pull.base.ref) && !heads.has(pull.head.ref),
    );
    const { code, out, err, server } = await reviews(person, ["undo"], { mayDrop: true });
    const known = new Set(before.pulls.map(({ number }) => number));
    if (built.length > 0 && (code !== 0 || out.includes("stays: "))) {
      checkStates(before, server);
      count("undone in part");
      return;
    }
    if (code !== 0) throw new Error(`undo right after a submit ends with ${code}: ${err}`);
    if (picture(server, known) !== picture(before))
      throw new Error(
        `undo did not restore:\n${picture(before)}\n--- it is\n${picture(server, known)}\n--- undo said\n${out}`,
      );
    const open = server.pulls.filter((pull) => !known.has(pull.number) && stateOf(pull) !== "closed");
    if (open.length > 0)
      throw new Error(`undo left ${open.map(({ number }) => `#${number}`).join(", ")} open or merged:\n${out}`);
    if ((await person.seat.git("rev-parse", branch)) !== tip) throw new Error(`undo did not put ${branch} back`);
    count("undone");
  }

  function checkStates(before: Server, now: Server): void {
    for (const was of before.pulls) {
      const is = now.pulls.find(({ number }) => number === was.number);
      if (is === undefined || stateOf(is) !== stateOf(was))
        throw new Error(`#${was.number} was ${stateOf(was)} and is not any more`);
    }
  }

  async function startTopic(person: Person, target: string): Promise<void> {
    const name = `topic-${fresh()}`;
    await fetches(person.seat);
    if (await switches(person.seat, "-c", name, `origin/${target}`)) person.targets.set(name, target);
  }

  const open = (server: Server): readonly Pull[] => server.pulls.filter((pull) => stateOf(pull) === "open");
  const targetOfHead = ({ head }: Pull): string => /^review\/(.+)\/I[0-9a-f]{40}$/.exec(head.ref)?.[1] ?? "main";

  /** A stack written anew: `change` answers its pieces from the changed one upwards, or undefined. */
  async function rewritesFrom(
    person: Person,
    at: number,
    change: (above: readonly Commit[]) => Promise<readonly Piece[] | undefined>,
  ): Promise<void> {
    const stack = await stackOf(person);
    if (stack.length === 0) return;
    const above = stack.slice(stack.length - 1 - (at % stack.length));
    const pieces = await change(above);
    const base = above[0]?.parent;
    if (pieces === undefined || base === undefined) return;
    count((await rewrites(person, base, pieces)) ? "stacks rewritten" : "stacks that could not be rewritten");
  }

  const picks = (list: readonly Commit[]): readonly Piece[] => list.map(({ sha }) => ({ kind: "pick", sha }));

  const verbs: Readonly<Record<Verb, (person: Person, step: Step) => Promise<void>>> = {
    submit: submits,
    async commit(person, { how }) {
      const login = person.login;
      const shared = how === 11 ? { [`${CHANGES}/shared.txt`]: `${login} ${fresh()}\n` } : {};
      await commits(person, newMessage(person, how % 4 !== 1), { ...newFiles(), ...shared });
      if (how % 2 === 0) await commits(person, newMessage(person), newFiles());
    },
    amend: (person, { at, how }) =>
      rewritesFrom(person, at, async ([first, ...rest]) => {
        if (first === undefined) return undefined;
        const [path = `${CHANGES}/more.txt`] = await pathsOf(person.seat, first.sha);
        const files = how % 4 === 0 ? newFiles() : { [path]: `amended ${fresh()} by ${person.login}\n` };
        return [{ kind: "edit", sha: first.sha, files }, ...picks(rest)];
      }),
    reword: (person, { at }) =>
      rewritesFrom(person, at, async ([first, ...rest]) => {
        if (first === undefined) return undefined;
        const message = first.message.replace(/^.*/, `${first.subject.slice(0, 40)} ${fresh()}`);
        return [{ kind: "edit", sha: first.sha, message }, ...picks(rest)];
      }),
    reorder: (person, { at, to }) =>
      rewritesFrom(person, at + 1, async (above) => {
        const rest = [...above];
        const order: Commit[] = [];
        for (let n = to; rest.length > 0; n = Math.floor(n / 2) + 1) order.push(...rest.splice(n % rest.length, 1));
        return picks(order);
      }),
    split: (person, { at, how }) =>
      rewritesFrom(person, at, async ([first, ...rest]) => {
        if (first === undefined) return undefined;
        const paths = await pathsOf(person.seat, first.sha);
        if (paths.length < 2) return undefined;
        const messages = [first.message, newMessage(person, how % 3 !== 0)];
        const [one = "", two = ""] = how % 2 === 0 ? messages : messages.reverse();
        return [
          {
            kind: "part",
            sha: first.sha,
            parts: [
              { paths: paths.slice(0, 1), message: one },
              { paths: paths.slice(1), message: two },
            ],
          },
          ...picks(rest),
        ];
      }),
    drop: (person, { at }) => rewritesFrom(person, at, async ([, ...rest]) => picks(rest)),
    squash: (person, { at, how }) =>
      rewritesFrom(person, at, async ([first, second, ...rest]) => {
        if (first === undefined || second === undefined) return undefined;
        const { message } = how % 2 === 0 ? first : second;
        return [{ kind: "meld", shas: [first.sha, second.sha], message }, ...picks(rest)];
      }),
    async download(person, { at, to }) {
      const all = (await looks()).pulls;
      const list = to === 0 ? all : all.filter((pull) => stateOf(pull) === "open");
      const pull = list[list.length - 1 - (at % Math.max(1, list.length))];
      if (pull === undefined) return;
      const before = picture(await looks());
      const told = await reviews(person, ["-d", String(pull.number)], { withStaged: to % 5 === 1 });
      if (picture(told.server) !== before) throw new Error("a download changed the server");
      const branch = await branchOf(person);
      if (told.code !== 0) {
        if (!REFUSALS.includes(told.code)) throw new Error(`download ends with ${told.code}: ${told.err}`);
        count("downloads refused");
        return;
      }
      const tip = await person.seat.git("rev-parse", "HEAD");
      if (branch === undefined || tip !== pull.head.sha)
        throw new Error(`-d ${pull.number} ended at ${tip} on ${branch ?? "no branch"}`);
      person.targets.set(branch, targetOfHead(pull));
      count("downloads");
    },
    /** The newest of one of the own stack's changes taken from the server, what is above put onto it. */
    async takeOver(person, { at }) {
      const server = await looks();
      const target = await targetOf(person);
      const stack = await stackOf(person);
      const stale = stack.filter(({ id, sha }) => {
        const head = server.branches.get(`refs/heads/review/${target}/${id ?? ""}`);
        return head !== undefined && head !== sha;
      });
      const taken = stale[at % Math.max(1, stale.length)];
      if (taken === undefined) return;
      const head = `refs/heads/review/${target}/${taken.id ?? ""}`;
      await person.seat.git("fetch", "-q", "origin", head);
      const rest = stack.slice(stack.indexOf(taken) + 1);
      count(
        (await rewrites(person, server.branches.get(head) ?? "", picks(rest)))
          ? "patch sets taken over"
          : "stacks that could not be rewritten",
      );
    },
    async topic(person, { how }) {
      await startTopic(person, how === 0 ? "stable" : "main");
    },
    async goTo(person, { at }) {
      const names = [...person.targets.keys()];
      const name = names[names.length - 1 - (at % Math.max(1, names.length))];
      if (name === undefined) return;
      await fetches(person.seat);
      await switches(person.seat, name);
    },
    async mess({ seat, login }, { how }) {
      const n = fresh();
      if (how < 4) seat.writes({ [notesOf(login)]: `note ${n}\n` });
      else if (how < 8) seat.writes({ [`scratch/${login}-${how}.txt`]: `scratch ${n}\n` });
      else if (how < 10) {
        const [path] = (await seat.git("ls-files", "--", CHANGES)).split("\n").reverse();
        if (path !== undefined && path !== "") seat.writes({ [path]: `an edit ${n}\n` });
      } else await seat.git("checkout", "-q", "--", ".");
    },
    /** A change of anybody, by its commit and not by `-d`. */
    async borrow(person, { at }) {
      const list = open(await looks());
      const pull = list[at % Math.max(1, list.length)];
      if (pull === undefined) return;
      await person.seat.git("fetch", "-q", "origin", `refs/pull/${pull.number}/head`);
      await rewrites(person, "HEAD", [{ kind: "pick", sha: "FETCH_HEAD" }]);
    },
    async backport(person, { at }) {
      const list = open(await looks()).filter((pull) => targetOfHead(pull) === "main");
      const pull = list[at % Math.max(1, list.length)];
      if (pull === undefined) return;
      await startTopic(person, "stable");
      if ((await targetOf(person)) !== "stable") return;
      await person.seat.git("fetch", "-q", "origin", `refs/pull/${pull.number}/head`);
      if (await rewrites(person, "HEAD", [{ kind: "pick", sha: "FETCH_HEAD" }])) count("backports");
    },
    /** As the gate does it where the target has not moved. */
    async landAsIs({ seat }, { at }) {
      const list = open(await looks());
      const pull = list[at % Math.max(1, list.length)];
      if (pull === undefined) return;
      await seat.git("fetch", "-q", "origin", `refs/pull/${pull.number}/head`);
      try {
        await seat.git("push", "-q", seat.url, `FETCH_HEAD:refs/heads/${targetOfHead(pull)}`);
        count("landed as they are");
      } catch {
        // The target has moved.
      }
    },
    /** Its content, by another commit. */
    async landAnew({ seat }, { at }) {
      const list = open(await looks());
      const pull = list[at % Math.max(1, list.length)];
      if (pull === undefined) return;
      await seat.git("fetch", "-q", "origin", `refs/pull/${pull.number}/head`);
      const files: Record<string, string> = {};
      for (const path of await pathsOf(seat, "FETCH_HEAD")) {
        try {
          files[path] = `${await seat.git("show", `FETCH_HEAD:${path}`)}\n`;
        } catch {
          return;
        }
      }
      if (Object.keys(files).length > 0) await bench.lands(files, targetOfHead(pull));
    },
    async moveTarget(_, { how }) {
      await bench.lands({ [`landed/${fresh()}.txt`]: "landed\n" }, how === 0 ? "stable" : "main");
    },
    async editOnWeb(_, { at, how }) {
      const list = open(await looks());
      const pull = list[at % Math.max(1, list.length)];
      if (pull === undefined) return;
      await bench.edits(
        pull.number,
        how % 2 === 0 ? { title: `Web ${fresh()}` } : { body: `Of the web.\n\n${pull.body}` },
      );
    },
    async abandon(person, { at }) {
      const before = await looks();
      const list = open(before);
      const pull = list[at % Math.max(1, list.length)];
      if (pull === undefined) return;
      const { code, err, server } = await reviews(person, ["abandon", String(pull.number), "-y"]);
      if (code !== 0) throw new Error(`abandon ends with ${code}: ${err}`);
      const others = new Set(before.pulls.flatMap(({ number }) => (number === pull.number ? [] : [number])));
      if (picture(server, others) !== picture(before, others)) throw new Error("abandon changed more than its change");
      if (server.pulls.find(({ number }) => number === pull.number)?.state !== "closed")
        throw new Error(`#${pull.number} is open still`);
      count("abandoned");
    },
  };

  return async (step) => {
    const person = people[step.who % people.length];
    if (person === undefined) return;
    log.push(`${person.login} ${step.verb} ${step.at} ${step.to} ${step.how}`);
    await verbs[step.verb](person, step);
  };
}
