/** What the rules ask of a series, and of their order: newest first, as series_status.yaml lists them. */
import { idOf, type Series } from "../cycle/series.ts";

export interface SeriesFacts {
  /** The folder under `deliverables/`: `gazpacho`. */
  readonly name: string;
  /** What stands in branches and tags: `2026.1`, or the name for series before antelope. */
  readonly id: string;
  readonly status: string;
}

/** By order in the file, never by the alphabet, which has wrapped. */
export interface SeriesOrder {
  /** By its name or its id. */
  find(nameOrId: string): SeriesFacts | undefined;
  /** That series and all older ones, newest first; empty when it is unknown. */
  from(nameOrId: string): readonly SeriesFacts[];
  /** The newest one under development. */
  readonly current: SeriesFacts | undefined;
  /** The oldest is the last. */
  readonly all: readonly SeriesFacts[];
}

/** The folder of deliverables that follow no cycle. */
export const INDEPENDENT = "_independent";

/** `series` newest first. */
export function seriesOrder(series: readonly SeriesFacts[]): SeriesOrder {
  const places = new Map(series.flatMap(({ name, id }, index) => [[id, index] as const, [name, index] as const]));
  return {
    find: (nameOrId) => series[places.get(nameOrId) ?? -1],
    from: (nameOrId) => {
      const place = places.get(nameOrId);
      return place === undefined ? [] : series.slice(place);
    },
    current: series.find(({ status }) => status === "development"),
    all: series,
  };
}

/** `2026.2`: the only names that tell their order by themselves. */
export function isReleaseId(text: string): boolean {
  return /^\d{4}\.[1-9]\d?$/.test(text);
}

/**
 * Without a series_status.yaml: the folders of a tree, by their ids. The newest is under development, the older ones are maintained.
 * `undefined`: several, of which one has a name that tells no order.
 */
export function orderOfFolders(folders: readonly string[]): SeriesOrder | undefined {
  const names = [...new Set(folders)].filter((name) => name !== INDEPENDENT);
  if (names.length > 1 && !names.every(isReleaseId)) return undefined;
  const newestFirst = names.toSorted((one, other) => placeOf(other) - placeOf(one));
  return seriesOrder(
    newestFirst.map((name, index) => ({ name, id: name, status: index === 0 ? "development" : "maintained" })),
  );
}

/** `2026.10` after `2026.9`. */
function placeOf(id: string): number {
  const [year = "0", count = "0"] = id.split(".");
  return Number(year) * 100 + Number(count);
}

/** As series_status.yaml lists them. */
export function seriesOrderOf(listed: readonly Series[]): SeriesOrder {
  return seriesOrder(listed.map((series) => ({ name: series.name, id: idOf(series), status: series.status })));
}

/** It gets no new releases, and its files stay as they are. */
export function isEnded({ status }: SeriesFacts): boolean {
  return status === "end of life";
}
