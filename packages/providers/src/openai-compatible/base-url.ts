import { MassgenError } from "@massgen/core/model";
import { endpointOf } from "../endpoint.ts";
import type { Vendor } from "./vendor.ts";

/**
 * The base URL that the SDK gets. A bare host (`OLLAMA_HOST`) is completed; an Azure endpoint without a path gets the path
 * of the surface in use: deployments with an `api-version`, else v1.
 *
 * @throws MassgenError `configuration` when there is none or it is no web address
 */
export function baseUrlOf(vendor: Vendor, baseUrl: string | undefined, apiVersion: string | undefined): string {
  if (baseUrl === undefined) {
    throw new MassgenError("configuration", `backend ${vendor.type}: base_url is missing`);
  }
  const { bareHost } = vendor;
  const withScheme = bareHost !== undefined && !/^https?:\/\//i.test(baseUrl) ? `http://${baseUrl}` : baseUrl;
  const url = endpointOf(vendor.type, withScheme);
  const bare = url.pathname === "/" && url.search === "";
  if (bareHost !== undefined && bare) {
    if (url.port === "" && withScheme !== baseUrl) url.port = String(bareHost.port);
    // What a server listens on is no address to call.
    if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
    url.pathname = bareHost.path;
  }
  if (vendor.azure && bare) url.pathname = apiVersion === undefined ? "/openai/v1" : "/openai";
  return url.href.replace(/\/+$/, "");
}
