// Reading and writing a user's files: what is not there is nothing, what is in the way is a sentence, and nothing is half written.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  filesBelow,
  isLink,
  kindOf,
  makeAll,
  makeText,
  namesIn,
  readBytesIfThere,
  readText,
  readTextIfThere,
  replaceText,
  writeText,
  writing,
} from "../../../src/cli/disk.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "plustwo-disk-"));
  mkdirSync(join(dir, "folder"));
  writeFileSync(join(dir, "folder/b.txt"), "b");
  writeFileSync(join(dir, "a.txt"), "a");
  symlinkSync("round", join(dir, "round"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (path: string): string => join(dir, path);

describe("what is not there", () => {
  it("is nothing, also behind a file, and a problem only for who needs it", async () => {
    for (const path of ["none", "none/none", "a.txt/none"]) {
      expect(await readTextIfThere(at(path), path)).toEqual({ ok: true, value: undefined });
      expect(await readBytesIfThere(at(path), path)).toEqual({ ok: true, value: undefined });
      expect(await kindOf(at(path), path)).toEqual({ ok: true, value: undefined });
      expect(await readText(at(path), path)).toEqual({
        ok: false,
        problem: {
          message: `Cannot read ${path}: there is no such file`,
          hint: "name a file that can be read",
          exit: 3,
        },
      });
    }
    expect(await filesBelow(at("none"))).toEqual({ ok: true, value: undefined });
    expect(await namesIn(at("none"))).toEqual({ ok: true, value: undefined });
  });
});

describe("what is there", () => {
  it("a link is one wherever it leads, and nothing is none", async () => {
    symlinkSync("folder", at("link"));
    const looked = await Promise.all(["link", "round", "folder", "a.txt", "nowhere"].map((name) => isLink(at(name))));
    expect(looked.map((one) => one.ok && one.value)).toEqual([true, true, false, false, false]);
  });

  it("is read, and an empty file is no file that is missing", async () => {
    writeFileSync(at("empty"), "");
    expect(await readText(at("empty"))).toEqual({ ok: true, value: "" });
    expect(await readTextIfThere(at("a.txt"))).toEqual({ ok: true, value: "a" });
    expect([await kindOf(at("a.txt")), await kindOf(at("folder"))].map((one) => one.ok && one.value)).toEqual([
      ...["file", "folder"],
    ]);
  });

  it("is listed by name, below a folder with what links there are", async () => {
    expect(await namesIn(dir)).toEqual({ ok: true, value: ["a.txt", "folder", "round"] });
    expect(await filesBelow(`${dir}/`)).toEqual({
      ok: true,
      value: [
        { inside: "a.txt", isLink: false },
        { inside: "folder/b.txt", isLink: false },
        { inside: "round", isLink: true },
      ],
    });
  });
});

describe("what is in the way", () => {
  const long = "n".repeat(300);
  it.each<[string, () => Promise<unknown>, string, number]>([
    ["a folder to read", () => readTextIfThere(at("folder"), "x"), "Cannot read x: it is a folder", 3],
    ["a link to itself", () => readText(at("round"), "x"), "Cannot read x: it is a link that leads to itself", 3],
    [
      "a link to itself, looked at",
      () => kindOf(at("round"), "x"),
      "Cannot read x: it is a link that leads to itself",
      3,
    ],
    ["a name too long", () => readTextIfThere(at(long), "x"), "Cannot read x: its name is too long", 3],
    ["a file to list", () => filesBelow(at("a.txt"), "x"), "Cannot read the files in x: it is no folder", 3],
    ["a file to name the files of", () => namesIn(at("a.txt"), "x"), "Cannot read the files in x: it is no folder", 3],
    ["a folder to write", () => writeText(at("folder"), "x", ""), "Cannot write x: it is a folder", 3],
    ["a folder that is not there", () => writeText(at("n/n"), "x", ""), "Cannot write x: there is no such folder", 3],
    [
      ...(["a file for a folder", () => makeText(at("a.txt/n"), "x", "")] as const),
      ...(["Cannot write x: there is a file where a folder should be", 3] as const),
    ],
    [
      ...(["a file for a folder further up", () => makeText(at("a.txt/n/n"), "x", "")] as const),
      ...(["Cannot write x: there is a file where a folder should be", 3] as const),
    ],
    ["a folder to replace", () => replaceText(at("folder"), "x", ""), "Cannot write x: it is a folder", 3],
    [
      ...(["one of several files", () => makeAll([file("n"), file("a.txt")])] as const),
      ...(["Cannot make a.txt: it is there already", 1] as const),
    ],
  ])("is said: %s", async (_, ask, message, exit) => {
    const before = readdirSync(dir, { recursive: true });
    expect(await ask()).toMatchObject({ ok: false, problem: { message, exit, hint: expect.stringMatching(/.{10}/) } });
    expect(readdirSync(dir, { recursive: true })).toEqual(before);
  });

  it("is no error of the file system: then it is thrown on", async () => {
    await expect(writing("x", () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  });
});

function file(path: string) {
  return { path: at(path), shown: path, text: "new" };
}

describe("what is written", () => {
  it("is made with its folder, once, and what is there stays", async () => {
    expect(await makeText(at("n/n.txt"), "x", "one")).toEqual({ ok: true, value: true });
    expect(await makeText(at("n/n.txt"), "x", "two")).toEqual({ ok: true, value: false });
    expect(readFileSync(at("n/n.txt"), "utf8")).toBe("one");
    expect(await makeAll([file("n/a"), file("m/b")])).toEqual({ ok: true, value: undefined });
    expect([existsSync(at("n/a")), existsSync(at("m/b"))]).toEqual([true, true]);
  });

  it("takes the place of a file whole, with nothing beside it, and the place of a link instead of what it leads to", async () => {
    symlinkSync("a.txt", at("link"));
    expect(await replaceText(at("link"), "x", "new")).toEqual({ ok: true, value: undefined });
    expect([readFileSync(at("link"), "utf8"), readFileSync(at("a.txt"), "utf8")]).toEqual(["new", "a"]);
    expect(readdirSync(dir).sort()).toEqual(["a.txt", "folder", "link", "round"]);
  });
});
