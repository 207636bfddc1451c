import { describe, expect, it } from "vitest";
import { parseGitreview } from "../../../src/config/gitreview-file.ts";
import { apiOf, type Location } from "../../../src/config/locate.ts";
import { type LocateProblem } from "../../../src/config/locate-problem.ts";
import { parseProjectAddress } from "../../../src/config/remote-address.ts";
import { findToken } from "../../../src/config/token.ts";
import { type Asked } from "../../../src/config/server.ts";
import { type Result } from "../../../src/core/result.ts";
import { decided } from "./sources.ts";

const ORIGIN = { "remote.origin.url": "https://github.com/acme/api.git" };

function located(
  settings: Readonly<Record<string, string>>,
  file = "",
  asked: Asked = {},
): Result<Location, LocateProblem> {
  const { server } = decided({ git: settings, file, asked });
  if (!server.ok) return server;
  if (server.value.kind === "gerrit") throw new Error("It goes to Gerrit");
  return { ok: true, value: server.value.location };
}

function place(...args: Parameters<typeof located>): Location {
  const found = located(...args);
  if (!found.ok) throw new Error(found.problem.kind);
  return found.value;
}

function problem(...args: Parameters<typeof located>): string {
  const found = located(...args);
  return found.ok ? "located" : found.problem.kind;
}

describe("a remote's URL", () => {
  it.each([
    ["https://github.com/acme/api.git", "https", "github.com"],
    ["https://github.com/acme/api/", "https", "github.com"],
    ["http://127.0.0.1:3000/acme/api", "http", "127.0.0.1:3000"],
    ["git@github.com:acme/api.git", "ssh", "github.com"],
    ["github.com:acme/api", "ssh", "github.com"],
    ["ssh://git@ssh.github.com:443/acme/api.git", "ssh", "github.com"],
    ["ssh://git@git.example.org:2222/acme/api.git", "ssh", "git.example.org"],
    ["git://git.example.org/acme/api.git", "git", "git.example.org"],
  ])("%s is acme/api over %s on %s", (url, transport, host) => {
    expect(parseProjectAddress(url)).toMatchObject({ transport, host, owner: "acme", name: "api" });
  });

  it.each([
    "/srv/api.git",
    "../api",
    "file:///srv/acme/api.git",
    "https://github.com/api",
    "https://github.com/a/b/c",
    "ext::sh -c x",
    "",
  ])("%j is no project on a server", (url) => expect(parseProjectAddress(url)).toBeUndefined());
});

describe("where a submit goes", () => {
  it("follows from the remote alone where nothing else is said", () => {
    expect(place(ORIGIN)).toMatchObject({ remote: "origin", host: "github.com", owner: "acme", name: "api" });
    expect(place(ORIGIN).target).toBeUndefined();
  });

  it("takes the branch from the command line, then git config, then .gitreview, [github] before [gerrit]", () => {
    const file = "[gerrit]\ndefaultbranch=old\n[github]\ndefaultbranch = stable/1\n";
    expect(place(ORIGIN, file).target).toBe("stable/1");
    expect(place({ ...ORIGIN, "gitreview.branch": "next" }, file).target).toBe("next");
    expect(place({ ...ORIGIN, "gitreview.branch": "next" }, file, { branch: "refs/heads/now" }).target).toBe("now");
    expect(place(ORIGIN, "[gerrit]\ndefaultbranch=old\n").target).toBe("old");
  });

  it("takes the remote in the same order, then the one of .gitreview's project, then gerrit, then origin", () => {
    const two = { ...ORIGIN, "remote.up.url": "git@github.com:acme/api.git" };
    expect(place(two).remote).toBe("origin");
    expect(place(two, "[github]\ndefaultremote=up\n").remote).toBe("up");
    expect(place(two, "[gerrit]\ndefaultremote=gerrit\n").remote).toBe("origin");
    expect(place({ ...two, "gitreview.remote": "up" }).remote).toBe("up");
    expect(place({ ...two, "gitreview.remote": "up" }, "", { remote: "origin" }).remote).toBe("origin");
    const fork = {
      "remote.origin.url": "https://github.com/carol/api",
      "remote.up.url": "https://github.com/acme/api",
    };
    expect(place(fork, "[github]\nhost=github.com\nproject=acme/api\n").remote).toBe("up");
    expect(place({ ...ORIGIN, "remote.gerrit.url": "https://github.com/acme/api" }).remote).toBe("gerrit");
    expect(problem({ ...ORIGIN, "gitreview.remote": "gone" })).toBe("unknown-remote");
  });

  it("sees insteadOf and pushInsteadOf as git does", () => {
    const settings = { "remote.origin.url": "gh:acme/api", "url.https://github.com/.insteadof": "gh:" };
    expect(place(settings)).toMatchObject({ host: "github.com", owner: "acme" });
  });

  it("never lets .gitreview alone choose the host that gets the token", () => {
    expect(problem(ORIGIN, "[github]\nhost=evil.example\n")).toBe("other-host");
    expect(place({ ...ORIGIN, "gitreview.hostname": "github.com" }, "[github]\nhost=evil.example\n").host).toBe(
      "github.com",
    );
    expect(place(ORIGIN, "[github]\nhost=GitHub.com\n").host).toBe("github.com");
  });

  it("adds the web port to the host of an ssh remote, and to no other", () => {
    const ssh = { "remote.origin.url": "git@git.example.org:acme/api.git" };
    expect(place(ssh, "[github]\nhost=git.example.org:8443\n")).toMatchObject({
      scheme: "https",
      host: "git.example.org:8443",
    });
    expect(problem(ssh, "[github]\nhost=git.evil.org:8443\n")).toBe("other-host");
    expect(problem(ORIGIN, "[github]\nhost=github.com:8443\n")).toBe("other-host");
  });

  it("speaks plain http with this machine, with others only where the user's git config says so", () => {
    const far = { "remote.origin.url": "http://git.example.org/acme/api" };
    expect(place({ "remote.origin.url": "http://127.0.0.1:3000/acme/api" }).scheme).toBe("http");
    expect(problem(far)).toBe("plain-http");
    expect(problem({ "remote.origin.url": "git@git.example.org:acme/api" }, "[github]\nscheme=http\n")).toBe(
      "plain-http",
    );
    expect(place({ ...far, "gitreview.scheme": "http" }).scheme).toBe("http");
  });

  it("refuses another project than the remote's, and names that are none", () => {
    expect(problem(ORIGIN, "[github]\nproject=acme/other\n")).toBe("other-project");
    expect(problem({ ...ORIGIN, "gitreview.project": "acme/other" })).toBe("other-project");
    expect(place(ORIGIN, "[gerrit]\nproject=ACME/api.git\n").name).toBe("api");
    expect(problem(ORIGIN, "", { branch: "-x" })).toBe("bad-branch");
    expect(problem({ ...ORIGIN, "gitreview.hostname": "a b" })).toBe("bad-setting");
    expect(problem({})).toBe("no-remote");
  });

  it("finds the API beside the host, and GitHub's on its own", () => {
    expect(apiOf("https", "github.com").restUrl).toBe("https://api.github.com");
    expect(apiOf("http", "127.0.0.1:3000")).toEqual({
      restUrl: "http://127.0.0.1:3000/api/v3",
      graphqlUrl: "http://127.0.0.1:3000/api/graphql",
    });
  });
});

describe(".gitreview", () => {
  it("is read as git-review reads it: comments, spaces, colons, unknown keys, Windows line ends", () => {
    const text =
      "# ours\r\n[gerrit]\r\n  host = review.example.org\r\nport=8080\r\nscheme: https\r\nproject=acme/api.git\r\nnotopic=1\r\n";
    expect(parseGitreview(text).map(({ key, value, line }) => [key, value, line])).toEqual([
      ["host", "review.example.org", 3],
      ["port", "8080", 4],
      ["scheme", "https", 5],
      ["project", "acme/api.git", 6],
      ["notopic", "1", 7],
    ]);
    expect(parseGitreview("host=outside\n")).toEqual([]);
    expect(parseGitreview("[gerrit]\ntrack=0\nTrack: 1\n")).toEqual([
      { section: "gerrit", key: "track", value: "1", line: 3 },
    ]);
  });
});

describe("the token", () => {
  const cwd = process.cwd();
  const PATH = process.env["PATH"];
  const quiet = { PATH, HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };
  const helper = (text: string): Record<string, string> => ({
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "credential.helper",
    GIT_CONFIG_VALUE_0: `!f() { test "$1" = get && echo username=u && echo password=${text}; }; f`,
  });

  it("is the first of PLUSTWO_TOKEN, gh's variable for that host, the URL, the credential helper", async () => {
    const github = place(ORIGIN);
    const enterprise = place({ "remote.origin.url": "https://git.example.org/acme/api" });
    const withPassword = place({ "remote.origin.url": "https://carol:in-url@git.example.org/acme/api" });
    const all = { ...quiet, ...helper("stored"), PLUSTWO_TOKEN: "ours", GH_TOKEN: "gh", GH_ENTERPRISE_TOKEN: "ghe" };
    const from = async (location: Location, env: Record<string, string | undefined>): Promise<unknown> => {
      const token = await findToken(location, { env, cwd });
      return token.ok ? token.value : token.problem;
    };
    expect(await from(github, all)).toEqual({ text: "ours", from: "PLUSTWO_TOKEN", gitHasIt: false });
    expect(await from(github, { ...all, PLUSTWO_TOKEN: " " })).toMatchObject({ text: "gh", from: "GH_TOKEN" });
    expect(await from(enterprise, { ...all, PLUSTWO_TOKEN: undefined })).toMatchObject({ text: "ghe" });
    const bare = { ...quiet, ...helper("stored") };
    expect(await from(withPassword, bare)).toEqual({ text: "in-url", from: "the remote's URL", gitHasIt: true });
    expect(await from(enterprise, bare)).toEqual({ text: "stored", from: "git credential fill", gitHasIt: true });
    // A token for github.com is not shown to another server.
    expect(await from(enterprise, { ...quiet, PATH: "/nonexistent", GH_TOKEN: "gh" })).toMatchObject({
      kind: "no-token",
    });
  });
});
