/** `-i`: a commit that says nothing of the change it belongs to, so that it becomes a new one. */
import { sameKey, trailersOf } from "../core/commit-message/trailers.ts";
import { type Commit } from "../git/commit.ts";

/** Its SHA is still the old one: what comes of it is written by `giveIds`. */
export function withoutChangeId(commit: Commit): Commit {
  const gone = new Set(
    trailersOf(commit.message).flatMap(({ key, value, line }) =>
      sameKey(key, "Change-Id") || (sameKey(key, "Link") && /\/id\/I[0-9a-f]{40}$/.test(value)) ? [line] : [],
    ),
  );
  const message = commit.message
    .split("\n")
    .filter((_, line) => !gone.has(line))
    .join("\n");
  const headers = Object.entries(commit.headers).filter(
    ([key]) => key !== "change-id" && key !== "gitbutler-change-id",
  );
  return { ...commit, message, headers: Object.fromEntries(headers) };
}
