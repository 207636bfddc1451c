import { defineConfig } from "vitest/config";

/** `unit` is pure and fast; `world` starts real git, a local forge and the bot, one per worker. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/property/**/*.test.ts", "test/house/**/*.test.ts"],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "world",
          include: [
            "test/scenario/**/*.test.ts",
            "test/e2e/**/*.test.ts",
            "test/forge/**/*.test.ts",
            "test/bot/**/*.test.ts",
            "test/cli/**/*.test.ts",
          ],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
