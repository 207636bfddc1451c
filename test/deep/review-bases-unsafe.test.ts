// The threats of review bases (T22): nothing that a workflow would run, and nobody else's branch.
import { expect } from "vitest";
import { CI, allowsBases, baseOf, bases } from "../support/review-bases.ts";
import { scenario } from "../support/scenario.ts";

scenario(
  "T22: a workflow that such a branch would start, and a branch that is somebody else's, keep the base at the target",
  async (t) => {
    await allowsBases(t);
    const ci = await t.source(CI);
    await t.changesMain({ [CI]: ci.replace('branches: ["gate/**"]', 'branches: ["**"]') });
    const parser = await t.dave.uploads("Add parser");
    const docs = await t.dave.uploads("Add docs", { onTopOf: parser });
    const name = `review-base/main/${docs.number}`;
    await t.alice.votes(parser, "Review-Base", 1);
    expect([await baseOf(t, docs), await bases(t)]).toEqual(["main", ""]);
    expect((await t.check(docs)).summary).toContain("ci.yml` may run on a push to `review-base/**`");

    await t.changesMain({ [CI]: ci });
    await t.alice.pushes(`HEAD:refs/heads/${name}`);
    const theirs = await bases(t);
    await t.dave.rebases(docs);
    await t.alice.votes({ ...parser, sha: await t.dave.git("rev-parse", "HEAD~1") }, "Review-Base", 1);
    expect((await t.check(docs)).summary).toContain("is not the service's");
    expect([await baseOf(t, docs), await bases(t)]).toEqual(["main", theirs]);
    await t.alice.pushes(`:refs/heads/${name}`);
    expect(await baseOf(t, docs)).toBe(name);
    await t.picture();
  },
);
