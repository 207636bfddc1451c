// `plustwo` at somebody's seat, run in this process, with an App and a project that has its own checks.
import { runOperate } from "../../src/cli/operate/main.ts";
import { type Bench, type Seat, type Told } from "./seat.ts";

/** `answer`: what the person types when they are asked; absent = nobody sits there. */
export async function plustwo(seat: Seat, args: readonly string[], answer?: string): Promise<Told> {
  let out = "";
  let err = "";
  const code = await runOperate(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: seat.env,
    cwd: seat.dir,
    ...(answer === undefined
      ? {}
      : {
          ask: (question: string) => {
            err += question;
            return Promise.resolve(answer);
          },
        }),
  });
  return { code, out, err };
}

export interface AppAt {
  readonly id: number;
  readonly slug: string;
}

export async function installApp(bench: Bench, slug: string, permissions: Record<string, string>): Promise<AppAt> {
  const made = await bench.control("POST", "/apps", {
    slug,
    permissions,
    events: ["push"],
    repositories: ["acme/api"],
  });
  return { id: Number(made["id"]), slug };
}

/** REST as this person. */
export async function rest(
  bench: Bench,
  token: string,
  request: { readonly method?: string; readonly path: string; readonly body?: unknown },
): Promise<unknown> {
  const response = await fetch(`${bench.forge.api}/repos/acme/api${request.path}`, {
    method: request.method ?? "GET",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${request.path}: ${response.status} ${text.slice(0, 300)}`);
  return text === "" ? {} : JSON.parse(text);
}
