// The paths on which the service is killed: from a pull request to its landing, and twice around a red gate.
import { type Path, type Step } from "./crash-line.ts";

const nothing: Step = () => Promise.resolve();
const approved: Step = ({ stage, change }) => stage.approve(change.number);
/** Approved, and the gate is about to fail it. */
const doomed: Step = async ({ stage, change, gateJob }) => {
  await gateJob("unit", "fail");
  await stage.approve(change.number);
};

/** Nothing is said of a pull request yet; verdict, approval, queue, gate build, landing, last word. */
export const happy: Path = {
  name: "happy path",
  word: "happy",
  before: [],
  steps: [nothing, approved, nothing, nothing],
};

/** The gate commit is red: report, a recheck by its owner, another build, landing. */
export const recheck: Path = {
  name: "red path, recheck",
  word: "recheck",
  before: [nothing, doomed],
  steps: [
    nothing,
    async ({ stage, change, gateJob }) => {
      await gateJob("unit", "pass");
      await stage.as("carol").post(`/issues/${change.number}/comments`, { body: "recheck" });
    },
    nothing,
    nothing,
  ],
};

/** The gate commit is red: report, a new patch set, approved anew, another build, landing. */
export const repair: Path = {
  name: "red path, new patch set",
  word: "repair",
  before: [nothing, doomed],
  steps: [
    nothing,
    async ({ stage, change, gateJob }) => {
      await gateJob("unit", "pass");
      await stage.commits("carol", change.branch, { [`docs/${change.branch}.md`]: "# Better notes\n" }, "Better notes");
    },
    approved,
    nothing,
    nothing,
  ],
};
