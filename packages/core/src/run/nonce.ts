import { createHash } from "node:crypto";

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const nonceChars = 10;

/**
 * The nonce of one call's prompt: 10 characters of base32, the same for the same call of the same run, and known to nobody before the
 * prompt is sent.
 *
 * @param secret of the run, never what a client could know
 */
export function nonceFor(secret: string, callId: string): string {
  const hash = createHash("sha256").update(`${secret} ${callId}`).digest();
  return [...hash.subarray(0, nonceChars)].map((byte) => base32[byte % base32.length]).join("");
}
