import { it } from "vitest";
import { happy } from "./crash-paths.ts";
import { isWanted, killAlong } from "./crash-run.ts";

it.runIf(isWanted(happy))(
  "whatever call the service dies at between a pull request and its landing, it ends in the same picture",
  () => killAlong(happy),
);
