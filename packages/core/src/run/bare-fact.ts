import type { Fact } from "../coordination/event.ts";
import { bareCall, struck } from "./bare-event.ts";

/** Texts of answers, which are redacted when they are received, and fields with words of our own. */
const exempt: ReadonlySet<string> = new Set(
  "text content reasoning toolCalls type kind candidate code callId retryOf finishReason timer cause".split(" "),
);

/**
 * A fact as those may see it who look at a run from elsewhere: without data that only the provider understands, without
 * what a driver knows its own facts by, and with secrets removed from every text except answers, which were redacted
 * when they were received. The rules decide the same by it.
 */
export function bareFact(fact: Fact, strike?: (text: string) => string): Fact {
  const bare = withoutOpaque(fact);
  return strike === undefined ? bare : struck(bare, strike, exempt);
}

function withoutOpaque(fact: Fact): Fact {
  switch (fact.type) {
    case "run-started":
    case "resumed": {
      const { driver: _, ...bare } = fact;
      return bare;
    }
    case "draft-finished":
    case "presentation-finished":
      return { ...fact, reply: { ...fact.reply, toolCalls: fact.reply.toolCalls.map(bareCall) } };
    default:
      return fact;
  }
}
