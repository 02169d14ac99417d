import { secretsInAddress } from "../backend-secrets.ts";
import { createConnectionPool, type ConnectionPool } from "../connection-pool.ts";
import { environmentProxies, ownProxy, type ProxyRules } from "./proxy-rules.ts";

/** What a backend says about the route to its service. */
interface Way {
  readonly proxy?: string;
  /** PEM. */
  readonly ca?: string;
}

/** A pool and the rules by which it chooses proxies. */
interface PoolWithRules {
  readonly pool: ConnectionPool;
  readonly proxies: ProxyRules;
}

/** The pools of a registry: one for all backends that say nothing about the route, and one for each other route. */
export interface ConnectionPools {
  /** @throws MassgenError `configuration` for an invalid proxy */
  readonly of: (way: Way) => PoolWithRules;
  readonly close: () => Promise<void>;
}

/**
 * @param env where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are looked up
 * @param addSecret learns the user names and passwords of proxies
 */
export function createConnectionPools(
  env: Readonly<Record<string, string | undefined>>,
  addSecret: (secret: string) => void,
): ConnectionPools {
  const pools = new Map<string, PoolWithRules>();
  const common = environmentProxies(env);
  let closed = false;

  function made({ proxy, ca }: Way): PoolWithRules {
    const proxies = proxy === undefined ? common : ownProxy(proxy);
    for (const { url } of proxies.all) for (const secret of secretsInAddress(url.href)) addSecret(secret);
    return { pool: createConnectionPool({ proxies, ...(ca !== undefined && { ca }) }), proxies };
  }
  return {
    of(way) {
      const key = JSON.stringify([way.proxy, way.ca]);
      const known = pools.get(key) ?? made(way);
      pools.set(key, known);
      // A closed pool takes no requests.
      if (closed) void known.pool.close();
      return known;
    },
    async close() {
      closed = true;
      await Promise.all([...pools.values()].map(({ pool }) => pool.close()));
    },
  };
}
