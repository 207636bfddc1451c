// A stack from a fork whose upper change shows its own commits alone, once a core has let the lower one into a branch of the project (ADR 0034).
import { expect } from "vitest";
import { landings } from "../support/landed.ts";
import { allowsBases, approvesRuns, baseOf, bases, filesOf } from "../support/review-bases.ts";
import { scenario } from "../support/scenario.ts";

scenario(
  "T22: a stack from a fork: no branch of the project before a core's vote; then the upper shows its own change, and both land",
  async (t) => {
    await allowsBases(t);
    const parser = await t.dave.uploads("Add parser");
    const docs = await t.dave.uploads("Add docs", { onTopOf: parser });
    const name = `review-base/main/${docs.number}`;
    await approvesRuns(t, parser);
    await approvesRuns(t, docs);
    await t.dave.triesToVote(parser, "Review-Base", 1);
    await t.coresApprove(docs);
    expect([await baseOf(t, docs), await bases(t)]).toEqual(["main", ""]);

    await t.alice.votes(parser, "Review-Base", 1);
    expect(await baseOf(t, docs)).toBe(name);
    expect(await bases(t)).toBe(`${parser.sha}\trefs/heads/${name}`);
    expect(await filesOf(t, docs)).toEqual(["docs/add-docs.md"]);
    expect((await t.check(docs)).words).toContain(`#${parser.number} below is not ready itself`);

    // Sent again: what the service has put it on stays.
    const again = await t.dave.types();
    expect(again.stdout).not.toContain("retarget");
    expect(await baseOf(t, docs)).toBe(name);

    await t.coresApprove(parser);
    await t.ci.passes(parser);
    expect(await t.pull(parser)).toMatchObject({ merged: true });
    expect([await baseOf(t, docs), await bases(t)]).toEqual(["main", ""]);
    expect(await filesOf(t, docs)).toEqual(["docs/add-docs.md"]);
    await t.ci.passes(docs);
    expect(await t.pull(docs)).toMatchObject({ merged: true });
    // All but the administrator's own commit, which switched it on.
    const found = await landings(t.world.observer, t.world.first);
    expect(found.filter(({ problem }) => problem !== undefined).map(({ subject }) => subject)).toEqual([
      "Change files",
    ]);
    expect(found.length).toBe(3);
    await t.picture();
  },
);
