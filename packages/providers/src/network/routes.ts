import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import type { Agent, Dispatcher } from "undici";
import type { Proxy } from "./proxy-address.ts";
import type { ProxyRules } from "./proxy-rules.ts";

type Undici = Pick<typeof import("undici"), "Agent" | "Pool" | "ProxyAgent">;

/** What lies between this process and the upstreams of a pool. */
export interface Surroundings {
  readonly proxies: ProxyRules;
  /** Certificates of authorities to trust besides those that Node trusts, as PEM. */
  readonly ca?: string;
}

/** The connections of a pool: direct ones, and those through each proxy. */
export interface Routes {
  /** Sends each request directly or through a proxy, as the rules say. */
  readonly dispatcher: Dispatcher;
  readonly close: () => Promise<void>;
}

/**
 * How long an idle connection is kept, in milliseconds: longer than an agent's pause between two calls. A time that the
 * upstream gives (`Keep-Alive: timeout=`) takes precedence. When an upstream closes at the moment at which the next
 * request is sent, that request fails before its first event. The caller has to decide whether to repeat it, since the
 * upstream may have carried it out.
 */
const keepAliveMs = 60_000;

/** How long a proxy may take to open a tunnel, in milliseconds. It connects to the upstream in that time. */
const tunnelMs = 30_000;

/** Makes the routes. No connection is opened before its first request. */
export function createRoutes(undici: Undici, { proxies, ca }: Surroundings): Routes {
  const timing = {
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: 10 * keepAliveMs,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const tls = ca === undefined ? {} : { secureContext: trusting(ca) };
  const straight = new undici.Agent({ ...timing, ...(ca !== undefined && { connect: tls }) });
  if (proxies.none) return { dispatcher: straight, close: () => straight.close() };

  const agents = new Map(proxies.all.map((proxy) => [proxy.url.href, throughProxy(undici, proxy, timing, tls)]));
  const senderFor = (origin: URL): Dispatcher => {
    const proxy = proxies.proxyOf(origin);
    return (proxy === undefined ? undefined : agents.get(proxy.url.href)) ?? straight;
  };
  const dispatcher: Pick<Dispatcher, "dispatch"> = {
    dispatch: (options, handler) => senderFor(new URL(options.origin ?? "")).dispatch(options, handler),
  };
  return {
    // `fetch` and `pooledFetch` use nothing else of a dispatcher.
    dispatcher: dispatcher as Dispatcher,
    close: async () => void (await Promise.all([straight, ...agents.values()].map((agent) => agent.close()))),
  };
}

/**
 * Made once for all connections, since it reads some 150 certificates. A custom list replaces Node's, so it has to
 * include that, with NODE_EXTRA_CA_CERTS.
 */
function trusting(ca: string): SecureContext {
  return createSecureContext({ ca: [...getCACertificates("default"), ca] });
}

/** The connections through one proxy: a tunnel for https addresses, its own requests for http ones. */
function throughProxy(undici: Undici, { url }: Proxy, timing: Agent.Options, tls: object): Dispatcher {
  return new undici.ProxyAgent({
    ...timing,
    uri: url.href,
    requestTls: tls,
    proxyTls: tls,
    // undici's default limits would end an answer that pauses for five minutes.
    factory: (origin, options: object) => new undici.Pool(origin, { ...options, ...timing }),
    clientFactory: (origin, options: object) => new undici.Pool(origin, { ...options, headersTimeout: tunnelMs }),
  });
}
