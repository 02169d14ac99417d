import type { ChatRequest, ModelEvent, Usage } from "@massgen/core/model";
import type { HeaderFields } from "../backend-options.ts";
import type { ForcedAnswer } from "../forcing/forced-answer.ts";
import type { Descent, Ladder } from "../forcing/ladder.ts";
import type { Rung } from "../forcing/rung.ts";
import { answerEvents, type AnswerReader } from "../wire/answer-events.ts";
import type { CallGuard } from "../wire/call-guard.ts";
import { nextCallNumber } from "../wire/call-number.ts";
import { upstreamError, type CallSite } from "../wire/call-site.ts";
import { postJson } from "../wire/json-post.ts";
import { isFailureName } from "../wire/stream-failure.ts";
import { failureOf } from "../wire/upstream-failure.ts";
import { createMessageEvents, type MessageEvents } from "./events.ts";
import { learnFrom } from "./refusal.ts";
import type { MessagesBody, Refusals } from "./request.ts";

/** What one call needs to know of its model. */
export interface MessagesCall {
  readonly site: CallSite;
  readonly model: string;
  readonly url: string;
  readonly headers: HeaderFields;
  readonly fetch: typeof globalThis.fetch;
  /** Writes the body, leaving out what the model is known to refuse. */
  readonly body: (request: ChatRequest, refusals: Refusals, rung: Rung | undefined) => MessagesBody;
  readonly memory: ModelMemory;
}

/** What was learned of a model; shared by all that call it, and grows. */
export interface ModelMemory {
  refusals: Refusals;
  readonly ladder: Ladder;
}

/** Makes one call: sends, again without what was refused if need be, and reads the answer. */
export async function* messagesCall(
  call: MessagesCall,
  request: ChatRequest,
  guard: CallGuard,
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const descent = call.memory.ladder.begin(request);
  const { response, dropped } = await send(call, request, descent, guard);
  const firstNumber = nextCallNumber(request);
  const reader = messageReader(createMessageEvents(call.model, firstNumber), descent?.answer(firstNumber));
  yield* answerEvents(call.site, response, guard, reader, dropped);
}

function messageReader(events: MessageEvents, forced: ForcedAnswer | undefined): AnswerReader {
  let reported: Usage | undefined;
  return (payload, name) => {
    if (isFailureName(name)) return { failure: failureOf(payload) };
    const { events: read, failure } = events.push(payload);
    const usage = events.usage() === reported ? undefined : events.usage();
    reported = usage ?? reported;
    // Nearly every event of most answers: it goes on as it is.
    if (forced === undefined && !events.finished()) return { events: read, usage, failure };
    const all = events.finished() ? [...read, ...events.end()] : read;
    const made = forced === undefined ? all : all.flatMap(forced.take);
    return {
      events: made.filter((event) => event.type !== "finish"),
      usage,
      failure,
      finish: made.find((event) => event.type === "finish")?.reason,
    };
  };
}

async function send(
  call: MessagesCall,
  request: ChatRequest,
  descent: Descent | undefined,
  guard: CallGuard,
): Promise<{ response: Response; dropped: readonly string[] }> {
  const { memory, site } = call;
  for (;;) {
    const known = memory.refusals;
    const sent = call.body(descent?.request() ?? request, known, descent?.rung());
    const result = await postJson(site, call.fetch, { url: call.url, headers: call.headers, body: sent.body }, guard);
    if (result.type === "answer") return { response: result.response, dropped: sent.dropped };
    const { failure } = result;
    const learned = learnFrom(failure, sent, known);
    if (learned !== undefined) {
      // Calls run side by side: what another one learned meanwhile stays.
      memory.refusals = { fields: new Set([...memory.refusals.fields, ...learned.fields]) };
    } else if (descent === undefined || !descent.rejected(failure)) throw upstreamError(site, failure);
  }
}
