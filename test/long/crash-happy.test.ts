import { it } from "vitest";
import { happy } from "./crash-paths.ts";
import { killAlong } from "./crash-run.ts";

it("whatever call the service dies at between a pull request and its landing, it ends in the same picture", () =>
  killAlong(happy));
