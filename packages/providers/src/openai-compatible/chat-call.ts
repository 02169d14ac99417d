import type { ChatRequest, FinishEvent, ModelEvent } from "@massgen/core/model";
import { readAnswer, type AnswerPiece } from "../wire/answer-reader.ts";
import { createBodyReader } from "../wire/body-reader.ts";
import type { CallGuard } from "../wire/call-guard.ts";
import { nextCallNumber } from "../wire/call-number.ts";
import { broken, noAnswer, unfinished, unusable, upstreamError, type CallSite } from "../wire/call-site.ts";
import { listOf, objectOf, parseJson, type JsonObject } from "../wire/json-value.ts";
import { isFailureName } from "../wire/stream-failure.ts";
import { failureOf, type UpstreamFailure } from "../wire/upstream-failure.ts";
import { sendChat, type ChatCall } from "./chat-send.ts";
import { createChatEvents } from "./events.ts";
import { salvagedFrom } from "./salvage.ts";

/** Makes one call: sends, and reads the answer. */
export async function* chatCall(
  call: ChatCall,
  request: ChatRequest,
  guard: CallGuard,
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const { site } = call;
  const firstNumber = nextCallNumber(request);
  const descent = call.memory.ladder.begin(request);
  const sent = await sendChat(call, request, descent, guard);
  if (sent.type === "refused") {
    yield salvaged(sent.failure, false);
    return;
  }
  const { response } = sent;
  const forced = descent?.answer(firstNumber);
  const shaped = (made: readonly ModelEvent[]): readonly ModelEvent[] =>
    forced === undefined ? made : made.flatMap(forced.take);
  const body = createBodyReader(response.body, guard, (error) => broken(site, error));
  const events = createChatEvents(firstNumber, call.answers);
  let pieces = 0;
  let spoke = false;
  let done = false;

  /** What the pieces of one network read add. */
  function* take(batch: readonly AnswerPiece[]): Generator<ModelEvent, void, undefined> {
    for (const piece of batch) {
      pieces += 1;
      if (piece.type === "event" && piece.data.trim() === "[DONE]") {
        body.drain();
        done = true;
        return;
      }
      const payload = payloadOf(site, piece, events.finished());
      if (payload === undefined) {
        done = true;
        return;
      }
      const ended = events.finished();
      const read = "failure" in payload ? { events: [], failure: payload.failure } : events.push(payload.chunk);
      const usage = events.usage();
      if (usage !== undefined) guard.noteUsage(usage);
      // An error after the terminal marker takes nothing back: the answer is whole.
      if (ended && read.failure !== undefined) continue;
      const made = shaped(read.events);
      spoke ||= made.some(({ type }) => type === "text-delta");
      yield* made;
      if (read.failure !== undefined) {
        yield* salvaged(read.failure, spoke);
        body.drain();
        return;
      }
      if (piece.type === "document" && "chunk" in payload && !("choices" in payload.chunk)) {
        throw noAnswer(site, piece.text);
      }
    }
  }

  for await (const batch of readAnswer(() => body.read(events.finished()))) {
    yield take(batch);
    if (done) break;
  }
  if (!events.finished()) throw unfinished(site, pieces, response);
  yield shaped(events.end()).map((event) => (event.type === "finish" ? withDropped(event) : event));

  function withDropped(finish: FinishEvent): FinishEvent {
    return sent.dropped.length > 0 ? { ...finish, droppedParameters: sent.dropped } : finish;
  }
  /** The usable part of a failure as a whole answer. @throws MassgenError when it has none */
  function salvaged(failure: UpstreamFailure, said: boolean): readonly ModelEvent[] {
    const found = salvagedFrom(failure, request, firstNumber, said);
    if (found === undefined) throw upstreamError(site, failure);
    if (found.reason === "stop") descent?.missed();
    const usage = guard.usage();
    const finish = withDropped({ type: "finish", reason: found.reason, ...(usage !== undefined && { usage }) });
    return [...found.events, finish];
  }
}

type Payload = { readonly chunk: JsonObject } | { readonly failure: UpstreamFailure };

/** What a piece holds; undefined when it is a cut last event. */
function payloadOf(site: CallSite, piece: AnswerPiece, finished: boolean): Payload | undefined {
  const text = piece.type === "event" ? piece.data : piece.text;
  const value = parseJson(text);
  const chunk = objectOf(value);
  // Google wraps errors in lists.
  const listed = objectOf(listOf(value)[0])?.["error"] === undefined ? undefined : failureOf(value);
  switch (piece.type) {
    case "document":
      if (chunk !== undefined) return { chunk };
      if (listed !== undefined) return { failure: listed };
      throw noAnswer(site, text);
    case "event":
      if (isFailureName(piece.name)) return { failure: failureOf(value ?? text) };
      if (chunk !== undefined) return { chunk };
      if (listed !== undefined) return { failure: listed };
      if (!piece.whole || finished) return undefined;
      if (text.trim() === "") return { chunk: {} };
      throw unusable(site, "invalid-response", "the answer holds an event that is no JSON object", text);
  }
}
