import { connectionReason } from "@massgen/provider-kit/parts";
import type { Proxy } from "./proxy-address.ts";

/**
 * Why a request through a proxy got no answer, as an error whose message names the proxy. It has no cause: code that
 * looks for the reason of an error takes the deepest cause, which would be undici's.
 * @param url the upstream's
 */
export function proxyFailure(error: unknown, { name }: Proxy, url: URL): Error {
  return new Error(`${reasonOf(connectionReason(error), name, url)}${loopbackHint(url)}`);
}

/** undici reports a proxy's answer only in the text of its message. */
function reasonOf(reason: string, name: string, url: URL): string {
  const refused = /^Proxy response \((\d{3})\)/.exec(reason);
  if (refused?.[1] === "407" || reason.startsWith("Proxy Authentication Required")) {
    return `the proxy ${name} wants a user name and password, or refuses those given (HTTP 407); write them as http://user:password@host:port`;
  }
  if (refused !== null) return `the proxy ${name} does not connect to ${url.host} (HTTP ${refused[1]})`;
  if (reason.endsWith("[UND_ERR_HEADERS_TIMEOUT]")) return `the proxy ${name} does not answer`;
  if (reason.endsWith("[UND_ERR_PRX_CONN]")) return `the proxy ${name} closed the connection`;
  if (reason.endsWith("[UND_ERR_PRX_TLS]")) return `the TLS certificate of the proxy ${name} is for another host`;
  // What fails before the tunnel is open is the proxy's fault. A bad certificate is mostly the upstream's.
  return /CERT|SSL|TLS|ISSUER|SIGNATURE/.test(reason)
    ? `through the proxy ${name}${name.startsWith("https:") ? " (it may be the proxy's own)" : ""}: ${reason}`
    : `the proxy ${name} cannot be used: ${reason}`;
}

function loopbackHint({ hostname }: URL): string {
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return isLoopback ? `; put ${hostname} into NO_PROXY to reach this machine without it` : "";
}
