import type { Agent } from "undici";
import { pooledFetch } from "./pooled-fetch.ts";

/** One HTTP connection pool and the `fetch` that uses it. */
export interface ConnectionPool {
  readonly fetch: typeof globalThis.fetch;
  /** Closes idle connections, and busy ones when they are done. Takes no further requests. Safe to call twice. */
  readonly close: () => Promise<void>;
}

/**
 * How long an idle connection is kept, in milliseconds: longer than an agent's pause between two calls. An upstream that says a time
 * of its own (`Keep-Alive: timeout=`) is obeyed. One that closes without a word is noticed, unless the next request crosses the
 * closing: that request fails before its first event and is the caller's to repeat, since it may have been carried out.
 */
const keepAliveMs = 60_000;

/**
 * Makes a pool. undici is loaded by the first request, since it takes as long to load as all of the rest to start; `fetch` and
 * pool must be of the same undici, so Node's own fetch will not do. There is no cap on connections (it would queue whole streams) and
 * no limit in time: limits belong to calls.
 */
export function createConnectionPool(): ConnectionPool {
  let loading: Promise<{ fetch: typeof globalThis.fetch; agent: Agent }> | undefined;
  let closing: Promise<void> | undefined;

  async function load(): Promise<{ fetch: typeof globalThis.fetch; agent: Agent }> {
    const undici = await import("undici");
    const agent = new undici.Agent({
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: 10 * keepAliveMs,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { fetch: pooledFetch(undici, agent), agent };
  }
  async function fetchOnce(...[input, init]: Parameters<typeof globalThis.fetch>): Promise<Response> {
    if (closing !== undefined) throw Object.assign(new Error("the registry was closed"), { code: "UND_ERR_CLOSED" });
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    const { fetch } = await loading;
    return fetch(input, init);
  }

  async function close(): Promise<void> {
    if (loading === undefined) return;
    const { agent } = await loading;
    await agent.close();
  }

  return { fetch: fetchOnce, close: () => (closing ??= close()) };
}
