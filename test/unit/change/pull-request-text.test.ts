import { describe, expect, it } from "vitest";
import { newText, updatedText } from "../../../src/core/change/pull-request-text.ts";
import { change } from "./stacks.ts";

const first = change("a");
const second = change("a", 2, { subject: "Add a better a", body: "Why indeed.\n\nChange-Id: x" });

describe("the text of a pull request", () => {
  it("begins with the commit message word for word, so that a squash keeps the trailers", () => {
    const { title, body } = newText(first);
    expect(title).toBe("Add a");
    expect(body.startsWith(`${first.body}\n\n<!-- plustwo:change ${first.id} `)).toBe(true);
    expect(body.endsWith("<!-- /plustwo -->")).toBe(true);
  });

  it("is not written again when nothing changed, whatever line ends the web made of it", () => {
    const text = newText(first);
    expect(updatedText(first, text)).toEqual({ kept: [] });
    expect(updatedText(first, { ...text, body: `${text.body.replaceAll("\n", "\r\n")}\r\n` })).toEqual({ kept: [] });
  });

  it("follows the commit message", () => {
    const update = updatedText(second, newText(first));
    expect(update).toEqual({ ...newText(second), kept: [] });
  });

  it("keeps a title that a person gave it on the web, and follows the message for the rest", () => {
    const edited = { ...newText(first), title: "A better title" };
    const update = updatedText(second, edited);
    expect(update.title).toBeUndefined();
    expect(update.kept).toEqual(["title"]);
    expect(update.body?.startsWith("Why indeed.")).toBe(true);
    const again = updatedText(change("a", 3, { subject: "Third" }), {
      title: "A better title",
      body: update.body ?? "",
    });
    expect(again.title).toBeUndefined();
    expect(again.kept).toEqual(["title"]);
  });

  it.each([
    ["above the section", (body: string) => `Read this first.\n\n${body}`],
    ["below the section", (body: string) => `${body}\n\n- [x] tested by hand`],
    ["in the message's words", (body: string) => body.replace("Why a.", "Why a, said better.")],
  ])("keeps what a person wrote %s", (_, edit) => {
    const before = newText(first);
    const edited = { ...before, body: edit(before.body) };
    const update = updatedText(second, edited);
    const words = edit(before.body)
      .replace(/<!-- plustwo[\s\S]*plustwo -->/, "")
      .trim()
      .split(/\s+/);
    for (const word of words) expect(update.body ?? edited.body).toContain(word);
    expect(update.kept).toEqual(["body"]);
    expect(update.title).toBe(second.subject);
    const again = updatedText(second, { title: second.subject, body: update.body ?? edited.body });
    expect(again).toEqual({ kept: ["body"] });
  });

  it("leaves a pull request alone that was opened by hand on our branch", () => {
    expect(updatedText(second, { title: "Mine", body: "My words" })).toEqual({ kept: ["title", "body"] });
  });

  it("is whole again after a write of which only the title went through, and the title stays ours", () => {
    const half = { title: newText(second).title, body: newText(first).body };
    expect(updatedText(second, half)).toEqual({ body: newText(second).body, kept: [] });
  });

  it("cuts a subject and a body that GitHub would refuse, and never through a character", () => {
    const long = change("a", 1, { subject: `${"é".repeat(254)}😀😀`, body: "w".repeat(70_000) });
    const text = newText(long);
    expect(text.title.length).toBeLessThanOrEqual(256);
    expect(() => encodeURIComponent(text.title)).not.toThrow();
    expect(text.body.length).toBeLessThan(65_536);
    expect(updatedText(long, text)).toEqual({ kept: [] });
  });

  it("cannot be fooled by markers inside a commit message", () => {
    const forged = change("a", 1, { body: newText(second).body });
    expect(updatedText(forged, newText(forged))).toEqual({ kept: [] });
    expect(newText(forged).body.match(/<!-- plustwo:change/g)).toHaveLength(1);
  });
});
