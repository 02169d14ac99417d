import type { ChatRequest, FinishEvent, ModelEvent } from "@massgen/core/model";
import { shapedAnswer } from "@massgen/provider-kit/forcing";
import {
  answerError,
  type AnswerPiece,
  createAnswerEnding,
  createBodyReader,
  createLeftovers,
  isDone,
  isFailureName,
  listOf,
  nextCallNumber,
  noAnswer,
  objectOf,
  parseJson,
  pieceEvents,
  readAnswer,
} from "@massgen/provider-kit/parts";
import { broken, type CallGuard, failureOf, type JsonObject, type UpstreamFailure } from "@massgen/provider-kit/wire";
import { withChunks } from "./document-chunks.ts";
import { type AnswerStyle, createChatEvents, type ChatStep } from "./events.ts";
import { salvagedFrom } from "./salvage.ts";
import { sendCall, type ServiceCall } from "./service-call.ts";

/** What one call needs to know of its model. */
export interface ChatCall extends ServiceCall {
  readonly answers: AnswerStyle;
  /** Whether a comment in the answer is a documented sign of progress. */
  readonly isProgress: (comment: string) => boolean;
}

/** Makes one call: sends, and reads the answer. */
export async function* chatCall(
  call: ChatCall,
  request: ChatRequest,
  guard: CallGuard,
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const { site } = call;
  const firstNumber = nextCallNumber(request);
  const descent = call.memory.ladder.begin(request);
  const ending = createAnswerEnding();
  let delivered = false;
  /** Something arrived that the consumer has not seen. */
  const held = (): boolean => ending.begun() && !delivered;
  const sent = await sendCall(call, request, descent, guard);
  if (sent.type === "refused") {
    yield salvaged(sent.failure, false);
    return;
  }
  const { response } = sent;
  const body = createBodyReader(response.body, guard, (error) => broken(site, error));
  const events = createChatEvents(firstNumber, call.answers);
  const shaped = shapedAnswer(request, descent, firstNumber, events.halfCalls);
  const leftovers = createLeftovers(site);
  let spoke = false;
  /** The wire's own end marker came: `[DONE]`, or the end of a document. */
  let marked: "done" | "document" | undefined;
  let done = false;

  function take(piece: AnswerPiece, made: ModelEvent[]): "over" | undefined {
    if (piece.type === "comment") {
      if (call.isProgress(piece.text)) guard.progressed();
      return undefined;
    }
    if (isDone(piece)) {
      body.drain();
      marked = "done";
      done = true;
      return "over";
    }
    const whole = ending.awaited() !== "answer" || events.cut();
    const step = leftovers.take(piece) ? undefined : stepOf(piece);
    if (step === undefined) return undefined;
    if (piece.type === "document") marked = "document";
    if (step.signs.said) guard.worked();
    if (ending.note(step.signs)) guard.ending();
    const usage = events.usage();
    if (usage !== undefined) guard.noteUsage(usage);
    // An error after the end is ignored: the answer is whole, or known to be cut.
    if (whole && step.failure !== undefined) return undefined;
    for (const event of shaped(step.events)) made.push(event);
    delivered ||= made.length > 0;
    spoke ||= made.some(({ type }) => type === "text-delta");
    if (step.failure === undefined) return undefined;
    for (const event of salvaged(step.failure, spoke)) made.push(event);
    body.drain();
    return "over";
  }

  /** What a piece means; undefined for an event that is no part of the answer. */
  function stepOf(piece: AnswerPiece): ChatStep | undefined {
    const read = payloadOf(piece);
    if (read === undefined) {
      leftovers.odd(piece, ending.awaited() !== "answer");
      return undefined;
    }
    if ("failure" in read) return { events: [], signs: nothing, failure: read.failure };
    const step = events.push(read.chunk);
    if (piece.type === "document" && !("choices" in read.chunk) && step.failure === undefined) {
      throw noAnswer(site, piece.text);
    }
    return step;
  }

  for await (const batch of readAnswer(() => body.read(ending.awaited()))) {
    yield pieceEvents(withChunks(batch), take);
    if (done) break;
  }
  // Some gateways leave out the reason. A marker alone is not enough: others send it behind broken answers too. A
  // document is one for the message in it; a delta in a document is a piece of a stream that broke off.
  const meant = marked === "document" ? !events.streamed() : marked === "done" && events.usage() !== undefined;
  const complete = meant && events.answered();
  if (!events.finished() && !complete) {
    const failure = leftovers.failure();
    if (failure === undefined) throw leftovers.error(response, marked === "done");
    yield salvaged(failure, spoke);
    return;
  }
  if (leftovers.isCut() && marked === undefined && ending.awaited() === "answer")
    throw leftovers.error(response, false);
  yield shaped(events.end(marked !== undefined)).map((event) => (event.type === "finish" ? withDropped(event) : event));

  function withDropped(finish: FinishEvent): FinishEvent {
    return sent.dropped.length > 0 ? { ...finish, droppedParameters: sent.dropped } : finish;
  }
  /** The usable part of a failure as a whole answer. @throws MassgenError when it has none */
  function salvaged(failure: UpstreamFailure, said: boolean): readonly ModelEvent[] {
    const found = salvagedFrom(failure, request, firstNumber, said);
    if (found === undefined) throw answerError(site, failure, held());
    if (found.reason === "stop") descent?.missed();
    const usage = guard.usage();
    const finish = withDropped({ type: "finish", reason: found.reason, ...(usage !== undefined && { usage }) });
    return [...found.events, finish];
  }
}

const nothing = { said: false, reason: false, last: false };

type Payload = { readonly chunk: JsonObject } | { readonly failure: UpstreamFailure };

/** What a piece holds; undefined when it is no JSON object. */
function payloadOf(piece: AnswerPiece): Payload | undefined {
  const text = piece.type === "event" ? piece.data : piece.text;
  const value = parseJson(text);
  const chunk = objectOf(value);
  if (piece.type === "event" && isFailureName(piece.name)) return { failure: failureOf(value ?? text) };
  if (chunk !== undefined) return { chunk };
  // Google wraps errors in lists.
  const listed = objectOf(listOf(value)[0])?.["error"] !== undefined;
  return listed ? { failure: failureOf(value) } : undefined;
}
