/** What a rule found, where, and the way out. */
import type { YamlPath, YamlText } from "../../policy/yaml-text.ts";
import { RULES, type Level, type RuleId } from "./rule.ts";

export interface Finding {
  readonly rule: RuleId;
  readonly level: Level;
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}

export interface Found {
  readonly at: YamlPath;
  /** The place is this key's, not its value's. */
  readonly key?: string;
  readonly message: string;
  readonly hint: string;
}

export function findingIn(
  file: { readonly path: string; readonly source: YamlText },
  rule: RuleId,
  found: Found,
): Finding {
  const { line, column } = found.key === undefined ? file.source.at(found.at) : file.source.atKey(found.at, found.key);
  return { rule, level: RULES[rule].level, path: file.path, line, column, message: found.message, hint: found.hint };
}

/** One line: `file:line:column: level rule: message`. */
export function describeFinding({ path, line, column, level, rule, message }: Finding): string {
  return `${path}:${line}:${column}: ${level} ${rule}: ${message}`;
}
