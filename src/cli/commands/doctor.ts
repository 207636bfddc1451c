/** `git review doctor`: what is wrong with this clone, one line each, with its mend. Writes nothing; exit 0: nothing is wrong. */
import { cloneFindings, type CloneFinding } from "../../core/change/clone-doctor.ts";
import { ok, type Result } from "../../core/result.ts";
import { openWorkshop, type Workshop } from "../desk.ts";
import { examine, type Examined } from "../doctor/gather.ts";
import { EXIT } from "../problems.ts";
import { columns, counted, oneLine, type CliProblem, type Say, type Terminal } from "../say.ts";

export interface DoctorOptions {
  readonly remote?: string;
  readonly usePushUrl: boolean;
  readonly json: boolean;
}

export async function doctor(
  terminal: Terminal,
  say: Say,
  { json, ...asked }: DoctorOptions,
): Promise<Result<number, CliProblem>> {
  const workshop = await openWorkshop(terminal, say, asked);
  if (!workshop.ok) return workshop;
  const examined = await examine(workshop.value);
  const findings = cloneFindings(examined.facts);
  if (json) say.json(doctorJson(workshop.value, examined, findings));
  else for (const line of doctorLines(workshop.value, examined, findings)) say.result(line);
  return ok(findings.length === 0 ? EXIT.ok : EXIT.refused);
}

function doctorLines(
  { say, choice }: Workshop,
  { facts, host, project, login, tokenFrom }: Examined,
  findings: readonly CloneFinding[],
): readonly string[] {
  const { gitVersion, remote, target, permission } = facts;
  const rows = [
    ["server", `${choice.kind === "gerrit" ? "Gerrit" : "GitHub"}, because ${choice.because}`],
    ...(remote === undefined || project === undefined
      ? []
      : [["remote", `${remote.name} → ${project} on ${host ?? ""}`]]),
    ...(target === undefined ? [] : [["target", target]]),
    ...(login === undefined
      ? []
      : [["token", `${login} (${tokenFrom ?? ""})${permission === undefined ? "" : `, may ${permission}`}`]]),
    ["git", gitVersion ?? "?"],
    ...facts.hooks.flatMap(({ name, state, chained }) =>
      state === "none" ? [] : [["hook", `${name}: ${state}${chained ? ", after one of another tool" : ""}`]],
    ),
  ];
  const wrong = findings.filter(({ severity }) => severity === "wrong").length;
  return [
    ...columns(rows.map((row) => row.map((cell) => oneLine(cell)))),
    ...findings.map(({ severity, found, mend }) => {
      const word = say.colour(severity === "wrong" ? "red" : "yellow", severity.padEnd(7));
      return `${word}  ${oneLine(found)}. Mend: ${oneLine(mend)}`;
    }),
    findings.length === 0 ? "All is well" : `${wrong} wrong, ${counted(findings.length - wrong, "warning")}`,
  ];
}

/** `docs/schemas/doctor.schema.json`. */
function doctorJson(
  { choice }: Workshop,
  { facts, host, project, login, tokenFrom }: Examined,
  findings: readonly CloneFinding[],
): unknown {
  const { gitVersion: git, remote, target, permission, hooks } = facts;
  const known = { git, host, project, remote: remote?.name, target, login, tokenFrom, permission };
  return { version: 1, server: choice, ...known, hooks, findings };
}
