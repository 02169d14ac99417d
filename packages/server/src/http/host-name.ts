import { isIPv4, isIPv6 } from "node:net";

/** The longest DNS name has 253 characters. */
const maxChars = 253;

const authority = /^(\[[^\]]*\]|[^\s/?#@:[\]\\]+)(?::\d{0,5})?$/;

/**
 * The host in `name`, `name:port` or `[address]:port`, normalised as browsers write it: lower case, international names
 * in punycode, IPv4 in its usual form, no trailing dot. Undefined for anything else.
 */
export function hostOf(text: string): string | undefined {
  const [, name] = authority.exec(text.slice(0, maxChars + 10)) ?? [];
  if (name === undefined || text.length > maxChars + 10) return undefined;
  // A zone (`fe80::1%eth0`) has a meaning only on the client's side.
  const zoneless = name.startsWith("[") ? name.replace(/%.*$/s, "]") : name;
  if (!URL.canParse(`http://${zoneless}`)) return undefined;
  return new URL(`http://${zoneless}`).hostname.replace(/\.$/, "");
}

/**
 * Whether outsiders cannot register this name, since DNS rebinding needs a name in the public DNS. Expects the result
 * of {@link hostOf}.
 */
export function isLocalName(host: string): boolean {
  if (host === "") return false;
  if (isIPv4(host) || (host.startsWith("[") && isIPv6(host.slice(1, -1)))) return true;
  return !host.includes(".") || /\.(localhost|local|internal)$/.test(host);
}

/** The host of an absolute request target, as proxies receive it. */
export function hostInTarget(target: string): string | undefined {
  if (target.startsWith("/")) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1];
}

/** A client's text, shortened and in printable characters. */
export function quoted(text: string): string {
  return text.slice(0, maxChars).replace(/[^\x20-\x7e]/g, "?");
}
