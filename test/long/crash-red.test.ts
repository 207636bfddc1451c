import { it } from "vitest";
import { recheck, repair } from "./crash-paths.ts";
import { killAlong } from "./crash-run.ts";

it("whatever call the service dies at after a red gate, up to a recheck that lands, it ends in the same picture", () =>
  killAlong(recheck));

it("whatever call the service dies at after a red gate, up to a new patch set that lands, it ends in the same picture", () =>
  killAlong(repair));
