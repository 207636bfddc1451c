/** How a new note's file is called: words of a person, and a UID. */
import { fail, ok, type Result } from "../../result.ts";
import type { NotesConfig } from "./config.ts";

/** Spaces become dashes. The problem says what is wrong with it and what to write. */
export function slugFrom(
  words: string,
  { allowSubdirectories }: NotesConfig,
): Result<string, { readonly message: string; readonly hint: string }> {
  const slug = words
    .trim()
    .replaceAll(/\s+/g, "-")
    .replace(/\.yaml$/, "");
  const parts = slug.split("/");
  if (slug === "")
    return fail({ message: "it has no words", hint: "say in few words what changed: `plustwo notes new fix-login`" });
  if (parts.length > 1 && !allowSubdirectories)
    return fail({
      message: "it has a `/` in it",
      hint: "leave it out, or allow folders with `allow_subdirectories: true` in the configuration",
    });
  if (/[\p{Cc}\\:*?"<>|]/u.test(slug) || slug.startsWith("-"))
    return fail({
      message: "it has characters that not every system allows in a file's name",
      hint: "use letters, digits and dashes",
    });
  if (parts.some((part) => part === "" || /^\.+$/.test(part)))
    return fail({ message: "a part of it is no name", hint: "use letters, digits and dashes" });
  if (slug.length > 150)
    return fail({ message: `it has ${slug.length} characters, at most 150 are taken`, hint: "make it shorter" });
  return ok(slug);
}
