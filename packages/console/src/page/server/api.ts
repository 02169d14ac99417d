import { apiErrorOf } from "./api-error.ts";
import type { RunAccount, RunItem } from "./run-item.ts";
import type { Sums } from "./sums.ts";

/** A page of the list of runs. */
export interface RunPage {
  readonly data: readonly RunItem[];
  readonly has_more: boolean;
  readonly last_id: string | null;
}

/** The routes that the console asks, each with the key in a header. */
export interface Api {
  /** @throws ApiError for any answer that is no success */
  readonly send: (path: string, init?: RequestInit) => Promise<Response>;
  readonly runs: (query: URLSearchParams) => Promise<RunPage>;
  readonly run: (id: string) => Promise<RunAccount>;
  readonly cancel: (id: string) => Promise<void>;
  /** What it did: `decided`, `waiting` or `none`. */
  readonly answerNow: (id: string) => Promise<string>;
  readonly remove: (id: string) => Promise<void>;
  readonly sums: (query: URLSearchParams) => Promise<Sums>;
  /** The names under which teams are asked. */
  readonly models: () => Promise<readonly string[]>;
}

/** @param base the address below which the server answers, with a slash at its end */
export function createApi(base: string, key: string | undefined): Api {
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (key !== undefined) headers.set("Authorization", `Bearer ${key}`);
    const response = await fetch(base + path, { ...init, headers, cache: "no-store", credentials: "omit" });
    if (!response.ok) throw await apiErrorOf(response);
    return response;
  };
  const json = async <T>(path: string, init?: RequestInit): Promise<T> => (await send(path, init)).json() as Promise<T>;
  const pathOf = (id: string, rest = ""): string => `massgen/runs/${encodeURIComponent(id)}${rest}`;
  return {
    send,
    runs: (query) => json(`massgen/runs?${query}`),
    run: (id) => json(pathOf(id)),
    async cancel(id) {
      await send(pathOf(id, "/cancel"), { method: "POST" });
    },
    async answerNow(id) {
      return (await json<{ effect: string }>(pathOf(id, "/answer-now"), { method: "POST" })).effect;
    },
    async remove(id) {
      await send(pathOf(id), { method: "DELETE" });
    },
    sums: (query) => json(`massgen/sums?${query}`),
    models: async () => (await json<{ data: readonly { id: string }[] }>("v1/models")).data.map(({ id }) => id),
  };
}
