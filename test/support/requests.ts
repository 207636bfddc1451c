// JSON requests to the local forge, as a person or over its control API. Any answer that is not 2xx is an error that says what was asked.
export interface Requests {
  get<T>(path: string): Promise<T>;
  text(path: string): Promise<string>;
  post<T>(path: string, body?: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  delete(path: string): Promise<void>;
}

/** `base` without a slash at the end; paths begin with one. */
export function requests(base: string, token: string): Requests {
  const send = async (method: string, path: string, body?: unknown): Promise<string> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: "application/json", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${base}${path} was answered ${response.status}: ${text.slice(0, 500)}`);
    return text;
  };
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const text = await send(method, path, body);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };
  return {
    get: (path) => ask("GET", path),
    text: (path) => send("GET", path),
    post: (path, body) => ask("POST", path, body ?? {}),
    patch: (path, body) => ask("PATCH", path, body),
    put: (path, body) => ask("PUT", path, body),
    delete: (path) => ask<undefined>("DELETE", path),
  };
}
