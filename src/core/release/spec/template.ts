/** What a new spec begins with, and which headings each has to have: ours, or those of a project's own specs/template.md. */
import type { Day } from "../../time.ts";
import { headingsOf } from "./check-spec.ts";

export const SHIPPED_TEMPLATE = `# Title

## Problem

<!-- What is wrong or missing, for whom. No solution yet. -->

## Proposal

<!-- What is to be built, so that somebody else could build it. -->

## Alternatives

<!-- What else would do, and why not that. "None" needs a reason. -->

## Upgrade and security

<!-- What operators have to do, and what an attacker gets. -->

## Work items

<!-- The changes, in order. Each says \`Spec: <id>\` in its footer, the last ones \`Implements: <id>\`. -->

## Testing

<!-- How it is shown to work. -->

## Documentation

<!-- Which pages change. -->
`;

/** The headings of the second level, in order. */
export function requiredHeadings(template: string): readonly string[] {
  return headingsOf(template.split(/\r?\n/)).flatMap(({ level, title }) => (level === 2 ? [title] : []));
}

export interface NewSpec {
  readonly id: string;
  readonly title: string;
  /** Absent: for the backlog. */
  readonly cycle?: string;
  readonly approvers: readonly string[];
  readonly today: Day;
}

/** The template with front matter and title; front matter that it has itself is left out. */
export function newSpec(template: string, { id, title, cycle, approvers, today }: NewSpec): string {
  const body = template.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, "").replace(/^\s+/, "");
  const titled = /^# .*$/m.test(body) ? body.replace(/^# .*$/m, () => `# ${title}`) : `# ${title}\n\n${body}`;
  return `---
id: ${quoted(id)}
status: ${cycle === undefined ? "provisional" : "implementable"}
stage: alpha
${cycle === undefined ? "" : `milestone: '${cycle}'\n`}approvers: [${approvers.map(quoted).join(", ")}]
creation-date: ${today}
---

${titled}`;
}

/** A name of digits alone would be read as a number. */
function quoted(name: string): string {
  return /^[a-z][a-z-]*$/i.test(name) && !/^(?:true|false|null)$/i.test(name) ? name : `'${name}'`;
}
