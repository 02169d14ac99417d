import type { Dispatcher } from "undici";
import { withDirectWay } from "@massgen/provider-kit/parts";
import { exchange, streamOf, type Exchange, type ExchangeAnswer } from "./exchange.ts";

type Fetch = typeof globalThis.fetch;

/**
 * `fetch` over the connections of a pool. The requests that models make (a URL as text, redirects not followed) go
 * straight to the pool, at less than half of what undici's `fetch` costs; all others go through that `fetch`. What
 * differs on this short cut: an answer that is dropped unread keeps its connection until its body is cancelled or its
 * request aborted; compression other than gzip and deflate is an error; the only headers sent are those given, a
 * default user agent and encoding, and what HTTP needs; and the response has no `url`.
 */
export function pooledFetch(undici: Pick<typeof import("undici"), "fetch">, agent: Dispatcher): Fetch {
  const wholeFetch = undici.fetch as unknown as (input: unknown, init: unknown) => Promise<Response>;
  const fetch: Fetch = async (input, init = {}) => {
    const request = shortRequest(input, init);
    if (request === undefined) return wholeFetch(input, { ...init, dispatcher: agent });
    return responseOf(await exchange(agent, request));
  };
  return withDirectWay(fetch, async (address, request) => {
    const url = new URL(address);
    if (hasCredentials(url)) throw new TypeError("an address with a user name or password is not called");
    return exchange(agent, { ...request, url });
  });
}

/** The request, if it can take the short cut. */
function shortRequest(...[input, init = {}]: Parameters<Fetch>): Exchange | undefined {
  const { method = "GET", headers = {}, body = null, redirect, signal = null } = init;
  if (typeof input !== "string" || redirect !== "manual" || (body !== null && typeof body !== "string"))
    return undefined;
  const url = new URL(input);
  if (Symbol.iterator in headers || hasCredentials(url)) return undefined;
  return { url, method, headers: headers as Record<string, string>, body, signal };
}

/** fetch refuses to call such an address: its errors would show the password. */
function hasCredentials({ username, password }: URL): boolean {
  return username !== "" || password !== "";
}

function responseOf({ status, fields, body }: ExchangeAnswer): Response {
  const headers = new Headers();
  for (const [name, value = []] of Object.entries(fields)) {
    for (const one of typeof value === "string" ? [value] : value) headers.append(name, one);
  }
  return new Response(body === undefined ? null : streamOf(body), { status, headers });
}
