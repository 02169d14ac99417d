import { MassgenError } from "@massgen/core/model";
import { withoutEnding, withoutEndSlashes } from "@massgen/provider-kit/parts";
import { endpointOf } from "@massgen/provider-kit/wire";
import type { Vendor } from "./vendor.ts";

/** Azure's `api-version`, as far as it is set apart from the address. */
export interface ApiVersions {
  readonly configured?: string | undefined;
  /** From the environment; used where nothing else gives one. */
  readonly fallback?: string | undefined;
}

/** Where a service is called. */
export interface Address {
  /** What the SDK gets: no slash at its end; a query goes along with every call. */
  readonly baseUrl: string;
  /** For Azure's deployments; the v1 surface has none. */
  readonly apiVersion?: string;
}

/**
 * Reads a base URL. A bare host (`OLLAMA_HOST`) is completed; an Azure endpoint without a path gets the path of the
 * surface in use: deployments with an `api-version`, else v1. The path of the call itself, which consoles show along
 * with the address, is taken off.
 *
 * @throws MassgenError `configuration` when there is none or it is no web address, or is one of a deployment without
 *   `api-version`
 */
export function addressOf(vendor: Vendor, baseUrl: string | undefined, versions: ApiVersions = {}): Address {
  if (baseUrl === undefined) {
    throw new MassgenError("configuration", `backend ${vendor.type}: base_url is missing`);
  }
  const { bareHost } = vendor;
  const url = endpointOf(vendor.type, bareHost?.port === undefined ? baseUrl : hostCompleted(baseUrl, bareHost.port));
  url.pathname = withoutEnding(url.pathname, ["/chat/completions", ...(vendor.responses ? ["/responses"] : [])]);
  if (bareHost !== undefined && url.pathname === "/" && url.search === "") url.pathname = bareHost.path;
  const apiVersion = vendor.azure ? azureSurface(vendor.type, url, versions) : undefined;
  return {
    baseUrl: url.search === "" ? withoutEndSlashes(url.href) : url.href,
    ...(apiVersion !== undefined && { apiVersion }),
  };
}

function hostCompleted(host: string, port: number): string {
  const schemed = /^https?:\/\//i.test(host) ? host : `http://${host.startsWith(":") ? `127.0.0.1${host}` : host}`;
  const url = URL.parse(schemed);
  if (url === null) return host;
  if (url.port === "" && schemed !== host) url.port = String(port);
  // A server listens on such an address, but it cannot be called there.
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") url.hostname = "127.0.0.1";
  return url.href;
}

/** Completes the path in place, and gives the version that calls of a deployment need. */
function azureSurface(type: string, url: URL, { configured, fallback }: ApiVersions): string | undefined {
  const named = "api-version";
  const version = configured ?? url.searchParams.get(named) ?? fallback;
  const folders = url.pathname.split("/").filter((folder) => folder !== "");
  if (folders.at(-1) === "v1") {
    if (configured !== undefined) url.searchParams.set(named, configured);
    return undefined;
  }
  if (version === undefined && folders.includes("deployments")) {
    const advice = "give api_version, such as 2024-10-21, or the endpoint alone";
    throw new MassgenError("configuration", `backend ${type}: base_url is the address of a deployment; ${advice}`);
  }
  if (folders.length === 0 || url.pathname === "/openai") {
    url.pathname = version === undefined ? "/openai/v1" : "/openai";
  }
  if (version !== undefined) url.searchParams.delete(named);
  return version;
}
