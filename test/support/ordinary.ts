// A stage whose people use GitHub's web page alone, for the tests of ordinary pull requests.
import { browserOf, type Browser } from "./browser.ts";
import type { House, Stage, StageOptions } from "../bot/stage.ts";

export interface WebStage {
  readonly stage: Stage;
  readonly web: Browser;
  /** The plustwo check of the newest head. `words`: up to the first fold, its own commit named so. */
  check(
    number: number,
  ): Promise<{ readonly title: string; readonly conclusion: string | null; readonly words: string }>;
  /** The first line of the words: whose turn it is. */
  next(number: number): Promise<string>;
  /** Presses Approve, without a word. */
  presses(login: string, number: number): Promise<void>;
  /** Both cores approve, bob says go; then everything comes to rest. */
  approve(number: number): Promise<void>;
  /** The target moves without a pull request, as an administrator may. */
  mainMoves(path: string): Promise<void>;
  kinds(number: number): Promise<readonly string[]>;
  merged(number: number): Promise<boolean>;
}

export async function openWebStage(house: House, options: StageOptions = {}): Promise<WebStage> {
  const stage = await house.opens(options);
  const web = browserOf(stage.world, house.population);
  const { control, fullName } = stage.world;
  await control.post("/jobs", { repo: fullName, job: "*", mode: "pass" });
  const check: WebStage["check"] = async (number) => {
    const { head } = await web.pull(number);
    const found = await stage.check(head.sha);
    if (found === undefined) throw new Error(`The service said nothing about #${number} at ${head.sha}`);
    const words = (found.summary.split("<details>")[0] ?? "").trim().replaceAll(head.sha.slice(0, 7), "(this commit)");
    return { title: found.title, conclusion: found.conclusion, words };
  };
  return {
    ...{ stage, web, check },
    next: async (number) => (await check(number)).words.split("\n")[0] ?? "",
    async presses(login, number) {
      await stage.reviews(login, number, "", "APPROVE");
    },
    async approve(number) {
      await stage.approve(number);
      await stage.settled();
    },
    async mainMoves(path) {
      await control.post(`/repos/${fullName}/commits`, { login: "olivia", files: { [path]: `${path}\n` } });
    },
    async kinds(number) {
      const rows = await stage.store.db.selectFrom("patch_set").select("record").where("change", "=", number).execute();
      return rows.map(({ record }) => record.kind);
    },
    merged: async (number) => (await web.pull(number)).merged,
  };
}
