// The organisation's file through the whole service: what it requires no repository takes back, and whom it names has to be who they were.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BotOptions } from "../../bot/app.ts";
import { fail } from "../../src/core/result.ts";
import { openHouse, type House } from "../bot/stage.ts";
import { openWebStage } from "../support/ordinary.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const PATH = ".github/plustwo.yml";
/** Without the marks of Markdown. */
const plain = (words: string) => words.replaceAll(/[\\`]/g, "");
const SECURITY = `labels: { Security: { values: { -1: unsafe, 0: nothing, 1: safe } } }
access: [{ branch: "*", label-Security: { security: -1..+1 } }]
`;

it("T14: an organisation's requirement holds in its repository, which cannot redefine it, and stops when its people are not who they were", async () => {
  let hidden = false;
  const around = (options: BotOptions): BotOptions => {
    const { forge } = options;
    const siblingFile: BotOptions["forge"]["siblingFile"] = (...asked) =>
      hidden
        ? Promise.resolve(fail({ kind: "forbidden", tried: "read the organisation's file", found: "SSO" }))
        : forge.siblingFile(...asked);
    return { ...options, forge: { ...forge, siblingFile } };
  };
  const t = await openWebStage(house, { around });
  const { web, stage } = t;
  const { control, fullName, org, app } = stage.world;
  const { user } = await stage.as("dave").get<{ user: { id: number } }>("/collaborators/dave/permission");
  const shared = (login: string, more = "") => `version: 1
extends: preset:openstack
groups: { security: { users: [{ login: ${login}, id: ${user.id} }] } }
${SECURITY}submitRequirements:
  Security: { description: Somebody of security has looked, noun: security approval, submittableIf: "label:Security=MAX AND -label:Security=MIN" }
${more}`;
  const organisation = async (text: string) => {
    await control.post(`/repos/${org}/.github/commits`, { login: "olivia", files: { [PATH]: text } });
    await stage.settled();
  };
  const { content } = await stage.as("alice").get<{ content: string }>(`/contents/${PATH}`);
  const policy = Buffer.from(content, "base64").toString();
  const repository = async (text: string) => {
    await control.post(`/repos/${fullName}/commits`, { login: "olivia", files: { [PATH]: text } });
    await stage.settled();
  };

  await control.post("/repos", { owner: org, name: ".github", files: { [PATH]: shared("dave") } });
  await control.patch(`/apps/${app.slug}`, { repositories: [`${org}/.github`] });
  await stage.settled();
  await web.commits("carol", "parser", { files: { "src/parser.txt": "parse\n" } });
  const number = await web.opens("carol", "parser");
  await t.approve(number);
  expect(await t.merged(number)).toBe(false);
  expect(await t.next(number)).toBe("**Next:** dave gives the security approval. Nothing for carol to do.");

  // The cores may vote +2 and say go: neither they nor their file speaks for security.
  await repository(`${policy}\n${SECURITY.replace("security: -1", "core: -1")}`);
  expect(plain((await t.check(number)).words)).toContain(
    `the label Security is defined by ${org}/.github/${PATH}, and the requirement Security of ${org}/.github/${PATH}, which no later layer may change, depends on it`,
  );
  expect(await t.merged(number)).toBe(false);
  // The organisation names the preset as well; the repository need not.
  expect(policy).toContain("extends: preset:openstack\n");
  await repository(policy.replace("extends: preset:openstack\n", ""));
  expect((await t.check(number)).conclusion).toBeNull();
  hidden = true;
  await organisation(shared("dave", "# unseen\n"));
  await stage.reviews("dave", number, "Security: +1");
  await stage.settled();
  expect(plain((await t.check(number)).words)).toContain("the organisation's policy could not be read: ");
  expect(await t.merged(number)).toBe(false);
  hidden = false;
  await organisation(shared("dave"));
  expect(await t.merged(number)).toBe(true);

  // The account that was dave's goes by another name; whoever takes the old one is not asked, and nobody is till the file says who.
  await web.commits("carol", "lexer", { files: { "src/lexer.txt": "lex\n" } });
  const next = await web.opens("carol", "lexer");
  await control.patch("/users/dave", { login: "david" });
  await organisation(shared("dave", "# once more\n"));
  expect((await t.check(next)).words).toContain(`dave (${user.id}) is called david now: confirm by changing the file`);
  await t.approve(next);
  await stage.reviews("dave", next, "Security: +1");
  await stage.settled();
  expect(await t.merged(next)).toBe(false);
  await organisation(shared("david").replace(String(user.id), "999999999"));
  expect((await t.check(next)).words).toContain("david (999999999) is no account any more: remove it from the file");
  await organisation(shared("david"));
  expect(await t.merged(next)).toBe(true);
  await control.patch("/users/david", { login: "dave" }); // people are everybody's
  expect(stage.complaints).toEqual([]);
  await stage.close();
});
