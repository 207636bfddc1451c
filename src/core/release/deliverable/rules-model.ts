/** Rules about a deliverable's model and its repositories (5, 4 and 19 of the original's checks). */
import { INDEPENDENT } from "./series.ts";
import type { Rule } from "./validate.ts";

export const modelRules: Rule = (file, _context, found) => {
  const model = file.keys["release-model"];
  const independent = file.series === INDEPENDENT;
  const at = ["release-model"];
  if (!independent && model === undefined)
    found("model.missing", {
      at: [],
      message: "no release-model is given",
      hint: "add release-model: cycle-with-rc, cycle-with-intermediary or untagged",
    });
  if (!independent && (model === "independent" || model === "abandoned"))
    found("model.only-independent", {
      at,
      message: `a deliverable of a series cannot have the model ${model}`,
      hint: `move the file to deliverables/${INDEPENDENT}/`,
    });
  if (independent && model !== undefined && model !== "independent" && model !== "abandoned")
    found("model.not-independent", {
      at,
      message: `a deliverable in ${INDEPENDENT} cannot have the model ${model}`,
      hint: "remove the key, or move the file to its series",
    });
  if (model === "untagged" && file.releases.length > 0)
    found("untagged-with-releases", {
      at: ["releases"],
      message: "an untagged deliverable lists releases",
      hint: "remove them, or choose a model that tags",
    });
};

export const repositoryRules: Rule = (file, { series, order }, found) => {
  const notes = file.keys["release-notes"];
  if (typeof notes === "object")
    for (const repo of Object.keys(notes))
      if (!file.repositories.includes(repo))
        found("release-notes.unknown-repository", {
          at: ["release-notes"],
          key: repo,
          message: `release-notes name ${repo}, which is no repository of this deliverable`,
          hint: `known: ${file.repositories.join(", ")}`,
        });
  const last = file.releases.at(-1);
  if (last === undefined || series === undefined || series.name !== order.current?.name) return;
  if (last.parsed?.kind === "series-tag") return;
  const settings = Object.keys(file.keys["repository-settings"] ?? {});
  const tagged = last.projects.map(({ repo }) => repo);
  last.projects.forEach(({ repo }, index) => {
    if (!settings.includes(repo))
      found("repository.not-in-settings", {
        at: ["releases", last.index, "projects", index, "repo"],
        message: `release ${last.version} tags ${repo}, which is not in repository-settings`,
        hint: `add \`${repo}: {}\` there`,
      });
  });
  for (const repo of settings)
    if (!tagged.includes(repo) && !file.retired.has(repo))
      found("repository.not-released", {
        at: ["repository-settings"],
        key: repo,
        message: `release ${last.version} leaves out ${repo}, which is in repository-settings`,
        hint: "tag it too, or remove it there",
      });
};
