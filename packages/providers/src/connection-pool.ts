import { ask, withDirectWay, type DirectRequest, type HttpAnswer } from "@massgen/provider-kit/parts";
import { proxyFailure } from "./network/proxy-failure.ts";
import { environmentProxies } from "./network/proxy-rules.ts";
import { createRoutes, type Routes, type Surroundings } from "./network/routes.ts";
import { pooledFetch } from "./pooled-fetch.ts";

/** One HTTP connection pool and the `fetch` that uses it. */
export interface ConnectionPool {
  readonly fetch: typeof globalThis.fetch;
  /**
   * Loads what the first request would otherwise have to load. Opens no connection. Never rejects: requests report what
   * is wrong.
   */
  readonly load: () => Promise<void>;
  /** Closes idle connections, and busy ones when they are done. Takes no further requests. Safe to call twice. */
  readonly close: () => Promise<void>;
}

/**
 * Makes a pool. undici is loaded by `load` or the first request, since it takes as long to load as all of the rest to
 * start; `fetch` and pool must come from the same undici, so Node's own fetch cannot be used. The number of connections
 * is not capped, because a cap would queue whole streams. There are no time limits: these belong to calls.
 */
export function createConnectionPool(surroundings: Surroundings = { proxies: environmentProxies({}) }): ConnectionPool {
  let loading: Promise<{ fetch: typeof globalThis.fetch; routes: Routes }> | undefined;
  let closing: Promise<void> | undefined;

  async function open(): Promise<{ fetch: typeof globalThis.fetch; routes: Routes }> {
    const undici = await import("undici");
    const routes = createRoutes(undici, surroundings);
    return { fetch: pooledFetch(undici, routes.dispatcher), routes };
  }
  const loaded = (): ReturnType<typeof open> =>
    (loading ??= open().catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
  /** What a request failed with, or the proxy's part in it. */
  function reasonOf(error: unknown, address: string, signal?: AbortSignal | null): unknown {
    if (surroundings.proxies.none || signal?.aborted) return error;
    const url = URL.parse(address);
    const proxy = url === null ? undefined : surroundings.proxies.proxyOf(url);
    return url === null || proxy === undefined ? error : proxyFailure(error, proxy, url);
  }
  function checkOpen(): void {
    if (closing !== undefined) throw Object.assign(new Error("the registry was closed"), { code: "UND_ERR_CLOSED" });
  }
  async function fetchOnce(...[input, init]: Parameters<typeof globalThis.fetch>): Promise<Response> {
    checkOpen();
    const { fetch } = await loaded();
    try {
      return await fetch(input, init);
    } catch (error) {
      throw reasonOf(error, input instanceof Request ? input.url : String(input), init?.signal);
    }
  }
  async function askOnce(url: string, request: DirectRequest): Promise<HttpAnswer> {
    checkOpen();
    const { fetch } = await loaded();
    try {
      return await ask(fetch, url, request);
    } catch (error) {
      throw reasonOf(error, url, request.signal);
    }
  }

  async function close(): Promise<void> {
    if (loading === undefined) return;
    const { routes } = await loading;
    await routes.close();
  }

  async function load(): Promise<void> {
    if (closing === undefined) await loaded().catch(() => undefined);
  }

  return { fetch: withDirectWay(fetchOnce, askOnce), load, close: () => (closing ??= close()) };
}
