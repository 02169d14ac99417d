/** The key that every model of the kit is given. It has no key's shape: only the host can know that it is one. */
export const kitKey = "conformance-4711-hush";

/** How a service may write the key it was sent. */
export const spellings: readonly (readonly [how: string, spelled: string])[] = [
  ["in capitals", kitKey.toUpperCase()],
  ["percent-encoded", bytesOf(kitKey, (byte) => `%${byte}`)],
  ["in escapes of JSON", bytesOf(kitKey, (byte) => `\\u00${byte}`)],
  ["in references of HTML", bytesOf(kitKey, (byte) => `&#x${byte};`)],
  ["in base64", Buffer.from(`Bearer ${kitKey}`).toString("base64")],
  ["in hex", Buffer.from(kitKey).toString("hex")],
];

/** Keys of others, which a host knows by their shape or by what stands before them. */
export const otherKeys = ["sk-live-abcdef123456", "AIzaSyA1b2c3d4e5", "opensesame99"] as const;

/** The `redact` that the kit lends: it knows the keys and the spellings that its services tell. */
export function withoutKeys(text: string): string {
  const secrets = [kitKey, ...spellings.map(([, spelled]) => spelled), ...otherKeys];
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
}

function bytesOf(text: string, write: (byte: string) => string): string {
  return [...Buffer.from(text)].map((byte) => write(byte.toString(16))).join("");
}
