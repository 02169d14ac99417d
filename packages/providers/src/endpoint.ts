import { MassgenError } from "@massgen/core/model";

/**
 * A base URL, parsed.
 * @throws MassgenError `configuration` when it is no http or https address, or holds a user name or password
 */
export function endpointOf(type: string, baseUrl: string): URL {
  const url = URL.parse(baseUrl.trim());
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new MassgenError(
      "configuration",
      `backend ${type}: base_url must begin with http:// or https:// and name a host, such as https://host.example/v1`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new MassgenError(
      "configuration",
      `backend ${type}: base_url must not hold a user name or password; use api_key or default_headers`,
    );
  }
  return url;
}
