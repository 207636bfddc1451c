// Owners of paths through the whole service: CODEOWNERS at the target, a team in it, a change that moves a file from one owner to another.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHouse, type House } from "../bot/stage.ts";
import { openWebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const RULES = `
owners: { source: CODEOWNERS, fallback: none }
submitRequirements:
  Owners:
    description: The owners of every touched path have approved
    applicableIf: "has:enabled_code-owners"
    submittableIf: "has:approval_code-owners"
`;
const GUIDE = Array.from({ length: 20 }, (_, line) => `Line ${line} of the guide.\n`).join("");

it("a change waits for the owners of both ends of a rename by name, a broken file closes it, and then it lands", async () => {
  const t = await openWebStage(house);
  const { web, stage } = t;
  const { control, fullName, org } = stage.world;
  await control.post("/teams", { org, slug: "writers", members: ["mallory"], repo: fullName, permission: "write" });
  const path = ".github/plustwo.yml";
  const { content } = await stage.as("alice").get<{ content: string }>(`/contents/${path}`);
  const policy = Buffer.from(content, "base64").toString() + RULES;
  const owners = (first: string) => `${first}\n\n# Who owns what\n\n* @alice\n/docs/ @dave\n/lib/ @${org}/writers\n`;
  const codeowners = (first: string) =>
    control.post(`/repos/${fullName}/commits`, {
      login: "olivia",
      files: { ".github/CODEOWNERS": owners(first) },
    });
  await control.post(`/repos/${fullName}/commits`, {
    login: "olivia",
    files: { [path]: policy, "docs/guide.md": GUIDE },
  });
  await codeowners("[a section]");

  // The change gives itself all the owners it likes: those at the target are asked.
  await web.commits("carol", "move", {
    files: {
      "docs/guide.md": null,
      "lib/guide.md": `${GUIDE}One more.\n`,
      ".github/CODEOWNERS": `${owners("[a section]")}* @bob\n`,
    },
  });
  const number = await web.opens("carol", "move");
  await t.approve(number);
  expect((await t.check(number)).words).toContain(".github/CODEOWNERS:1: sections are GitLab's, and GitHub knows none");
  expect(await t.merged(number)).toBe(false);

  await codeowners("# no section");
  await stage.settled();
  const waiting = await t.check(number);
  expect(waiting.conclusion).toBeNull();
  expect(waiting.words).toContain("docs/guide.md needs dave; lib/guide.md needs mallory");
  expect(await t.next(number)).toMatch(/dave.*mallory/);

  await t.presses("dave", number);
  await stage.settled();
  expect(await t.merged(number)).toBe(false);
  await t.presses("mallory", number);
  await stage.settled();
  expect(await t.merged(number)).toBe(true);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

it("an email owns by the account that GitHub links with commits on the target; one of nobody's is named, and approves nothing", async () => {
  const t = await openWebStage(house);
  const { web, stage } = t;
  const { control, fullName } = stage.world;
  const path = ".github/plustwo.yml";
  const { content } = await stage.as("alice").get<{ content: string }>(`/contents/${path}`);
  const email = "nobody@example.org";
  const lands = (login: string, files: Readonly<Record<string, string>>) =>
    control.post(`/repos/${fullName}/commits`, { login, files });
  await lands("dave", { "docs/guide.md": GUIDE });
  const { commit } = await stage.as("dave").get<{ commit: { author: { email: string } } }>("/commits/main");
  await lands("olivia", {
    [path]: Buffer.from(content, "base64").toString() + RULES,
    ".github/CODEOWNERS": `/docs/ ${commit.author.email.toUpperCase()}\n/lib/ ${email}\n`,
  });
  await web.commits("carol", "guide", { files: { "docs/guide.md": `${GUIDE}One more.\n` } });
  const guide = await web.opens("carol", "guide");
  await t.approve(guide);
  await stage.settled();
  expect((await t.check(guide)).words).toContain("docs/guide.md needs dave");
  expect(await t.merged(guide)).toBe(false);

  await web.commits("carol", "lib", { files: { "lib/a.ts": "export {};\n" } });
  const lib = await web.opens("carol", "lib");
  await t.approve(lib);
  await stage.settled();
  expect((await t.check(lib)).words).toContain(
    `nobody@\u200Bexample.org is nobody the forge knows by commits of this change or on its target`,
  );

  await t.presses("dave", guide);
  await stage.settled();
  expect([await t.merged(guide), await t.merged(lib)]).toEqual([true, false]);
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
