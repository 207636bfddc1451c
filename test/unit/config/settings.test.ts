import { describe, expect, it } from "vitest";
import { SETTINGS, type SettingName } from "../../../src/config/setting-names.ts";
import { describeOrigin, truth } from "../../../src/config/settings.ts";
import { decided, type Written } from "./sources.ts";

const ORIGIN = { "remote.origin.url": "https://github.com/acme/api.git" };

const text = (name: SettingName, written: Written): string | undefined => decided(written).settings.text(name);

/** Value and source of a setting, and of each that it overrides. */
function told(name: SettingName, written: Written): readonly string[] {
  const { word, overridden } = decided(written).settings.get(name);
  return [...(word === undefined ? [] : [word]), ...overridden].map(
    (one) => `${one.text}: ${describeOrigin(one.origin)}`,
  );
}

describe("a setting", () => {
  it("is the command line's, then git config's, then .gitreview's, then a git-review.conf's, then the default", () => {
    const written = {
      git: { ...ORIGIN, "global:gitreview.branch": "everywhere", "gitreview.branch": "here" },
      file: "# ours\n[gerrit]\ndefaultbranch = of-gerrit\n[github]\ndefaultbranch = of-github\n",
      user: "[gerrit]\ndefaultbranch=of-user\n",
      system: "[gerrit]\ndefaultbranch=of-system\n",
      asked: { branch: "typed" },
    };
    expect(told("branch", written)).toEqual([
      "typed: the command line",
      "here: git config gitreview.branch (local)",
      "everywhere: git config gitreview.branch (global)",
      "of-github: .gitreview:5 [github]",
      "of-gerrit: .gitreview:3 [gerrit]",
      "of-user: user.conf:2 [gerrit]",
      "of-system: system.conf:2 [gerrit]",
    ]);
    expect(told("branch", { file: "[gerrit]\nhost=h.example\nproject=p\n" })).toEqual(["master: default"]);
  });

  it.each(
    SETTINGS.flatMap(({ name, git, file, form }) => {
      const value = form.kind === "one-of" ? (form.words[0] ?? "") : form.kind === "number" ? "8080" : "1";
      return [
        ...git.map((key) => ({
          name,
          value,
          where: `gitreview.${key}`,
          written: { git: { [`gitreview.${key}`]: value } },
        })),
        ...(file === undefined
          ? []
          : ["gerrit", "github"].map((section) => ({
              name,
              value,
              where: `${file} in [${section}]`,
              written: { file: `[${section}]\n${file}=${value}\n` },
            }))),
      ];
    }),
  )("$name is read from $where", ({ name, value, written }) => expect(text(name, written)).toBe(value));

  it("of where changes go is not put together from two sections", () => {
    const file = "[gerrit]\nhost=review.example.org\nport=29418\nproject=upstream\n[github]\nproject=acme/api\n";
    expect(["host", "port", "project"].map((name) => text(name as SettingName, { git: ORIGIN, file }))).toEqual([
      undefined,
      undefined,
      "acme/api",
    ]);
  });

  it("is only the repository's own in GITREVIEW_LOCAL_MODE", () => {
    const git = { "global:gitreview.branch": "everywhere" };
    expect(text("branch", { git, localMode: true })).toBeUndefined();
    expect(text("branch", { git: { ...git, "gitreview.branch": "here" }, localMode: true })).toBe("here");
    expect(text("branch", { git, file: "[gerrit]\ndefaultbranch=f\n", localMode: true })).toBe("f");
  });

  it.each([
    ["1", true],
    ["true", true],
    ["True", true],
    ["yes", true],
    ["on", true],
    ["0", false],
    ["false", false],
    ["no", false],
    ["off", false],
    ["", false],
    ["maybe", undefined],
  ])("that is yes or no reads %j as %s", (word, value) => expect(truth(word)).toBe(value));

  it("of a wrong form stops with who said it, and is shown all the same", () => {
    const wrong = decided({ git: { ...ORIGIN, "gitreview.track": "maybe" } });
    expect(wrong.server).toMatchObject({ ok: false, problem: { kind: "bad-setting", name: "track", text: "maybe" } });
    expect(wrong.settings.get("track")).toMatchObject({ expected: "1 or 0" });
    const scheme = decided({ git: ORIGIN, file: "[github]\nscheme=gopher\n" });
    expect(scheme.server).toMatchObject({ problem: { name: "scheme", origin: { kind: "file", line: 2 } } });
  });

  it("that nothing reads is named", () => {
    const { settings } = decided({ git: { "gitreview.brnch": "x" }, file: "[gerrit]\nhots=h\n[other]\nkey=1\n" });
    expect(settings.unknown.map(({ key }) => key)).toEqual(["gitreview.brnch", "hots"]);
  });

  it("reviewers is a list, parted by spaces or commas, over all values", () => {
    expect(decided({ git: { "gitreview.reviewers": "alice, acme/core bob" } }).settings.words("reviewers")).toEqual([
      "alice",
      "acme/core",
      "bob",
    ]);
  });
});

describe("track", () => {
  const git = {
    ...ORIGIN,
    "remote.up.url": "https://github.com/acme/api",
    "branch.topic.remote": "up",
    "branch.topic.merge": "refs/heads/stable/1",
  };
  const place = (written: Written): unknown => {
    const { server } = decided(written);
    return server.ok && server.value.kind === "github"
      ? [server.value.location.remote, server.value.location.target]
      : server;
  };

  it("takes branch and remote from what HEAD follows, only when it is asked for", () => {
    expect(place({ git, head: "topic" })).toEqual(["origin", undefined]);
    expect(place({ git, head: "topic", asked: { track: true } })).toEqual(["up", "stable/1"]);
    expect(place({ git: { ...git, "gitreview.track": "1" }, head: "topic" })).toEqual(["up", "stable/1"]);
    expect(place({ git: { ...git, "gitreview.track": "1" }, head: "topic", asked: { track: false } })).toEqual([
      "origin",
      undefined,
    ]);
  });

  it("is off for a branch on the command line, for a local upstream and without one", () => {
    const asked = { track: true };
    expect(place({ git, head: "topic", asked: { ...asked, branch: "main" } })).toEqual(["origin", "main"]);
    expect(place({ git: { ...git, "branch.topic.remote": "." }, head: "topic", asked })).toEqual(["origin", undefined]);
    expect(place({ git, head: "other", asked })).toEqual(["origin", undefined]);
  });

  it("keeps the remote of the command line", () => {
    expect(place({ git, head: "topic", asked: { track: true, remote: "origin" } })).toEqual(["origin", "stable/1"]);
  });
});
