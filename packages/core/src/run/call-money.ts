import type { Allowance, Reservation } from "../allowance.ts";
import { estimatedPrompt } from "../coordination/budget.ts";
import { countedUsd } from "../coordination/call-cost.ts";
import { calledModel } from "../coordination/current-models.ts";
import type { CallOrder } from "../coordination/effect.ts";
import type { Failure } from "../coordination/receipt.ts";
import type { Setup } from "../coordination/state.ts";
import { pricedUsage } from "../coordination/usage.ts";
import type { ChatModel } from "../model/chat-model.ts";
import type { Usage } from "../model/model-event.ts";
import { type EndedCall, soundPrice } from "../pricing.ts";
import type { CallOutcome, UnstampedFact } from "./agent-call.ts";

/** What the calls of a run are priced by. */
export interface CallMoney {
  readonly setup: Setup;
  /** Absent where nothing is priced. */
  readonly price: ((call: EndedCall) => number | null) | undefined;
  /** Milliseconds since 1970. */
  readonly date: () => number;
}

/** What a call cost, as a field of its end. */
export function costField(
  { price, date }: CallMoney,
  model: ChatModel,
  usage: Usage | undefined,
): { readonly costUsd?: number | null } {
  if (price === undefined) return {};
  const whole = pricedUsage(usage);
  return { costUsd: whole === undefined ? null : soundPrice(price, { model, usage: whole, endedAt: date() }) };
}

/** Reserves what a call may cost. The failure says why it cannot be made. */
export async function reserve(
  allowance: Allowance,
  { reservedUsd }: CallOrder,
): Promise<{ readonly reservation?: Reservation; readonly failure?: Failure }> {
  // Runs with an allowance have a price for every member; one that has left the team makes no call.
  if (reservedUsd === undefined) return { failure: unpriced };
  try {
    const reservation = await allowance.reserve(reservedUsd);
    return reservation ? { reservation } : { failure: spent };
  } catch {
    return { failure: untold };
  }
}

/** How a call ends that was not made; without a failure, it was called off. */
export function unmade(callId: string, failure: Failure | undefined): UnstampedFact {
  if (failure === undefined) return { type: "call-aborted", callId };
  return { type: "call-failed", callId, begun: false, failure };
}

/** What a call counts for that has ended, or was never sent, in dollars. */
export function countedFor(
  { setup }: CallMoney,
  order: CallOrder,
  outcome: CallOutcome,
  costUsd: number | null | undefined,
  sent: boolean,
): number {
  const { agentId, purpose, retryOf } = order;
  const price = calledModel(setup, order)?.price;
  if (!sent || price === undefined) return 0;
  const { usage, replyChars = 0 } = outcome;
  const failed = outcome.type === "call-failed" && { code: outcome.failure.code, begun: outcome.begun };
  const reported = usage && { usage };
  const size = { ...reported, promptTokens: estimatedPrompt(setup, agentId, purpose, retryOf), replyChars };
  return countedUsd({ ...reported, ...failed, ...(costUsd !== undefined && { costUsd }) }, size, price);
}

const spent: Failure = {
  code: "spending-limit",
  message: "not sent: it may cost more than the client's key may still spend today",
};

const unpriced: Failure = { code: "configuration", message: "not sent: the price of its model is unknown" };

const untold: Failure = {
  code: "connection",
  message: "not sent: what the client's key may still spend could not be looked up",
};
