/** What a release asks of the forge: annotated tags, branches and releases, each made once and never moved. */
import type { BranchName, Sha } from "../core/ids.ts";
import type { Instant } from "../core/time.ts";
import type { Answer, Forge, RepositoryRef } from "./forge.ts";

export interface TagFound {
  /** The commit it stands for, through however many tag objects. */
  readonly commit: Sha;
  readonly annotated: boolean;
}

export interface NewTag {
  readonly name: string;
  readonly commit: Sha;
  readonly message: string;
  /** For a message that ends in a signature of the whole tag; absent: the forge says who and when. */
  readonly exactly?: {
    readonly tagger: { readonly name: string; readonly email: string; readonly at: Instant };
    /** The tag object must have one of these names, or no ref is made. */
    readonly names: readonly Sha[];
  };
}

export interface NewRelease {
  /** Of a tag that is there. */
  readonly tag: string;
  /** What the tag stands for: should it go meanwhile, the forge makes one there and nowhere else. */
  readonly commit: Sha;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly prerelease: boolean;
}

export interface ReleaseForge {
  /** undefined = there is none. */
  tag(repository: RepositoryRef, name: string): Answer<TagFound | undefined>;
  branch(repository: RepositoryRef, name: BranchName): Answer<Sha | undefined>;
  /** Is the commit in the history of that branch? false also where there is no such commit. */
  contains(repository: RepositoryRef, branch: BranchName, commit: Sha): Answer<boolean>;
  /** Refused where the name is taken, and where the forge would store something else than `exactly` this. */
  createTag(repository: RepositoryRef, tag: NewTag): Answer<void>;
  createBranch(repository: RepositoryRef, name: BranchName, at: Sha): Answer<void>;
  /** Its page; undefined = there is none. */
  release(repository: RepositoryRef, tag: string): Answer<string | undefined>;
  /** Answers its page. */
  createRelease(repository: RepositoryRef, release: NewRelease): Answer<string>;
}

/** All that the service asks of a forge. */
export type ServiceForge = Forge & ReleaseForge;
