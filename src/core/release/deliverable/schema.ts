/**
 * The keys of `deliverables/<series>/<name>.yaml`. Source: OpenStack releases, "Deliverable Files". Stricter than the original where that
 * lets mistakes pass (settings of a repository, hashes, unknown keys), and it knows that `releases:` may be empty.
 */
import { z } from "zod";
import { SERIES_STATUSES } from "../cycle/series.ts";

export const RELEASE_MODELS = [
  "cycle-with-rc",
  "cycle-with-intermediary",
  "untagged",
  "abandoned",
  "independent",
  "cycle-with-milestones",
  "cycle-trailing",
  "cycle-automatic",
] as const;

export const DELIVERABLE_TYPES = [
  "service",
  "library",
  "client-library",
  "horizon-plugin",
  "tempest-plugin",
  "trailing",
  "other",
] as const;

export const RELEASE_TYPES = [
  "python-service",
  "python-pypi",
  "xstatic",
  "fuel",
  "nodejs",
  "puppet",
  "neutron",
  "horizon",
  "openstack-manuals",
  "manila-image-elements",
  "openstack-virtual-baremetal",
  "generic",
] as const;

const text = z.string().min(1);
const repository = z.string().regex(/^[^\s/]+\/[^\s/]+$/, { error: "a repository as owner/name" });
/** Forty hex digits. Quoted where YAML would read a number. */
const hash = z.string().regex(/^[0-9a-f]{40}$/, { error: "a commit as 40 hex digits" });
/** `releases:` with nothing behind it is an empty list. */
const listOf = <T extends z.ZodType>(item: T) => z.array(item).nullish();

const project = z.strictObject({
  repo: repository,
  hash,
  comment: text.optional(),
  "tarball-base": text.optional(),
});

const release = z.strictObject({
  version: text,
  projects: z.array(project).min(1, { error: "a release tags at least one repository" }),
  "diff-start": text.optional(),
  flags: listOf(z.enum(["forced", "skipped-sig"])),
});

const branch = z.strictObject({
  name: text,
  /** A version, or a commit for each repository. */
  location: z.union([text, z.record(repository, hash)]),
});

/** Every field of a repository's settings; the original checks none of them. */
const repositorySettings = z.strictObject({
  flags: listOf(z.enum(["no-artifact-build-job", "retired"])),
  "pypi-name": text.optional(),
  "tarball-base": text.optional(),
});

export const deliverableFile = z.strictObject({
  team: text,
  type: z.enum(DELIVERABLE_TYPES),
  launchpad: text.optional(),
  storyboard: z.union([z.int(), text]).optional(),
  "release-notes": z.union([text, z.record(repository, text)]).optional(),
  "include-pypi-link": z.union([z.boolean(), z.enum(["yes", "no"])]).optional(),
  "release-model": z.enum(RELEASE_MODELS).optional(),
  "artifact-link-mode": z.enum(["tarball", "none"]).optional(),
  "repository-settings": z.record(repository, repositorySettings.nullable()).nullish(),
  "release-type": z.enum(RELEASE_TYPES).optional(),
  "stable-branch-type": z.enum(["std", "tagless", "upstream", "none", "std-with-versions"]).optional(),
  "cycle-highlights": listOf(text),
  releases: listOf(release),
  branches: listOf(branch),
  "stable-status": z.enum(SERIES_STATUSES).optional(),
});

export type DeliverableFile = z.output<typeof deliverableFile>;
export type DeliverableRelease = z.output<typeof release>;
export type DeliverableBranch = z.output<typeof branch>;
export type ReleaseModel = (typeof RELEASE_MODELS)[number];
