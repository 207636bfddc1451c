/** The one import for everything that turns the world's objects into GitHub's REST JSON. */
export * from "./represent-checks.ts";
export * from "./represent-pull.ts";
export * from "./represent-repository.ts";
