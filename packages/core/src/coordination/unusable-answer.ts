import type { AnswerReply } from "./event.ts";
import type { Failure } from "./receipt.ts";

/**
 * Why a reply is not an answer, as a failure. Once a client has read part of it, only two things can happen: a content
 * filter's stop ends the answer with that finish reason, and anything else breaks it off.
 */
export function failureIn(reply: AnswerReply, delivered: boolean): Failure | undefined {
  const { problem, finishReason } = reply;
  if (problem === undefined || (delivered && finishReason === "content-filter")) return undefined;
  return { code: finishReason === "content-filter" ? "content-filter" : "invalid-response", message: problem };
}
