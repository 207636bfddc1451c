/** What a new note begins as: every section with a sentence that asks for its text. Whoever writes it keeps what applies. */
import type { NotesConfig } from "./config.ts";
import { readNote } from "./note.ts";

/** The configuration's own, or one made of its sections. */
export function noteTemplate(config: NotesConfig): string {
  if (config.template !== undefined) return config.template;
  const asked = config.sections.map(
    ({ name, title }) =>
      `${name}:\n  - |\n    ${ASKED[name] ?? `Say here what belongs under "${title}".`} Or remove this section.\n`,
  );
  return `---\n# Keep what applies and remove the rest. Each text stands alone in the report: it cannot lean on another section.\n${config.preludeSectionName}: |\n    ${PRELUDE}\n${asked.join("")}`;
}

/** Texts of the template that a note still has. */
export function untouchedTexts(texts: readonly string[], config: NotesConfig): readonly string[] {
  const template = readNote("template", noteTemplate(config), config);
  if (!template.ok) return [];
  const { prelude, sections } = template.value.note;
  const asked = new Set(
    [prelude ?? "", ...sections.flatMap(({ items }) => items)].map(bare).filter((text) => text !== ""),
  );
  return texts.filter((text) => asked.has(bare(text)));
}

const PRELUDE = "Say in a paragraph what this release is about. Few notes need that. Or remove this section.";

const ASKED: Readonly<Record<string, string>> = {
  features: "What can users do now that they could not do before?",
  issues: "What is known not to work, and how can users get around it?",
  upgrade: "What must an operator do, or know, before the new version runs?",
  deprecations: "What will go away, when, and what takes its place?",
  critical: "What would have lost data or stopped the service? Who was affected?",
  security: "Which weakness is closed, in which versions was it, and has it a number?",
  fixes: "What went wrong for users, and no longer does?",
  other: "What else must somebody know who uses this?",
};

function bare(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
