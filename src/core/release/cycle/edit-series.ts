/**
 * series_status.yaml with entries changed, or with a new one in front. Lines of others stay as they are, comments too. Whether the
 * text says afterwards what it should is read from it: a file laid out otherwise (indented, or on one line) is written anew, whole.
 */
import { formatOne, formatSeries, readSeries, replaceSeries, type Series } from "./series.ts";

export interface EditedSeries {
  readonly text: string;
  /** In the usual layout, without the comments that were there. */
  readonly anew: boolean;
}

/** `all`: as they were read from the text, newest first. `changed`: by name; their places are those of the text. */
export function editSeries(
  text: string,
  all: readonly Series[],
  { changed = [], added }: { readonly changed?: readonly Series[]; readonly added?: Series },
): EditedSeries {
  const after = all.map((one) => changed.find(({ name }) => name === one.name) ?? one);
  const wanted = formatSeries(added === undefined ? after : [added, ...after]);
  // From below, so that the lines above keep their places.
  const replaced = [...changed]
    .sort((a, b) => b.place.line - a.place.line)
    .reduce((so, one) => replaceSeries(so, one), text);
  const edited = added === undefined ? replaced : inFront(replaced, added);
  const read = readSeries("", edited);
  if (read.ok && formatSeries(read.value) === wanted) return { text: edited, anew: false };
  return { text: wanted, anew: true };
}

function inFront(text: string, entry: Series): string {
  const first = text.search(/^- /m);
  return first < 0 ? formatSeries([entry]) : `${text.slice(0, first)}${formatOne(entry)}${text.slice(first)}`;
}
