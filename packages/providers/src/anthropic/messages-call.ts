import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import type { HeaderFields } from "../backend-options.ts";
import { readAnswer, type AnswerPiece } from "../wire/answer-reader.ts";
import { createBodyReader } from "../wire/body-reader.ts";
import type { CallGuard } from "../wire/call-guard.ts";
import { nextCallNumber } from "../wire/call-number.ts";
import { broken, noAnswer, unfinished, unusable, upstreamError, type CallSite } from "../wire/call-site.ts";
import { postJson } from "../wire/json-post.ts";
import { objectOf, parseJson, type JsonObject } from "../wire/json-value.ts";
import { failureOf } from "../wire/upstream-failure.ts";
import type { Descent, Ladder } from "../forcing/ladder.ts";
import type { Rung } from "../forcing/rung.ts";
import { createMessageEvents } from "./events.ts";
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
  const { site } = call;
  const descent = call.memory.ladder.begin(request);
  const { response, dropped } = await send(call, request, descent, guard);
  const firstNumber = nextCallNumber(request);
  const forced = descent?.answer(firstNumber);
  const shaped = (made: readonly ModelEvent[]): readonly ModelEvent[] =>
    forced === undefined ? made : made.flatMap(forced.take);
  const body = createBodyReader(response.body, guard, (cause) => broken(site, cause));
  const events = createMessageEvents(call.model, firstNumber);
  let pieces = 0;
  let done = false;

  /** What the pieces of one network read add. */
  function* take(batch: readonly AnswerPiece[]): Generator<ModelEvent, void, undefined> {
    for (const piece of batch) {
      pieces += 1;
      const payload = payloadOf(site, piece);
      if (payload === undefined) {
        done = true;
        return;
      }
      const read = events.push(payload);
      const usage = events.usage();
      if (usage !== undefined) guard.noteUsage(usage);
      yield* shaped(read.events);
      if (read.failure !== undefined) throw upstreamError(site, read.failure);
      if (events.finished()) {
        body.drain();
        done = true;
        return;
      }
      if (piece.type === "document") throw noAnswer(site, piece.text);
    }
  }

  for await (const batch of readAnswer(() => body.read(events.finished()))) {
    yield take(batch);
    if (done) break;
  }
  if (!events.finished()) throw unfinished(site, pieces, response);
  yield shaped(events.end()).map((event) =>
    event.type === "finish" && dropped.length > 0 ? { ...event, droppedParameters: dropped } : event,
  );
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

/** The object in a piece; undefined when the piece is a cut last event. */
function payloadOf(site: CallSite, piece: AnswerPiece): JsonObject | undefined {
  const text = piece.type === "event" ? piece.data : piece.text;
  const payload = objectOf(parseJson(text));
  switch (piece.type) {
    case "document":
      if (payload !== undefined) return payload;
      throw noAnswer(site, text);
    case "event":
      if (piece.name === "error") throw upstreamError(site, failureOf(payload ?? text));
      if (payload !== undefined) return payload;
      if (!piece.whole) return undefined;
      if (text.trim() === "") return {};
      throw unusable(site, "invalid-response", "the answer holds an event that is no JSON object", text);
  }
}
