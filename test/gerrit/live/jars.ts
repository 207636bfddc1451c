// Gerrit's own published jars, as `version.json` pins them: fetched once through Maven, kept outside the repository, and
// believed only with the right checksum. The war is these two Gerrit jars and a web page; not every registry serves it.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "../../support/shell.ts";
import version from "../version.json" with { type: "json" };

/** Jars for the class path, in order; or why there are none, in one line. */
export type Jars =
  { readonly kind: "jars"; readonly files: readonly string[] } | { readonly kind: "none"; readonly why: string };

export const GERRIT_VERSION = version.gerrit;

const DOWNLOAD_LIMIT_MS = 600_000;

export async function obtainJars(env: Readonly<Record<string, string>> = environment()): Promise<Jars> {
  const java = await javaVersion(env);
  if (java === undefined) return none("there is no Java here");
  if (java < version.java) return none(`Java here is ${java}, and Gerrit ${version.gerrit} needs ${version.java}`);
  const folder = join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "plustwo", `gerrit-${version.gerrit}`);
  const files = version.artifacts.map(({ artifact }) => join(folder, fileOf(artifact)));
  if (!(await allThere(files))) {
    const fetched = await download(folder, env);
    if (fetched !== undefined) return none(fetched);
  }
  for (const [index, file] of files.entries()) {
    const wanted = version.artifacts[index]?.sha256;
    const found = await sha256(file);
    if (found !== wanted) {
      throw new Error(
        `${file} has the SHA-256 ${found}, and test/gerrit/version.json says ${wanted}. Delete it, or look why`,
      );
    }
  }
  return { kind: "jars", files };
}

export function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function none(why: string): Jars {
  return { kind: "none", why };
}

async function javaVersion(env: Readonly<Record<string, string>>): Promise<number | undefined> {
  try {
    const { stderr } = await run("java", ["-version"], { cwd: "/", env });
    return Number(/version "(\d+)/.exec(stderr)?.[1] ?? "0");
  } catch {
    return undefined;
  }
}

/** Through a project file of its own, so that the machine's Maven settings decide where things come from. */
async function download(folder: string, env: Readonly<Record<string, string>>): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  const pom = join(folder, "pom.xml");
  await writeFile(pom, projectFile());
  const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${folder}`];
  try {
    const ran = await run("mvn", ["-B", "-q", "-f", pom, ...goal], { cwd: folder, env, limitMs: DOWNLOAD_LIMIT_MS });
    if (ran.code === 0) return undefined;
    const said = `${ran.stdout}\n${ran.stderr}`
      .split("\n")
      .find((line) => /ERROR.*(?:resolve|find|transfer)/.test(line));
    return `Maven did not get Gerrit ${version.gerrit}: ${(said ?? "no reason given").trim().slice(0, 300)}`;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return why.endsWith("ENOENT") ? "there is no Maven here" : `Maven did not end: ${why.slice(0, 300)}`;
  }
}

/** Each artifact alone: what Gerrit's jars need is inside them. */
function projectFile(): string {
  const dependencies = version.artifacts.map(({ artifact }) => {
    const [group = "", name = "", number = ""] = artifact.split(":");
    const alone = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>";
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${number}</version>${alone}</dependency>`;
  });
  return [
    "<project><modelVersion>4.0.0</modelVersion>",
    "<groupId>plustwo</groupId><artifactId>live-gerrit</artifactId><version>1</version><packaging>pom</packaging>",
    `<dependencies>${dependencies.join("\n")}</dependencies></project>`,
  ].join("\n");
}

function fileOf(artifact: string): string {
  const [, name = "", number = ""] = artifact.split(":");
  return `${name}-${number}.jar`;
}

async function allThere(files: readonly string[]): Promise<boolean> {
  const looks = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return looks.every((there) => there);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
