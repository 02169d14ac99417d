import { hash } from "node:crypto";
import type { BallotReply } from "../coordination/event.ts";
import type { CallOutcome } from "./agent-call.ts";

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const nonceChars = 10;

/**
 * The nonce of one call's prompt: 10 characters of base32, always the same for the same call of a run, and
 * unpredictable.
 *
 * @param secret of the run; clients must not be able to learn it
 */
export function nonceFor(secret: string, callId: string): string {
  // As a string of bytes, because a buffer costs three times as much.
  const digest = hash("sha256", `${secret} ${callId}`, "binary");
  let nonce = "";
  for (let at = 0; at < nonceChars; at += 1) nonce += base32[digest.charCodeAt(at) % base32.length];
  return nonce;
}

/**
 * Removes the nonce of its prompt from a call's outcome, so that no trace, log or other prompt shows it. The final
 * answer itself is left to its fence guard.
 */
export function withoutNonce(fact: CallOutcome, nonce: string): CallOutcome {
  const cleared = (text: string): string => text.replaceAll(` k=${nonce}`, "").replaceAll(nonce, "");
  switch (fact.type) {
    case "call-failed": {
      const { message, param } = fact.failure;
      // Services quote their prompts in errors.
      const failure = {
        ...fact.failure,
        message: cleared(message),
        ...(param !== undefined && { param: cleared(param) }),
      };
      return { ...fact, failure };
    }
    case "ballot-finished":
      return { ...fact, reply: clearedBallot(fact.reply, cleared), ...clearedReasoning(fact, cleared) };
    case "presentation-finished":
      return { ...fact, ...clearedReasoning(fact, cleared) };
    default:
      return fact;
  }
}

type Clear = (text: string) => string;

function clearedReasoning({ reasoning }: { readonly reasoning?: string }, cleared: Clear): { reasoning?: string } {
  return reasoning === undefined ? {} : { reasoning: cleared(reasoning) };
}

function clearedBallot(reply: BallotReply, cleared: Clear): BallotReply {
  switch (reply.kind) {
    case "vote":
      return { ...reply, reason: cleared(reply.reason) };
    case "new-answer": {
      const content = cleared(reply.content);
      if (content.trim() === "") return { kind: "unusable", problem: "`new_answer` came without content" };
      return { ...reply, content };
    }
    case "unusable":
      return { ...reply, problem: cleared(reply.problem) };
  }
}
