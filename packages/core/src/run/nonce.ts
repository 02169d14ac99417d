import { createHash } from "node:crypto";
import type { UnstampedFact } from "./agent-call.ts";

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

/**
 * What came of a call without the nonce of its prompt: no trace and no other prompt shows it. A final answer that holds it repeats the
 * prompt's marks and is none, unless the client has it already.
 */
export function withoutNonce(fact: UnstampedFact, nonce: string, delivered: boolean): UnstampedFact {
  const cleared = (text: string): string => text.replaceAll(` k=${nonce}`, "").replaceAll(nonce, "");
  if (fact.type === "ballot-finished") {
    const { reply } = fact;
    switch (reply.kind) {
      case "vote":
        return { ...fact, reply: { ...reply, reason: cleared(reply.reason) } };
      case "new-answer":
        return { ...fact, reply: { ...reply, content: cleared(reply.content) } };
      case "unusable":
        return { ...fact, reply: { ...reply, problem: cleared(reply.problem) } };
    }
  }
  if (fact.type !== "presentation-finished" || delivered || !fact.reply.text.includes(nonce)) return fact;
  return { ...fact, reply: { ...fact.reply, problem: "it repeats the marks of what it was shown" } };
}
