import { hostname } from "node:os";
import type { Request, RequestHandler } from "express";
import { hostInTarget, hostOf, isLocalName, quoted } from "../host-name.ts";
import { mayCall } from "./cors.ts";
import { ProblemError } from "../../problem.ts";
import type { ServerOptions } from "../options.ts";
import { isRunsPath, routeName } from "../route-name.ts";

type Door = Pick<ServerOptions, "apiKeys" | "metricsKeys" | "allowedHosts" | "corsOrigins">;

/**
 * Protects a server without keys from web pages, which can reach everything that the browser's machine reaches. The
 * `Host` header exposes a page whose owner points his own name at this server (DNS rebinding), the `Origin` header any
 * other page. Probes are always admitted, and so are those who read the metrics where these have a key.
 */
export function openDoor(options: () => Door): RequestHandler {
  let known: { readonly allowed: readonly string[]; readonly own: readonly (string | undefined)[] } | undefined;
  const ownNames = (allowed: readonly string[]) => {
    if (known?.allowed !== allowed) known = { allowed, own: [hostname(), ...allowed].map(hostOf) };
    return known.own;
  };
  return (req, _res, next) => {
    const { apiKeys, metricsKeys, allowedHosts, corsOrigins } = options();
    const route = routeName(req.path);
    if (isRunsPath(req.path)) {
      // They always need a key, which a page of another name does not have. One that has it must say so.
      checkOrigin(req, corsOrigins, ownNames(allowedHosts));
      next();
      return;
    }
    const keyed = apiKeys.length > 0 || (route === "/metrics" && metricsKeys.length > 0);
    if (!keyed && route !== "/health" && route !== "/ready") {
      if (!allowedHosts.includes("*")) checkHost(req, ownNames(allowedHosts));
      checkOrigin(req, corsOrigins);
    }
    next();
  };
}

/** HTTP/1.0 requests may lack a host. Browsers never send them. */
function checkHost(req: Request, own: readonly (string | undefined)[]): void {
  for (const sent of hostsIn(req)) {
    const host = hostOf(sent);
    if (host !== undefined && (isLocalName(host) || own.includes(host))) continue;
    const name = host === undefined ? "NAME" : quoted(host);
    throw new ProblemError(
      "host-not-allowed",
      `This server has no key and does not answer as ${JSON.stringify(quoted(sent))}. ` +
        `If that is its name, start it with --allowed-host ${name} (server.allowed_host in the configuration), or give it keys.`,
    );
  }
}

/** The target may contain a host too (`GET http://name/ HTTP/1.1`), which then takes precedence over the header. */
function hostsIn(req: Request): string[] {
  const inTarget = hostInTarget(req.originalUrl);
  const inHeader = req.get("host");
  return [inTarget, inHeader].filter((host) => host !== undefined);
}

/** @param named hosts whose pages may call as well */
function checkOrigin(req: Request, allowed: readonly string[], named: readonly (string | undefined)[] = []): void {
  const origin = req.get("origin");
  if (origin === undefined || mayCall(origin, allowed)) return;
  const [called] = hostsIn(req);
  if (called !== undefined && isOriginOf(origin, called)) return;
  const page = hostOf(origin.replace(/^https?:\/\//i, ""));
  if (page !== undefined && /^https?:\/\//i.test(origin) && named.includes(page)) return;
  const refused = `Pages of ${JSON.stringify(quoted(origin))} may not use this server. `;
  const remedy =
    origin === "null"
      ? "They have no origin that could be named: give the server keys, or let every page in with --cors-origin '*'."
      : "To let them, start it with --cors-origin and their origin (server.cors_origin in the configuration).";
  throw new ProblemError("origin-not-allowed", refused + remedy);
}

/** Whether a page of this origin came from the host that it calls. A proxy may have terminated TLS. */
function isOriginOf(origin: string, host: string): boolean {
  const [, scheme, place] = /^(https?):\/\/([^/?#@\\\s]+)$/i.exec(origin) ?? [];
  if (scheme === undefined || place === undefined) return false;
  // Compared under one scheme, so that either side may state its default port.
  const [page, called] = [place, host].map((text) => `${scheme}://${text}`);
  if (page === undefined || called === undefined || !URL.canParse(page) || !URL.canParse(called)) return false;
  return hostOf(host) !== undefined && new URL(page).host === new URL(called).host;
}
