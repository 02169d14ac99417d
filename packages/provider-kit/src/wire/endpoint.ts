import { MassgenError } from "@massgen/core/model";

/** The most characters of an address. */
const longestAddress = 8000;

/**
 * A base URL, parsed.
 * @throws MassgenError `configuration` when it is no http or https address, holds a user name or password, or is longer
 *   than 8000 characters
 */
export function endpointOf(type: string, baseUrl: string): URL {
  if (baseUrl.length > longestAddress) {
    throw new MassgenError(
      "configuration",
      `backend ${type}: base_url has ${baseUrl.length} characters; an address has ${longestAddress} at most`,
    );
  }
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

/** A path without the slashes at its end. */
export function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end -= 1;
  return path.slice(0, end);
}

/** A path without the slashes at its end, and without the first of these endings that it has. */
export function withoutEnding(path: string, endings: readonly string[]): string {
  const bare = withoutEndSlashes(path);
  const ending = endings.find((each) => bare.endsWith(each)) ?? "";
  return bare.slice(0, bare.length - ending.length);
}
