/** The first text of a deliverable's file in a series: as it was in the series before, or for a repository that releases itself. */
import { isMap, parseDocument, stringify } from "yaml";
import { INDEPENDENT } from "./series.ts";

/** What belongs to one series alone. */
const OF_ONE_SERIES = ["releases", "branches", "release-notes", "cycle-highlights", "stable-status"];

export interface Beginning {
  /** The deliverable's name. */
  readonly name: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Of the folder. */
  readonly series: string;
  /** It begins with a milestone or a candidate. */
  readonly candidates: boolean;
  /** The text of the newest older series that has the deliverable. */
  readonly before?: string;
}

/** Without releases: they are added as to any file. */
export function beginFile({ name, repository, series, candidates, before }: Beginning): string {
  const model =
    series === INDEPENDENT ? [] : [`release-model: ${candidates ? "cycle-with-rc" : "cycle-with-intermediary"}`];
  if (before !== undefined) return asBefore(before);
  return `${[
    "---",
    `team: ${scalar(name)}`,
    "type: other",
    "release-type: generic",
    ...model,
    "repository-settings:",
    `  ${scalar(repository)}: {}`,
  ].join("\n")}\n`;
}

function asBefore(text: string): string {
  const document = parseDocument(text, { version: "1.2", schema: "core" });
  if (isMap(document.contents)) for (const key of OF_ONE_SERIES) document.contents.delete(key);
  return document.toString({ lineWidth: 0 });
}

function scalar(value: string): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}
