import { describe, expect, it } from "vitest";
import { gerritUrl, parseGerritAddress } from "../../../src/config/gerrit-address.ts";
import { type GerritLocation } from "../../../src/config/locate-gerrit.ts";
import { decided, type Written } from "./sources.ts";

const OPENDEV = "[gerrit]\nhost=review.opendev.org\nport=29418\nproject=openstack/nova.git\n";
const MIRROR = { "remote.origin.url": "https://github.com/openstack/nova" };
const GERRIT = { "remote.gerrit.url": "ssh://carol@review.opendev.org:29418/openstack/nova" };

function gerrit(written: Written): GerritLocation {
  const { server } = decided(written);
  if (!server.ok) throw new Error(server.problem.kind);
  if (server.value.kind !== "gerrit") throw new Error("It goes to GitHub");
  return server.value.location;
}

describe("which server", () => {
  const rows: readonly (readonly [string, string, Written])[] = [
    [
      "github",
      "nothing but a remote on an unknown host",
      { git: { "remote.origin.url": "https://git.example.org/acme/api" } },
    ],
    ["github", "a remote on GitHub", { git: MIRROR }],
    [
      "github",
      "a [github] section beside a [gerrit] one",
      { git: MIRROR, file: `${OPENDEV}[github]\nproject=openstack/nova\n` },
    ],
    ["github", "a [gerrit] section that names GitHub", { git: MIRROR, file: "[gerrit]\nhost=github.com\n" }],
    ["github", "a [gerrit] section without a host", { git: MIRROR, file: "[gerrit]\ndefaultbranch=main\n" }],
    ["github", "gitreview.server, whatever else is there", { git: { ...GERRIT, "gitreview.server": "github" } }],
    [
      "github",
      "a hostname in git config that is the remote's",
      { git: { "remote.origin.url": "git@git.example.org:acme/api", "gitreview.hostname": "git.example.org" } },
    ],
    [
      "github",
      "-r names a remote on GitHub",
      { git: { ...GERRIT, ...MIRROR }, file: OPENDEV, asked: { remote: "origin" } },
    ],
    ["gerrit", "a [gerrit] host beside a mirror on GitHub, as OpenStack has it", { git: MIRROR, file: OPENDEV }],
    ["gerrit", "a remote over ssh on port 29418", { git: { "remote.origin.url": "ssh://review.example.org:29418/p" } }],
    ["gerrit", "a remote called gerrit on port 29418, beside a mirror", { git: { ...MIRROR, ...GERRIT } }],
    [
      "gerrit",
      "gitreview.server",
      { git: { "remote.origin.url": "https://git.example.org/acme/api", "gitreview.server": "gerrit" } },
    ],
    [
      "gerrit",
      "a [gerrit] host that is the remote's, which is not known as GitHub",
      {
        git: { "remote.origin.url": "https://review.example.org/acme/api" },
        file: "[gerrit]\nhost=review.example.org\n",
      },
    ],
    [
      "gerrit",
      "a hostname in git config that no remote has",
      { git: { ...MIRROR, "gitreview.hostname": "review.example.org" } },
    ],
    ["gerrit", "a git-review.conf", { git: { "remote.origin.url": "/srv/p" }, user: OPENDEV }],
  ];
  it.each(rows)("%s: %s", (kind, _, written) => expect(decided(written).choice.kind).toBe(kind));
});

describe("a Gerrit location", () => {
  it("without a remote is made of the settings, and says that it does not exist yet", () => {
    expect(gerrit({ git: MIRROR, file: OPENDEV })).toMatchObject({
      remote: "gerrit",
      exists: false,
      url: "ssh://review.opendev.org:29418/openstack/nova",
      host: "review.opendev.org",
      port: 29418,
      project: "openstack/nova",
      scheme: "ssh",
      branch: "master",
      branchAuthor: "name",
    });
    const git = { ...MIRROR, "gitreview.username": "carol", "gitreview.scheme": "https", "gitreview.port": "8443" };
    expect(gerrit({ git, file: OPENDEV }).url).toBe("https://carol@review.opendev.org:8443/openstack/nova");
  });

  it("with a remote is the remote's, whatever a file says", () => {
    const file = "[gerrit]\nhost=evil.example\nproject=evil\ndefaultbranch=main\n";
    expect(gerrit({ git: { ...MIRROR, ...GERRIT }, file })).toMatchObject({
      exists: true,
      host: "review.opendev.org",
      project: "openstack/nova",
      username: "carol",
      branch: "main",
    });
  });

  it("follows pushurl, insteadOf and pushInsteadOf as git does", () => {
    const http = { "remote.gerrit.url": "https://review.example.org/p" };
    const git = { ...http, "url.ssh://review.example.org:29418/.pushinsteadof": "https://review.example.org/" };
    expect(gerrit({ git, file: OPENDEV })).toMatchObject({
      remoteUrl: "https://review.example.org/p",
      pushUrl: "ssh://review.example.org:29418/p",
      port: 29418,
    });
    const explicit = { ...git, "remote.gerrit.pushurl": "https://review.example.org/a/p" };
    expect(gerrit({ git: explicit, file: OPENDEV })).toMatchObject({ scheme: "https", project: "p" });
  });

  it("with usepushurl is origin's pushurl, also where that is not there yet", () => {
    const git = { ...MIRROR, "gitreview.usepushurl": "1" };
    expect(gerrit({ git, file: OPENDEV })).toMatchObject({
      remote: "origin",
      usePushUrl: true,
      exists: false,
      remoteUrl: "https://github.com/openstack/nova",
      pushUrl: "ssh://review.opendev.org:29418/openstack/nova",
    });
    const set = { ...git, "remote.origin.pushurl": "ssh://review.opendev.org:29418/openstack/nova" };
    expect(gerrit({ git: set, file: OPENDEV }).exists).toBe(true);
  });

  it("refuses hosts, projects and branches that are none, and says what is missing", () => {
    const kind = (file: string): unknown => {
      const { server } = decided({ git: { ...MIRROR, "gitreview.server": "gerrit" }, file });
      return server.ok ? "located" : server.problem.kind;
    };
    expect(kind("[gerrit]\nhost=-oProxyCommand=x\nproject=p\n")).toBe("bad-setting");
    expect(kind("[gerrit]\nhost=h\nproject=../p\n")).toBe("bad-setting");
    expect(kind("[gerrit]\nhost=h\nproject=p\ndefaultbranch=a..b\n")).toBe("bad-branch");
    expect(kind("[gerrit]\nhost=h\n")).toBe("no-gerrit");
    expect(kind("")).toBe("no-gerrit");
  });
});

describe("a Gerrit URL", () => {
  it.each([
    [
      "ssh://carol@review.example.org:29418/group/p",
      { scheme: "ssh", port: 29418, project: "group/p", username: "carol" },
    ],
    ["ssh://review.example.org:29418/p.git", { scheme: "ssh", project: "p" }],
    ["carol@review.example.org:group/p", { scheme: "ssh", project: "group/p", username: "carol" }],
    ["https://review.example.org/a/group/p", { scheme: "https", project: "group/p", basePath: "" }],
    ["http://review.example.org:8080/gerrit/a/p", { scheme: "http", port: 8080, project: "p", basePath: "/gerrit" }],
    ["https://review.example.org/group/p", { scheme: "https", project: "group/p", basePath: "" }],
  ])("%s", (url, address) => expect(parseGerritAddress(url)).toMatchObject({ host: "review.example.org", ...address }));

  it("tells a base path from the project where the project is known", () => {
    expect(parseGerritAddress("https://h.example/gerrit/p", "p")).toMatchObject({ basePath: "/gerrit", project: "p" });
    expect(parseGerritAddress("https://h.example/gerrit/a/g/p", "g/p")).toMatchObject({ basePath: "/gerrit" });
  });

  it.each(["/srv/p", "file:///srv/p", "ssh://-oX/p", "https://h.example/", "ext::sh -c x"])("%j is none", (url) =>
    expect(parseGerritAddress(url)).toBeUndefined(),
  );

  it("is written as git-review writes it", () => {
    expect(gerritUrl({ scheme: "ssh", host: "h", project: "p" })).toBe("ssh://h:29418/p");
    expect(gerritUrl({ scheme: "https", host: "h", project: "p", username: "a@b" })).toBe("https://a%40b@h/p");
  });
});
