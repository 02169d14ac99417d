import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import type { HeaderFields } from "../backend-options.ts";
import type { Descent, Ladder } from "../forcing/ladder.ts";
import { readAnswer, type AnswerPiece } from "../wire/answer-reader.ts";
import { createBodyReader } from "../wire/body-reader.ts";
import type { CallGuard } from "../wire/call-guard.ts";
import { nextCallNumber } from "../wire/call-number.ts";
import { broken, noAnswer, unfinished, unusable, upstreamError, type CallSite } from "../wire/call-site.ts";
import { postJson } from "../wire/json-post.ts";
import { createGeminiEvents } from "./events.ts";
import { chunksIn, isAnswer } from "./chunks.ts";
import { learnFrom, type Refusals } from "./refusal.ts";
import { geminiBody, type GeminiOptions } from "./request.ts";

/** What was learned of a model; shared by all that call it, and grows. */
export interface ModelMemory {
  refusals: Refusals;
  readonly ladder: Ladder;
}

/** What one call needs to know of its model. */
export interface GeminiCall {
  readonly site: CallSite;
  readonly model: string;
  readonly url: string;
  readonly headers: HeaderFields;
  readonly fetch: typeof globalThis.fetch;
  readonly options: GeminiOptions;
  readonly memory: ModelMemory;
}

/**
 * Makes one call: sends, again without what was refused if need be, and reads the answer. It is over when its body is, since some
 * gateways give a finish reason with every chunk.
 */
export async function* geminiCall(
  call: GeminiCall,
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
  const events = createGeminiEvents(call.model, firstNumber);
  let pieces = 0;
  let cut = false;

  /** What the pieces of one network read add. */
  function* take(batch: readonly AnswerPiece[]): Generator<ModelEvent, void, undefined> {
    for (const piece of batch) {
      pieces += 1;
      const chunks = chunksIn(site, piece, events.finished());
      if (chunks === undefined) {
        cut = true;
        return;
      }
      for (const chunk of chunks) {
        const ended = events.finished();
        const { events: made, failure, problem } = events.push(chunk);
        const usage = events.usage();
        if (usage !== undefined) guard.noteUsage(usage);
        // An error after the finish reason takes nothing back: the answer is whole.
        if (failure !== undefined && !ended) throw upstreamError(site, failure);
        yield* shaped(made);
        if (problem !== undefined) throw unusable(site, "invalid-response", problem);
      }
      if (piece.type === "document" && !chunks.some(isAnswer)) throw noAnswer(site, piece.text);
    }
  }

  for await (const batch of readAnswer(() => body.read(events.finished()))) {
    yield take(batch);
    if (cut) break;
  }
  if (!events.finished()) throw unfinished(site, pieces, response);
  body.drain();
  yield shaped(events.end()).map((event) =>
    event.type === "finish" && dropped.length > 0 ? { ...event, droppedParameters: dropped } : event,
  );
}

async function send(
  { site, model, url, headers, fetch, options, memory }: GeminiCall,
  request: ChatRequest,
  descent: Descent | undefined,
  guard: CallGuard,
): Promise<{ response: Response; dropped: readonly string[] }> {
  for (;;) {
    const known = memory.refusals;
    const { body, dropped } = geminiBody(model, descent?.request() ?? request, options, known);
    const result = await postJson(site, fetch, { url, headers, body }, guard);
    if (result.type === "answer") return { response: result.response, dropped };
    const { failure } = result;
    // On this rung the format is not the client's: without it there is another way to ask.
    if (descent?.rung() === "schema" && descent.rejected(failure)) continue;
    const learned = learnFrom(failure, body, known);
    // Calls run side by side: what another one learned meanwhile stays.
    if (learned !== undefined) memory.refusals = new Set([...memory.refusals, ...learned]);
    else if (descent === undefined || !descent.rejected(failure)) throw upstreamError(site, failure);
  }
}
