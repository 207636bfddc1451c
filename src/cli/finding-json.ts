/** One shape of what is wrong in a file, for scripts: that of every command which looks through files (docs/schemas). */
export interface FindingJson {
  /** Stable: scripts may name it. */
  readonly rule: string;
  readonly severity: "error" | "warning";
  readonly path: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}

/** The keys of a finding and nothing else. Where rules have no severity, each is an error. */
export function findingJson({
  rule,
  severity = "error",
  path,
  line,
  column,
  message,
  hint,
}: Omit<FindingJson, "severity"> & Partial<Pick<FindingJson, "severity">>): FindingJson {
  return { rule, severity, path, line, column, message, hint };
}
