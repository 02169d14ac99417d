import type { AnswerReply } from "./event.ts";
import type { Failure } from "./receipt.ts";

/**
 * Why a reply is no answer, as a failure. What the client has half read already can only be ended or broken off: a filter's
 * stop ends it, with `content-filter` as its finish; everything else breaks it off.
 */
export function failureIn(reply: AnswerReply, delivered: boolean): Failure | undefined {
  const { problem, finishReason } = reply;
  if (problem === undefined || (delivered && finishReason === "content-filter")) return undefined;
  return { code: finishReason === "content-filter" ? "content-filter" : "invalid-response", message: problem };
}
