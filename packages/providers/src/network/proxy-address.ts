/** A proxy: its address, and its name in messages. */
export interface Proxy {
  /** With user name and password if it needs them. Then it is a secret. */
  readonly url: URL;
  /** Without user name and password. */
  readonly name: string;
}

/**
 * Reads the address of an HTTP proxy: `http://host:port`, or `host:port` as curl takes it.
 * @returns the proxy, or what the address must be, for a message. The message does not show the address.
 */
export function proxyAddress(text: string): Proxy | string {
  const trimmed = text.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`);
  if (url === null || url.hostname === "") return "must be the address of a proxy, such as http://proxy.example:3128";
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return `must be the address of an HTTP proxy, such as http://proxy.example:3128; ${url.protocol}// is not supported`;
  }
  if (!isPercentEncoded(url.username) || !isPercentEncoded(url.password)) {
    return "holds a user name or password with a % that is not percent-encoded; write %25 for it";
  }
  return { url, name: `${url.protocol}//${url.host}` };
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
