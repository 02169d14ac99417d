import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import { callsIn, type Ladder, shapedAnswer } from "@massgen/provider-kit/forcing";
import {
  answerError,
  type AnswerPiece,
  createAnswerEnding,
  createBodyReader,
  createLeftovers,
  isDone,
  nextCallNumber,
  noAnswer,
  pieceEvents,
  postJson,
  readAnswer,
  type WindowMemory,
} from "@massgen/provider-kit/parts";
import { broken, type CallGuard, type CallSite, unusable, upstreamError } from "@massgen/provider-kit/wire";
import type { HeaderFields } from "../backend-options.ts";
import type { RemedyMemory } from "../remedies/remedy-memory.ts";
import { sendMended } from "../remedies/send-mended.ts";
import { createGeminiEvents } from "./events.ts";
import { chunksIn, isAnswer } from "./chunks.ts";
import { geminiLessons } from "./lessons.ts";
import { geminiBody, type GeminiOptions } from "./request.ts";

/** What was learned of a model; shared by all that call it, and grows. */
export interface ModelMemory extends WindowMemory {
  readonly remedies: RemedyMemory;
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
 * Makes one call: sends, again without what was refused if need be, and reads the answer. It ends with its body, since
 * some gateways give a finish reason with every chunk.
 */
export async function* geminiCall(
  call: GeminiCall,
  request: ChatRequest,
  guard: CallGuard,
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const { site } = call;
  const descent = call.memory.ladder.begin(request);
  const sent = await sendMended(
    {
      lessons: geminiLessons,
      memory: call.memory.remedies,
      draftOf: (asked) => geminiBody(call.model, asked, call.options),
      post: (body) => postJson(site, call.fetch, { url: call.url, headers: call.headers, body }, guard),
    },
    request,
    descent,
  );
  if (sent.type === "refused") throw upstreamError(site, sent.failure);
  const { response, dropped } = sent;
  const firstNumber = nextCallNumber(request);
  const shaped = shapedAnswer(request, descent, firstNumber);
  const body = createBodyReader(response.body, guard, (cause) => broken(site, cause));
  const events = createGeminiEvents(call.model, firstNumber);
  const ending = createAnswerEnding();
  const leftovers = createLeftovers(site);
  let delivered = false;
  /** Something arrived that the consumer has not seen. */
  const held = (): boolean => ending.begun() && !delivered;

  /** A gateway's end marker, not this wire's own. */
  let done = false;

  function take(piece: AnswerPiece, made: ModelEvent[]): "over" | undefined {
    if (leftovers.take(piece)) return undefined;
    if (isDone(piece)) {
      done = true;
      return "over";
    }
    const chunks = chunksIn(piece);
    if (chunks === undefined) {
      leftovers.odd(piece, ending.awaited() !== "answer");
      return undefined;
    }
    for (const chunk of chunks) {
      const whole = ending.awaited() !== "answer";
      const { events: read, signs, failure, problem } = events.push(chunk);
      if (signs.said) guard.worked();
      if (ending.note(signs)) guard.ending();
      const usage = events.usage();
      if (usage !== undefined) guard.noteUsage(usage);
      // An error after the end is ignored: the answer is whole.
      if (failure !== undefined && !whole) throw answerError(site, failure, held());
      for (const event of shaped(read)) made.push(event);
      delivered ||= made.length > 0;
      if (problem !== undefined) throw unusable(site, "invalid-response", problem);
    }
    if (piece.type === "document" && !chunks.some(isAnswer)) throw noAnswer(site, piece.text);
    return undefined;
  }

  for await (const batch of readAnswer(() => body.read(ending.awaited()))) {
    yield pieceEvents(batch, take);
    if (done) break;
  }
  if (!events.finished() || (leftovers.isCut() && ending.awaited() === "answer")) {
    const failure = leftovers.failure();
    throw failure === undefined ? leftovers.error(response, false) : answerError(site, failure, held());
  }
  body.drain();
  const written = events.malformed();
  if (descent !== undefined && callsIn(written, request, firstNumber).length > 0) {
    yield shaped([{ type: "text-delta", text: written }]);
  }
  yield shaped(events.end()).map((event) =>
    event.type === "finish" && dropped.length > 0 ? { ...event, droppedParameters: dropped } : event,
  );
}
