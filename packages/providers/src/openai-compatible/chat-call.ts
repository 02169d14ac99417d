import type { OpenAI } from "openai";
import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import { longestPiece, OversizedPiece, readAnswer, type AnswerPiece } from "../wire/answer-reader.ts";
import { createBodyReader } from "../wire/body-reader.ts";
import type { CallGuard } from "../wire/call-guard.ts";
import { nextCallNumber } from "../wire/call-number.ts";
import { broken, unusable, upstreamError, type CallSite } from "../wire/call-site.ts";
import { objectOf, parseJson, type JsonObject } from "../wire/json-value.ts";
import { failureOf } from "../wire/upstream-failure.ts";
import { createChatEvents } from "./events.ts";
import { learnFrom } from "./refusal.ts";
import type { ChatBody, Refusals } from "./request.ts";
import { refusalOf, withoutAnswer } from "./sdk-failure.ts";

/** What one call needs to know of its model. */
export interface ChatCall {
  readonly site: CallSite;
  readonly client: () => Promise<OpenAI>;
  /** Writes the body, leaving out what the model is known to refuse. */
  readonly body: (request: ChatRequest, refusals: Refusals) => ChatBody;
  /** What the model is known to refuse; grows. */
  refusals: Refusals;
}

/** A server that finds fault with everything is not asked for ever. */
const mostSends = 8;

/** Makes one call: sends, again without what was refused if need be, and reads the answer. */
export async function* chatCall(
  call: ChatCall,
  request: ChatRequest,
  guard: CallGuard,
): AsyncGenerator<ModelEvent, void, undefined> {
  const { response, dropped } = await send(call, request, guard);
  const body = createBodyReader(response.body, guard, (cause) => broken(call.site, cause));
  const events = createChatEvents(nextCallNumber(request));
  let pieces = 0;
  try {
    for await (const piece of readAnswer(() => body.read(events.finished()))) {
      pieces += 1;
      if (piece.type === "event" && piece.data.trim() === "[DONE]") {
        body.drain();
        break;
      }
      const chunk = chunkOf(call.site, piece, events.finished());
      if (chunk === undefined) break;
      const ended = events.finished();
      const read = events.push(chunk);
      const usage = events.usage();
      if (usage !== undefined) guard.noteUsage(usage);
      // An error after the terminal marker takes nothing back: the answer is whole.
      if (ended && read.failure !== undefined) continue;
      yield* read.events;
      if (read.failure !== undefined) throw upstreamError(call.site, read.failure);
      if (piece.type === "document" && !("choices" in chunk)) throw noAnswer(call.site, piece.text);
    }
  } catch (error) {
    if (!(error instanceof OversizedPiece)) throw error;
    throw unusable(call.site, "invalid-response", `the answer holds an event of over ${longestPiece} characters`);
  }
  if (!events.finished()) throw unfinished(call.site, pieces, response);
  for (const event of events.end()) {
    yield event.type === "finish" && dropped.length > 0 ? { ...event, droppedParameters: dropped } : event;
  }
}

async function send(
  call: ChatCall,
  request: ChatRequest,
  guard: CallGuard,
): Promise<{ response: Response; dropped: readonly string[] }> {
  const client = await call.client();
  for (let sends = 1; ; sends += 1) {
    const known = call.refusals;
    const sent = call.body(request, known);
    const params = sent.body as unknown as OpenAI.ChatCompletionCreateParamsStreaming;
    guard.check();
    guard.requestSent();
    try {
      const answer = client.chat.completions.create(params, { signal: guard.signal }).asResponse();
      return { response: await guard.wait(answer, "first-byte"), dropped: sent.dropped };
    } catch (error) {
      guard.check();
      const failure = refusalOf(error, client);
      if (failure === undefined) throw withoutAnswer(call.site, error);
      // What a parallel call learned meanwhile may be all there is to learn.
      const learned = known === call.refusals ? learnFrom(failure, sent, known) : call.refusals;
      if (learned === undefined || sends === mostSends) throw upstreamError(call.site, failure, error);
      call.refusals = learned;
    }
  }
}

/** The object in a piece; undefined when the piece is a cut last event. */
function chunkOf(site: CallSite, piece: AnswerPiece, finished: boolean): JsonObject | undefined {
  const text = piece.type === "event" ? piece.data : piece.text;
  const value = parseJson(text);
  const chunk = objectOf(value);
  switch (piece.type) {
    case "document":
      if (chunk !== undefined) return chunk;
      if (Array.isArray(value)) throw upstreamError(site, failureOf(value));
      throw noAnswer(site, text);
    case "event":
      if (piece.name === "error") throw upstreamError(site, failureOf(chunk ?? text));
      if (chunk !== undefined) return chunk;
      if (!piece.whole || finished) return undefined;
      if (text.trim() === "") return {};
      throw unusable(site, "invalid-response", "the answer holds an event that is no JSON object", text);
  }
}

function unfinished(site: CallSite, pieces: number, response: Response): Error {
  if (pieces > 0) return unusable(site, "truncated", "the answer ended without a finish reason");
  const kind = response.headers.get("content-type") ?? "no content type";
  return unusable(site, "invalid-response", `HTTP ${response.status} without an answer`, kind);
}

function noAnswer(site: CallSite, text: string): Error {
  return unusable(site, "invalid-response", "something else came instead of an answer", text);
}
