/** `git review config --explain`: every setting, its value, its source and what it overrides. Asks no server, writes nothing. */
import { locateServer } from "../../config/server.ts";
import { settingDefinition } from "../../config/setting-names.ts";
import { describeOrigin, type Origin, type Setting, type Word } from "../../config/settings.ts";
import { ok, type Result } from "../../core/result.ts";
import { openWorkshop, type Workshop } from "../desk.ts";
import { EXIT, ofLocation } from "../problems.ts";
import { columns, oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";

export interface ExplainOptions {
  readonly remote?: string;
  readonly usePushUrl: boolean;
  readonly json: boolean;
}

export async function explainConfig(
  terminal: Terminal,
  say: Say,
  { json, ...asked }: ExplainOptions,
): Promise<Result<number, CliProblem>> {
  const workshop = await openWorkshop(terminal, say, asked);
  if (!workshop.ok) return workshop;
  if (json) say.json(explainJson(workshop.value));
  else for (const line of explainLines(workshop.value)) say.result(line);
  return ok(EXIT.ok);
}

function explainLines(workshop: Workshop): readonly string[] {
  const { say, choice, settings } = workshop;
  const dim = (text: string): string => say.colour("dim", text);
  const rows = settings.all.flatMap((setting) => [
    [setting.name, shown(setting), dim(setting.word === undefined ? what(setting) : sourceOf(setting))],
    ...setting.overridden.map((word) => [
      "",
      "",
      dim(`instead of ${oneLine(word.text)}, ${describeOrigin(word.origin)}`),
    ]),
  ]);
  const wrong = settings.all.filter(({ expected }) => expected !== undefined);
  return [
    `${choice.kind === "gerrit" ? "Gerrit" : "GitHub"}, because ${choice.because}`,
    ...columns(rows),
    ...placeLines(workshop),
    ...wrong.map(({ name, word, expected }) => `${name} is ${JSON.stringify(word?.text)}: expected ${expected ?? ""}`),
    ...settings.unknown.map(
      ({ key, origin }) => `Nothing reads "${oneLine(key)}" (${describeOrigin(origin)}): is it misspelt?`,
    ),
  ];
}

/** Where that leads; or why nowhere. */
function placeLines({ config, settings }: Workshop): readonly string[] {
  const server = locateServer(config, settings);
  if (!server.ok) {
    const { message, hint } = ofLocation(server.problem);
    return [message, `Hint: ${hint}`];
  }
  const { kind, location } = server.value;
  if (kind === "github")
    return [`Changes go to ${location.owner}/${location.name} on ${location.host}, remote "${location.remote}"`];
  const set = location.exists ? "" : ", which `git review -s` adds";
  return [`Changes go to ${location.project} on ${location.host}, remote "${location.remote}"${set}`];
}

function shown({ word }: Setting): string {
  return word === undefined ? "–" : oneLine(word.text);
}

function sourceOf({ word }: Setting): string {
  return word === undefined ? "" : describeOrigin(word.origin);
}

function what({ name }: Setting): string {
  return settingDefinition(name).what;
}

/** `docs/schemas/config.schema.json`. */
function explainJson({ choice, settings }: Workshop): unknown {
  return {
    version: 1,
    server: choice,
    settings: settings.all.map(({ name, word, overridden, expected }) => ({
      name,
      ...(word === undefined ? {} : wordJson(word)),
      ...(expected === undefined ? {} : { expected }),
      overridden: overridden.map(wordJson),
      what: settingDefinition(name).what,
    })),
    unknown: settings.unknown.map(({ key, origin }) => ({ key, source: originJson(origin) })),
  };
}

function wordJson({ text, origin }: Word): object {
  return { value: text, source: originJson(origin) };
}

function originJson(origin: Origin): object {
  return { ...origin, text: describeOrigin(origin) };
}
