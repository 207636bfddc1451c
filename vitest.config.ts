import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Told with `npm run test:deep`, so that `npm test` stays short; with faults they are told beside the others. */
const LONG_STORIES = ["edits", "gate", "stacks"].map((name) => `test/scenario/safety-${name}.test.ts`);

/** Told with `npm run test:deeper` alone: backports that go wrong, thousands of files, databases made anew, `policy fetch`, presets, ordinary pull requests. */
const DEEPER = [
  ...["backport-states", "large", "kept-database", "policy-fetch", "presets", "review-bases-unsafe"],
  ...["ordinary-bots", "ordinary-browser", "ordinary-forks", "ordinary-states"],
].map((name) => `test/deep/${name}.test.ts`);

/** An embedded database in the worker makes each process that is started from it dearer: the files without one come first. */
class DatabaseLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const opensOne = ({ moduleId }: TestSpecification): boolean =>
      /\/test\/(?:scenario|bot)\/|\/audit\./.test(moduleId);
    return [...sorted.filter((file) => !opensOne(file)), ...sorted.filter(opensOne)];
  }
}

/**
 * `npm test`: `unit` is pure and fast; `world` starts real git, a local forge and the bot, one per worker.
 * `npm run test:deep`: the same world, where it gets deep: strategies, a lost database, watchdogs, ordinary pull requests.
 * `npm run test:long`: deaths and faults, every shell for the hook, the probes of GitHub asked of the local forge.
 * `npm run test:gerrit`: the CLI against a live Gerrit, which the script starts.
 * `npm run test:crash`: the service is killed at every call of a path.
 * `npm run test:stacks`: random stacks by two people, seed after seed.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: DatabaseLast },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/property/**/*.test.ts", "test/house/**/*.test.ts"],
          testTimeout: 20_000,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "world",
          isolate: false,
          include: [
            "test/scenario/**/*.test.ts",
            "test/e2e/**/*.test.ts",
            "test/forge/**/*.test.ts",
            "test/bot/**/*.test.ts",
            "test/cli/**/*.test.ts",
          ],
          exclude: LONG_STORIES,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "deep",
          isolate: false,
          include: ["test/deep/**/*.test.ts", ...LONG_STORIES],
          exclude: DEEPER,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "deeper",
          include: DEEPER,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "long",
          include: ["test/long/**/*.test.ts", "test/unit/hooks/**/*.test.ts"],
          exclude: ["test/long/crash-*.test.ts", "test/long/stacks/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          env: { HOOK_SHELLS: "all" },
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "gerrit",
          include: ["test/gerrit/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "crash",
          include: ["test/long/crash-*.test.ts"],
          testTimeout: 7_200_000,
          disableConsoleIntercept: true,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "stacks",
          include: ["test/long/stacks/**/*.test.ts"],
          testTimeout: 7_200_000,
          disableConsoleIntercept: true,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
