import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import { shapedAnswer } from "@massgen/provider-kit/forcing";
import { answerEvents, isFailureName, nextCallNumber } from "@massgen/provider-kit/parts";
import { type AnswerReader, type CallGuard, failureOf, upstreamError } from "@massgen/provider-kit/wire";
import { lastOf, typed, withoutFinish } from "../answer-parts.ts";
import { sendCall, type ServiceCall } from "../openai-compatible/service-call.ts";
import { createResponseEvents, type ResponseEvents } from "./events.ts";
import type { ReasoningOwner } from "./reasoning-record.ts";

/** Makes one call: sends, again with what refusals teach if need be, and reads the answer. */
export async function* responsesCall(
  call: ServiceCall,
  owner: ReasoningOwner,
  request: ChatRequest,
  guard: CallGuard,
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const descent = call.memory.ladder.begin(request);
  const sent = await sendCall(call, request, descent, guard);
  if (sent.type === "refused") throw upstreamError(call.site, sent.failure);
  const firstNumber = nextCallNumber(request);
  const events = createResponseEvents(owner, firstNumber);
  const reader = responseReader(events, shapedAnswer(request, descent, firstNumber, events.halfCalls));
  yield* answerEvents(call.site, sent.response, guard, reader, sent.dropped);
}

function responseReader(events: ResponseEvents, shaped: ReturnType<typeof shapedAnswer>): AnswerReader {
  return (payload, name) => {
    if (isFailureName(name)) return { failure: failureOf(payload) };
    const { activity, failure, events: read } = events.push(typed(payload, name));
    const usage = events.usage();
    const made = withoutFinish(shaped(read));
    if (!events.finished()) return { events: made, usage, failure, activity };
    const ended = lastOf(shaped(events.end()));
    return { events: [...made, ...ended.events], usage, failure, activity, raw: events.raw(), finish: ended.finish };
  };
}
