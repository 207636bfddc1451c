// T20: the check of a commit that is the head of several pull requests says what each of them waits for.
import { describe, expect, it } from "vitest";
import { toldTogether, type Told } from "../../../src/core/gate/shared-head.ts";
import type { CheckVerdict } from "../../../src/core/gate/snapshot.ts";
import { branch, sha } from "../policy/sample.ts";

const VERDICTS: readonly CheckVerdict[] = ["failure", "pending", "neutral", "success"];

function told(change: number, target: string, verdict: CheckVerdict, head = sha(1)): Told {
  const said = {
    verdict,
    title: `${verdict} title`,
    summary: `**Next:** for ${target}.\n\n<details>more of ${target}</details>\n\nprograms ${target}`,
  };
  return { change, head, target: branch(target), said };
}

it("what shares its head with nobody says what it said", () => {
  const one = told(4, "main", "success");
  expect(toldTogether(one, [one, told(6, "dev", "failure", sha(2))])).toEqual(one);
});

describe("what shares its head is as strict as the strictest", () => {
  const pairs = VERDICTS.flatMap((a, left) =>
    VERDICTS.map((b, right) => ({ a, b, strict: VERDICTS[Math.min(left, right)] })),
  );
  it.each(pairs)("$a and $b", ({ a, b, strict }) => {
    const all = [told(6, "dev", b), told(4, "main", a)];
    const said = all.map((one) => toldTogether(one, all).said);
    expect(said.map(({ verdict }) => verdict)).toEqual([strict, strict]);
    expect(said[0]?.title).toBe(said[1]?.title);
  });
});

it("each says every pull request's words, and its own last, with the facts for programs", () => {
  const all = [told(4, "main", "pending"), told(6, "dev", "failure")];
  const [main, dev] = all.map((one) => toldTogether(one, all));
  expect(main?.said.title).toBe("#6 to dev: failure title");
  expect(main?.said.summary).toMatchInlineSnapshot(`
    "This commit is the head of 2 pull requests. Each is judged for itself; the check is green when all are ready.

    - #4 to \`main\`: pending title
    - #6 to \`dev\`: failure title

    ### #6 to \`dev\`

    **Next:** for dev.

    ### #4 to \`main\`

    **Next:** for main.

    <details>more of main</details>

    programs main"
  `);
  expect(dev?.said.summary).toMatch(/to `main`[^]*for main[^]*programs dev$/);
  expect(dev).toMatchObject({ change: 6, target: "dev" });
});

it("a title is a sentence of others: it calls nobody", () => {
  const named = told(4, "main", "pending");
  const all = [{ ...named, said: { ...named.said, title: "Blocked: @all <!-- failed" } }, told(6, "dev", "success")];
  expect(all.map((one) => toldTogether(one, all).said.summary).join("\n")).not.toMatch(/@all|<!--/);
});

it("it fits into a check run, however many there are and however long they are", () => {
  const all = Array.from({ length: 30 }, (_, index) => {
    const one = told(index + 1, "b".repeat(120), "pending");
    return { ...one, said: { ...one.said, title: "t".repeat(80), summary: "s".repeat(60_000) } };
  });
  for (const one of all) {
    const { title, summary } = toldTogether(one, all).said;
    expect(title.length).toBeLessThanOrEqual(80);
    expect(new TextEncoder().encode(summary).length).toBeLessThan(65_535);
  }
});
