/** The files that `init` writes beside the policy: `.gitreview`, the CI template, and the lines for workflows that exist. */
import { type Workflow } from "./workflows.ts";

export interface Review {
  readonly host: string;
  readonly scheme: "http" | "https";
  /** `owner/name`. */
  readonly project: string;
  readonly branch: string;
}

/** Puts our keys into `[github]`; other sections, comments and other keys stay as they are. */
export function gitreviewText(existing: string | undefined, { host, scheme, project, branch }: Review): string {
  const ours: readonly (readonly [string, string])[] = [
    ["host", host],
    ...(scheme === "https" ? [] : [["scheme", scheme] as const]),
    ["project", project],
    ["defaultbranch", branch],
  ];
  const section = `[github]\n${ours.map(([key, value]) => `${key}=${value}\n`).join("")}`;
  if (existing === undefined || existing.trim() === "") return section;
  const lines = existing.replace(/\n*$/, "\n").split(/(?<=\n)/);
  const at = lines.findIndex((line) => /^\s*\[github\]\s*$/i.test(line));
  if (at < 0) return `${lines.join("")}\n${section}`;
  const next = lines.findIndex((line, index) => index > at && /^\s*\[/.test(line));
  const end = next < 0 ? lines.length : next;
  const body = lines.slice(at + 1, end).map((line) => {
    const key = /^\s*([A-Za-z]+)\s*[=:]/.exec(line)?.[1]?.toLowerCase();
    const value = ours.find(([name]) => name === key)?.[1];
    return value === undefined || line.replace(/^[^=:]*[=:]/, "").trim() === value ? line : `${key ?? ""}=${value}\n`;
  });
  const there = new Set(body.map((line) => /^\s*([A-Za-z]+)\s*[=:]/.exec(line)?.[1]?.toLowerCase()));
  const added = ours.filter(([key]) => !there.has(key)).map(([key, value]) => `${key}=${value}\n`);
  return [...lines.slice(0, at + 1), ...added, ...body, ...lines.slice(end)].join("");
}

/** RULINGS 18. Only for a repository without any workflow. */
export const CI_TEMPLATE = `# The same jobs advise on a pull request and prove a commit of the gate. Replace the \`run:\` lines with yours.
name: ci
on:
  pull_request: # no \`branches:\` filter: an upper change of a stack is based on the change below it
  push:
    branches: ["gate/**"]
permissions:
  contents: read
concurrency:
  group: ci-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  style:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v4
      - run: 'echo "put your linters here"; exit 1'
  unit:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
      - run: 'echo "put your unit tests here"; exit 1'
  integration:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v4
      - run: 'echo "put your integration tests here"; exit 1'
`;

export const CI_PATH = ".github/workflows/ci.yml";

/** What to add to a workflow so that its jobs run for every change and on the gate's branches; empty = nothing. */
export function workflowAdvice(
  workflow: Workflow,
  runs: { readonly onGate: boolean; readonly onStacks: boolean },
): string {
  const { triggers } = workflow;
  const lines = ["on:"];
  if (!runs.onStacks && triggers.has("pull_request")) {
    lines.push("  pull_request:            # take `branches:` out: upper changes of a stack have other bases");
  }
  if (!triggers.has("pull_request")) lines.push("  pull_request:");
  if (!runs.onGate) {
    const there = triggers.get("push")?.branches;
    const branches = [...(there ?? []), "gate/**"].map((branch) => `'${branch}'`).join(", ");
    lines.push("  push:", `    branches: [${branches}]`);
  }
  return lines.length === 1 ? "" : lines.join("\n");
}
