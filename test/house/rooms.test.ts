// A room is one idea of a readable size, says what it is in its first sentence, and has a name of its own.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { projectFiles, root } from "./files.ts";

const rooms = ["src", "bot", "local-forge", "bin"].flatMap((folder) => projectFiles(".ts", folder));
const lines = (path: string): readonly string[] => readFileSync(join(root, path), "utf8").split("\n");

it("no file is called after nothing", () => {
  const NOTHING = /^(index|utils?|helpers?|common|misc|shared)\.ts$/;
  expect(rooms.filter((path) => NOTHING.test(basename(path)) || path.includes("/helpers/"))).toEqual([]);
});

it("every room says what it is before it does anything", () => {
  const silent = rooms.filter(
    (path) =>
      !/^(\/\/|\/\*\*)/m.test(
        lines(path)
          .join("\n")
          .split(/^export /m)[0] ?? "",
      ),
  );
  expect(silent).toEqual([]);
});

it("no room is larger than 400 lines", () => {
  // Generated code, schemas and tables are exempt; they say so in their name.
  const large = rooms.filter((path) => !/(generated|schema|table)/.test(path) && lines(path).length > 401);
  expect(large).toEqual([]);
});

it("the composition roots stay small enough to be read at a glance", () => {
  for (const path of rooms.filter((room) => room.startsWith("bin/"))) {
    expect(lines(path).length, path).toBeLessThanOrEqual(41);
  }
});
