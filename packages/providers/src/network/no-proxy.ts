import { BlockList, isIP } from "node:net";

/** Whether requests to a host bypass the proxy. */
export type NoProxy = (url: URL) => boolean;

/**
 * Reads `NO_PROXY` as curl and undici do: entries between commas or blanks; `*` for every host; a name stands for
 * itself and the names below it, with `*.` before it only for those below; `:port` limits an entry to that port;
 * `10.0.0.0/8` is a range of addresses. An unknown entry matches nothing.
 */
export function noProxyRule(text: string): NoProxy {
  const entries = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .map(entryRule);
  return (url) => {
    if (entries.length === 0) return false;
    const host = hostOf(url);
    const port = url.port || (url.protocol === "https:" ? "443" : "80");
    return entries.some((matches) => matches(host, port));
  };
}

/** A host's name without the brackets of IPv6 and the dot at the end. */
function hostOf(url: URL): string {
  return bare(url.hostname.toLowerCase());
}

type Entry = (host: string, port: string) => boolean;

function entryRule(entry: string): Entry {
  const range = /^\[?([\da-f.:]{1,45})\]?\/(\d{1,3})$/i.exec(entry);
  if (range !== null) return rangeRule(range[1] ?? "", Number(range[2]));
  // Of an address of IPv6 only one in brackets can have a port.
  const [, withPort, onlyPort] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(entry) ?? [];
  const name = (withPort ?? entry).toLowerCase();
  const port = onlyPort === undefined ? undefined : String(Number(onlyPort));
  const isPort = (given: string): boolean => port === undefined || port === given;
  if (name === "*") return (_host, given) => isPort(given);
  const domain = bare(name.replace(/^\*?\./, ""));
  const alsoItself = !name.startsWith("*");
  return (host, given) => isPort(given) && ((alsoItself && host === domain) || host.endsWith(`.${domain}`));
}

function rangeRule(address: string, bits: number): Entry {
  const list = new BlockList();
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  try {
    list.addSubnet(address, bits, family);
  } catch {
    return () => false;
  }
  return (host) => {
    const version = isIP(host);
    return version !== 0 && list.check(host, version === 6 ? "ipv6" : "ipv4");
  };
}

function bare(host: string): string {
  const unbracketed = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  return unbracketed.length > 1 && unbracketed.endsWith(".") ? unbracketed.slice(0, -1) : unbracketed;
}
