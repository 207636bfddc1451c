import { it } from "vitest";
import { repair } from "./crash-paths.ts";
import { isWanted, killAlong } from "./crash-run.ts";

it.runIf(isWanted(repair))(
  "whatever call the service dies at after a red gate, up to a new patch set that lands, it ends in the same picture",
  () => killAlong(repair),
);
