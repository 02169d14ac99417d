import type { FinishEvent, FinishReason, ModelEvent, Usage } from "@massgen/core/model";
import { readAnswer, type AnswerPiece } from "./answer-reader.ts";
import { createBodyReader } from "./body-reader.ts";
import type { CallGuard } from "./call-guard.ts";
import { broken, noAnswer, unfinished, unusable, upstreamError, type CallSite } from "./call-site.ts";
import { objectOf, parseJson, type JsonObject } from "./json-value.ts";
import { failureBeside, isFailureName } from "./stream-failure.ts";
import { usageFrom } from "./usage-figures.ts";
import { failureOf, type UpstreamFailure } from "./upstream-failure.ts";

/**
 * Says what one event of the answer means. Called in the order of arrival, and no more after a `failure` or a `finish`;
 * not for an event named `error` (or `..._error`) that is no object, which is a failure as it is.
 * @param payload the event's `data:`, or the whole body where the service sent one JSON document in place of a stream
 * @param name the `event:` field, where there was one
 */
export type AnswerReader = (payload: JsonObject, name: string | undefined) => AnswerStep;

/** What an event of the answer means; an empty object where it means nothing. */
export interface AnswerStep {
  /** What the consumer gets, in order. */
  readonly events?: readonly AnswerEvent[] | undefined;
  /** All that was reported so far: each report replaces the one before it. */
  readonly usage?: Usage | undefined;
  /** The service says that it failed; `failureOf` reads that off most bodies. */
  readonly failure?: UpstreamFailure | undefined;
  /** The event is the terminal marker: the answer is whole. */
  readonly finish?: FinishReason | undefined;
}

/** An event of an answer before its end. */
export type AnswerEvent = Exclude<ModelEvent, { type: "finish" }>;

/**
 * Reads an answer to its end, which is one `finish` or an error.
 * @param dropped sampling parameters that were left out of the request
 */
export async function* answerEvents(
  site: CallSite,
  response: Response,
  guard: CallGuard,
  read: AnswerReader,
  dropped: readonly string[] = [],
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const body = createBodyReader(response.body, guard, (cause) => broken(site, cause));
  let usage: Usage | undefined;
  let pieces = 0;
  let end: "cut" | "finished" | undefined;

  /** What the pieces of one network read add. */
  function* take(batch: readonly AnswerPiece[]): Generator<ModelEvent, void, undefined> {
    for (const piece of batch) {
      pieces += 1;
      const payload = payloadOf(site, piece);
      if (payload === undefined) {
        end = "cut";
        return;
      }
      const step = read(payload, piece.type === "event" ? piece.name : undefined);
      // A reader may be somebody else's: its figures are checked like the service's.
      if (step.usage) usage = usageFrom(step.usage) ?? usage;
      if (usage !== undefined) guard.noteUsage(usage);
      if (step.events !== undefined) yield* step.events;
      const failure = step.failure ?? (piece.type === "document" ? failureBeside(payload) : undefined);
      if (failure !== undefined) throw upstreamError(site, failure);
      if (step.finish !== undefined) {
        body.drain();
        end = "finished";
        yield finishOf(step.finish, usage, dropped);
        return;
      }
      if (piece.type === "document") throw noAnswer(site, piece.text);
    }
  }

  for await (const batch of readAnswer(() => body.read(false))) {
    yield take(batch);
    if (end === "finished") return;
    if (end === "cut") break;
  }
  throw unfinished(site, pieces, response);
}

/** The object in a piece; undefined when the piece is a cut last event. */
function payloadOf(site: CallSite, piece: AnswerPiece): JsonObject | undefined {
  const text = piece.type === "event" ? piece.data : piece.text;
  const payload = objectOf(parseJson(text));
  if (payload !== undefined) return payload;
  if (piece.type === "document") throw noAnswer(site, text);
  if (isFailureName(piece.name)) throw upstreamError(site, failureOf(parseJson(text) ?? text));
  if (!piece.whole) return undefined;
  if (text.trim() === "") return {};
  throw unusable(site, "invalid-response", "the answer holds an event that is no JSON object", text);
}

function finishOf(reason: FinishReason, usage: Usage | undefined, dropped: readonly string[]): FinishEvent {
  return {
    type: "finish",
    reason,
    ...(usage !== undefined && { usage }),
    ...(dropped.length > 0 && { droppedParameters: dropped }),
  };
}
