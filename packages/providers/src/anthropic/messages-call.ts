import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import { type Ladder, type Rung, shapedAnswer } from "@massgen/provider-kit/forcing";
import { answerEvents, isFailureName, nextCallNumber, postJson, type WindowMemory } from "@massgen/provider-kit/parts";
import { type AnswerReader, type CallGuard, type CallSite, failureOf, upstreamError } from "@massgen/provider-kit/wire";
import { lastOf, typed, withoutFinish } from "../answer-parts.ts";
import type { HeaderFields } from "../backend-options.ts";
import type { Draft } from "../remedies/remedy.ts";
import type { RemedyMemory } from "../remedies/remedy-memory.ts";
import { sendMended } from "../remedies/send-mended.ts";
import { createMessageEvents, type MessageEvents } from "./events.ts";
import { messagesLessons } from "./lessons.ts";

/** What one call needs to know of its model. */
export interface MessagesCall {
  readonly site: CallSite;
  readonly model: string;
  readonly url: string;
  readonly headers: HeaderFields;
  readonly fetch: typeof globalThis.fetch;
  readonly body: (request: ChatRequest, rung: Rung | undefined) => Draft;
  readonly memory: ModelMemory;
}

/** What was learned of a model; shared by all that call it, and grows. */
export interface ModelMemory extends WindowMemory {
  readonly remedies: RemedyMemory;
  readonly ladder: Ladder;
}

/** Makes one call: sends, again without what was refused if need be, and reads the answer. */
export async function* messagesCall(
  call: MessagesCall,
  request: ChatRequest,
  guard: CallGuard,
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const descent = call.memory.ladder.begin(request);
  const sent = await sendMended(
    {
      lessons: messagesLessons,
      memory: call.memory.remedies,
      draftOf: (asked) => call.body(asked, descent?.rung()),
      post: (body) => postJson(call.site, call.fetch, { url: call.url, headers: call.headers, body }, guard),
    },
    request,
    descent,
  );
  if (sent.type === "refused") throw upstreamError(call.site, sent.failure);
  const firstNumber = nextCallNumber(request);
  const events = createMessageEvents(call.model, firstNumber);
  const reader = messageReader(events, shapedAnswer(request, descent, firstNumber, events.halfCalls));
  yield* answerEvents(call.site, sent.response, guard, reader, sent.dropped);
}

function messageReader(events: MessageEvents, shaped: ReturnType<typeof shapedAnswer>): AnswerReader {
  const last = (): ReturnType<typeof lastOf> => lastOf(shaped(events.end()));
  return (payload, name) => {
    if (isFailureName(name)) return { failure: failureOf(payload) };
    const { activity, failure, events: read } = events.push(typed(payload, name));
    const usage = events.usage();
    const made = withoutFinish(shaped(read));
    const ended = events.finished() ? last() : undefined;
    return {
      events: ended === undefined ? made : [...made, ...ended.events],
      usage,
      failure,
      activity,
      raw: ended === undefined && !events.reasoned() ? undefined : events.raw(),
      finish: ended?.finish,
      last: events.reasoned() ? last : undefined,
    };
  };
}
