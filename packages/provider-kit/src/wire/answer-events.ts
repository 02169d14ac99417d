import type { FinishEvent, FinishReason, ModelEvent, RawFinish, Usage } from "@massgen/core/model";
import { createAnswerEnding } from "./answer-ending.ts";
import { isDone, readAnswer, type AnswerPiece } from "./answer-reader.ts";
import { createBodyReader } from "./body-reader.ts";
import type { CallGuard } from "./call-guard.ts";
import { answerError, broken, noAnswer, type CallSite } from "./call-site.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { objectOf, parseJson, type JsonObject } from "./json-value.ts";
import { createLeftovers } from "./leftovers.ts";
import { pieceEvents } from "./piece-events.ts";
import { failureBeside, isFailureName } from "./stream-failure.ts";
import { rawFinish } from "./raw-finish.ts";
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
  /** What the service says of the answer in its own words: each field that is given replaces what was said before. */
  readonly raw?: RawFinish | undefined;
  /** The service says that it failed; `failureOf` reads that off most bodies. */
  readonly failure?: UpstreamFailure | undefined;
  /** The event is the terminal marker: the answer is whole. */
  readonly finish?: FinishReason | undefined;
  /**
   * The event gives a reason to finish and is not the terminal marker: text may follow. If the body ends without a
   * marker, or nothing follows for long, the answer is whole as well, and this gives what comes last. Each step from
   * that event on has to have it.
   */
  readonly last?: (() => { readonly events: readonly AnswerEvent[]; readonly finish: FinishReason }) | undefined;
  /**
   * `work`: the event is a sign of work that makes no event of ours, such as a piece of a call's arguments or encrypted
   * reasoning. `progress`: the service says in a documented way that it is at work. Other events extend no limit.
   */
  readonly activity?: "work" | "progress" | undefined;
}

type AnswerEvent = Exclude<ModelEvent, { type: "finish" }>;

/**
 * Reads an answer to its end, which is one `finish` or an error.
 * @param dropped sampling parameters that were left out of the request
 */
export async function* answerEvents(
  site: CallSite,
  response: HttpAnswer,
  guard: CallGuard,
  read: AnswerReader,
  dropped: readonly string[] = [],
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const body = createBodyReader(response.body, guard, (cause) => broken(site, cause));
  const ending = createAnswerEnding();
  const leftovers = createLeftovers(site);
  let usage: Usage | undefined;
  let reported: Usage | undefined;
  let raw: RawFinish | undefined;
  let last: AnswerStep["last"];
  let finished = false;
  let delivered = false;
  /** Something came that the consumer has not seen. */
  const held = (): boolean => ending.begun() && !delivered;

  /** Not this wire's own marker, but some gateway's. */
  let done = false;

  function take(piece: AnswerPiece, made: ModelEvent[]): "over" | undefined {
    if (leftovers.take(piece)) return undefined;
    if (isDone(piece)) {
      done = true;
      return "over";
    }
    const whole = ending.awaited() !== "answer";
    const payload = payloadOf(piece);
    if (payload === undefined) {
      leftovers.odd(piece, whole);
      return undefined;
    }
    const step: AnswerStep = "failure" in payload ? payload : read(payload.object, payload.name);
    // A reader may be somebody else's: its figures are checked like the service's.
    if (step.usage && step.usage !== reported) {
      reported = step.usage;
      usage = usageFrom(reported) ?? usage;
      if (usage !== undefined) guard.noteUsage(usage);
    }
    if (step.raw !== undefined) raw = rawFinish({ ...raw, ...step.raw });
    noteActivity(step);
    for (const event of step.events ?? []) made.push(event);
    delivered ||= made.length > 0;
    const document = piece.type === "document" && "object" in payload ? failureBeside(payload.object) : undefined;
    const failure = step.failure ?? document;
    // An error after the end takes nothing back: the answer is whole.
    if (failure !== undefined && !whole) throw answerError(site, failure, held());
    if (step.finish !== undefined) {
      body.drain();
      finished = true;
      made.push(finishOf(step.finish, usage, dropped, raw));
      return "over";
    }
    if (piece.type === "document" && step.last === undefined) throw noAnswer(site, piece.text);
    return undefined;
  }

  function noteActivity(step: AnswerStep): void {
    const said = step.activity === "work" || (step.events ?? []).length > 0;
    if (said) guard.worked();
    else if (step.activity === "progress") guard.progressed();
    const reason = step.last !== undefined && last === undefined;
    last = step.last ?? last;
    if (ending.note({ said, reason, last: false })) guard.ending();
  }

  for await (const batch of readAnswer(() => body.read(ending.awaited()))) {
    yield pieceEvents(batch, take);
    if (finished) return;
    if (done) break;
  }
  if (last === undefined || (leftovers.isCut() && ending.awaited() === "answer")) {
    const failure = leftovers.failure();
    throw failure === undefined ? leftovers.error(response, false) : answerError(site, failure, held());
  }
  body.drain();
  const { events, finish } = last();
  yield [...events, finishOf(finish, usage, dropped, raw)];
}

type Payload =
  | { readonly object: JsonObject; readonly name: string | undefined }
  | { readonly failure: UpstreamFailure };

/** The object in a piece, or the failure that it is without one; undefined when it is neither. */
function payloadOf(piece: AnswerPiece): Payload | undefined {
  const text = piece.type === "event" ? piece.data : piece.text;
  const value = parseJson(text);
  const object = objectOf(value);
  const name = piece.type === "event" ? piece.name : undefined;
  if (object !== undefined) return { object, name };
  return isFailureName(name) ? { failure: failureOf(value ?? text) } : undefined;
}

function finishOf(
  reason: FinishReason,
  usage: Usage | undefined,
  dropped: readonly string[],
  raw: RawFinish | undefined,
): FinishEvent {
  return {
    type: "finish",
    reason,
    ...(usage !== undefined && { usage }),
    ...(dropped.length > 0 && { droppedParameters: dropped }),
    ...(raw !== undefined && { raw }),
  };
}
