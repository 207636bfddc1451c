import { it } from "vitest";
import { recheck } from "./crash-paths.ts";
import { isWanted, killAlong } from "./crash-run.ts";

it.runIf(isWanted(recheck))(
  "whatever call the service dies at after a red gate, up to a recheck that lands, it ends in the same picture",
  () => killAlong(recheck),
);
