import { MassgenError } from "@massgen/core/model";
import { noProxyRule } from "./no-proxy.ts";
import { proxyAddress, type Proxy } from "./proxy-address.ts";

/** Which proxy a request goes through. */
export interface ProxyRules {
  /**
   * Undefined for none.
   * @throws MassgenError `configuration` when the variable that counts for this address holds no proxy
   */
  readonly proxyOf: (url: URL) => Proxy | undefined;
  /** Every valid proxy, in use or not. */
  readonly all: readonly Proxy[];
  /** Whether no request goes through a proxy. */
  readonly none: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The variables that {@link environmentProxies} reads; of two with the same meaning the first wins. */
export const proxyVariables = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"];

/** What a backend's `proxy` says to use none. */
const noProxyWord = "none";

/**
 * The rules of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`: for https addresses the first, and where it is not set the
 * second. The lower-case name wins over the upper-case one, even when it is empty. Loopback addresses are no exception,
 * as in curl.
 */
export function environmentProxies(env: Env): ProxyRules {
  const http = variable(env, "http_proxy");
  const https = variable(env, "https_proxy") ?? http;
  const isDirect = noProxyRule(variable(env, "no_proxy")?.value ?? "");
  return {
    proxyOf(url) {
      const proxy = url.protocol === "https:" ? https : http;
      if (proxy === undefined || isDirect(url)) return undefined;
      if (typeof proxy.read === "string") {
        throw new MassgenError("configuration", `the variable ${proxy.name} ${proxy.read}`);
      }
      return proxy.read;
    },
    all: [http, https].flatMap((proxy) => (typeof proxy?.read === "object" ? [proxy.read] : [])),
    none: http === undefined && https === undefined,
  };
}

/**
 * The rules of a backend with a `proxy` of its own, whatever the environment says.
 * @throws MassgenError `configuration` when it is no valid proxy
 */
export function ownProxy(text: string): ProxyRules {
  if (text === noProxyWord) return { proxyOf: () => undefined, all: [], none: true };
  const read = proxyAddress(text);
  if (typeof read === "string") throw new MassgenError("configuration", `proxy ${read}. Write none for no proxy`);
  return { proxyOf: () => read, all: [read], none: false };
}

interface ProxyVariable {
  readonly name: string;
  readonly value: string;
  readonly read: Proxy | string;
}

function variable(env: Env, lower: string): ProxyVariable | undefined {
  const name = [lower, lower.toUpperCase()].find((each) => Object.hasOwn(env, each) && env[each] !== undefined);
  const value = name === undefined ? "" : (env[name] ?? "").trim();
  return name === undefined || value === "" ? undefined : { name, value, read: proxyAddress(value) };
}
