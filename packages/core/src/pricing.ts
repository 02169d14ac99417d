import type { PricedUsage } from "./coordination/usage.ts";
import type { ChatModel } from "./model/chat-model.ts";

/** An ended call that reported what it used. */
export interface EndedCall {
  /** The very model that was called. */
  readonly model: ChatModel;
  readonly usage: PricedUsage;
  /** When it ended, in milliseconds since 1970: some prices depend on the hour. */
  readonly endedAt: number;
}

/** No call costs as much. A price beyond it counts as unknown. */
const unbelievable = 1_000_000;

/** What a call cost, in dollars; null where `price` does not know, or says what cannot be. */
export function soundPrice(price: (call: EndedCall) => number | null, call: EndedCall): number | null {
  try {
    const usd: unknown = price(call);
    return typeof usd === "number" && usd >= 0 && usd < unbelievable ? usd : null;
  } catch {
    return null;
  }
}
