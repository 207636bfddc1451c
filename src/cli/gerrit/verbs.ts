/** What `git review` does on a Gerrit server; each is loaded when it runs. */
import { type GerritVerbs } from "../gerrit-door.ts";

export const gerritVerbs: GerritVerbs = {
  submit: async (clone, options) => (await import("./submit.ts")).submitToGerrit(clone, options),
  setup: async (clone, options) => (await import("./setup.ts")).setUpGerrit(clone, options),
  list: async (clone, options) => (await import("./list.ts")).listOnGerrit(clone, options),
  fetch: async (clone, options) => (await import("./bring.ts")).bringFromGerrit(clone, options),
  vote: async (clone, asked) => (await import("./vote.ts")).voteOnGerrit(clone, asked),
  status: async (clone, options) => (await import("./status.ts")).statusOnGerrit(clone, options),
  inbox: async (clone, options) => (await import("./inbox.ts")).inboxOnGerrit(clone, options),
  next: async (clone, options) => (await import("./inbox.ts")).nextOnGerrit(clone, options),
};
