import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Made once, valid from 2020 to 2120; the authority's key was thrown away.
const folder = new URL("../tls/", import.meta.url);

/** The file of an authority that nobody trusts by himself. */
export const testAuthority = fileURLToPath(new URL("ca.pem", folder));

/** Its certificate for localhost, 127.0.0.1 and upstream.test, with the key. */
export function testCertificate(): { readonly key: string; readonly cert: string } {
  return {
    key: readFileSync(new URL("server.key", folder), "utf8"),
    cert: readFileSync(new URL("server.pem", folder), "utf8"),
  };
}
