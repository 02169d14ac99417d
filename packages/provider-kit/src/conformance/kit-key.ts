/** The key of every model under test. It does not look like a key, so that only the host can know that it is one. */
export const kitKey = "conformance-4711-hush";

/** Spellings in which a service may repeat the key. */
export const spellings: readonly (readonly [how: string, spelled: string])[] = [
  ["in capitals", kitKey.toUpperCase()],
  ["percent-encoded", bytesOf(kitKey, (byte) => `%${byte}`)],
  ["in escapes of JSON", bytesOf(kitKey, (byte) => `\\u00${byte}`)],
  ["in references of HTML", bytesOf(kitKey, (byte) => `&#x${byte};`)],
  ["in base64", Buffer.from(`Bearer ${kitKey}`).toString("base64")],
  ["in hex", Buffer.from(kitKey).toString("hex")],
];

/** Other people's keys, which a host recognises by their form or by the words before them. */
export const otherKeys = ["sk-live-abcdef123456", "AIzaSyA1b2c3d4e5", "opensesame99"] as const;

/** The kit's `redact`: it knows all keys and spellings that its services use. */
export function withoutKeys(text: string): string {
  const secrets = [kitKey, ...spellings.map(([, spelled]) => spelled), ...otherKeys];
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
}

function bytesOf(text: string, write: (byte: string) => string): string {
  return [...Buffer.from(text)].map((byte) => write(byte.toString(16))).join("");
}
