import { createHmac } from "node:crypto";

/** The owner of runs on a server without keys. */
export const anonymous = "anonymous";

/**
 * The owner that a key without a name stands for: the same for the same key in the same store, and of no use to those
 * who would like to know the key.
 *
 * @param secret of the store
 */
export function ownerOf(key: string | undefined, secret: string): string {
  if (key === undefined) return anonymous;
  return `key_${createHmac("sha256", secret).update(key).digest("hex").slice(0, 24)}`;
}
