import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import { createForcedAnswer, type HalfCall, type ShapedAnswer } from "./forced-answer.ts";
import type { Descent } from "./ladder.ts";
import { createOfferedAnswer } from "./offered-answer.ts";
import { wantsCall } from "./rung.ts";

/**
 * Shapes the events of an answer: see `createForcedAnswer` for a request that wants a call, `createOfferedAnswer` for
 * one that offers tools. Without tools they stay as they are.
 *
 * @param descent of a provider with a ladder
 * @param firstCallNumber the number of the first tool call id that has to be made up
 * @param half returns the calls that were cut off, once the answer has ended
 */
export function shapedAnswer(
  request: ChatRequest,
  descent: Descent | undefined,
  firstCallNumber: number,
  half?: () => readonly HalfCall[],
): (events: readonly ModelEvent[]) => readonly ModelEvent[] {
  const answer = answerOf();
  return answer === undefined ? (events) => events : (events) => events.flatMap(answer.take);

  function answerOf(): ShapedAnswer | undefined {
    if (descent !== undefined) return descent.answer(firstCallNumber, half);
    if (request.tools === undefined || request.tools.length === 0) return undefined;
    if (wantsCall(request)) return createForcedAnswer("forced", request, firstCallNumber, () => {}, half);
    return createOfferedAnswer(request, firstCallNumber);
  }
}
