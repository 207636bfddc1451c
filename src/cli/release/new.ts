/** `plustwo release new` and its short forms: a release of a type that a person chose. */
import { NEW_TYPES, type NewType, type PlannedType } from "../../core/release/deliverable/new-release.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXIT } from "../exit.ts";
import type { CliProblem, Say, Terminal } from "../say.ts";
import { editFile, type EditOptions } from "./edit-file.ts";
import { readGround } from "./ground.ts";
import { openDeliverable, type OpenAsked } from "./open-deliverable.ts";

/** What a first release may be; tags of a series and finals follow something. */
const BEGINS: Partial<Readonly<Record<PlannedType, NonNullable<OpenAsked["begins"]>>>> = {
  feature: "release",
  major: "release",
  bugfix: "release",
  milestone: "candidate",
  rc: "candidate",
};

export async function newRelease(
  terminal: Terminal,
  say: Say,
  { type, ...options }: EditOptions & { readonly type: PlannedType },
): Promise<Result<number, CliProblem>> {
  const begins = BEGINS[type];
  const opened = await openDeliverable(terminal, {
    ...options,
    ...namedBy(options.shas),
    ...(begins === undefined ? {} : { begins }),
  });
  if (!opened.ok) return opened;
  const ground = await readGround(terminal, opened.value, { ...options, type });
  if (!ground.ok) return ground;
  const { dryRun, json } = options;
  return editFile(say, { type, opened: opened.value, ground: ground.value, options, dryRun, json });
}

interface NewWords {
  readonly type: NewType;
  readonly series?: string;
  readonly deliverable?: string;
}

/** `[series] [deliverable] <type>`: the type is the last word. */
export function wordsOfNew(words: readonly string[]): Result<NewWords, CliProblem> {
  const type = NEW_TYPES.find((one) => one === words.at(-1));
  const [series, deliverable, ...more] = words.slice(0, -1);
  if (type !== undefined && more.length === 0)
    return ok({
      type,
      ...(series === undefined ? {} : { series }),
      ...(deliverable === undefined ? {} : { deliverable }),
    });
  return fail({
    message:
      type === undefined
        ? `Cannot add a release: "${words.at(-1) ?? ""}" is no type of one`
        : `Cannot add a release: there are ${words.length} words`,
    hint: `write \`plustwo release new [series] [deliverable] <type>\`; the types are ${NEW_TYPES.join(", ")}`,
    exit: EXIT.usage,
  });
}

/** `--sha owner/name=<commit>` says a name that no remote says. */
export function namedBy(shas: readonly string[]): Pick<OpenAsked, "named"> {
  const [named] = shas.flatMap((one) => /^([^\s/=]+\/[^\s/=]+)=/.exec(one)?.[1] ?? []);
  return named === undefined ? {} : { named };
}
