import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import type { HeaderFields } from "../backend-options.ts";
import { longestPiece, OversizedPiece, readAnswer, type AnswerPiece } from "../wire/answer-reader.ts";
import { createBodyReader } from "../wire/body-reader.ts";
import type { CallGuard } from "../wire/call-guard.ts";
import { nextCallNumber } from "../wire/call-number.ts";
import { broken, unreachable, unusable, upstreamError, type CallSite } from "../wire/call-site.ts";
import { objectOf, parseJson, type JsonObject } from "../wire/json-value.ts";
import { retryAfterOf } from "../wire/retry-after.ts";
import { failureOf, type UpstreamFailure } from "../wire/upstream-failure.ts";
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
  readonly body: (request: ChatRequest, refusals: Refusals) => MessagesBody;
  /** What the model is known to refuse; grows. */
  refusals: Refusals;
}

/** The most characters of a refusal that are read. */
const longestRefusal = 64 * 1024;

/** Makes one call: sends, again without what was refused if need be, and reads the answer. */
export async function* messagesCall(
  call: MessagesCall,
  request: ChatRequest,
  guard: CallGuard,
): AsyncGenerator<ModelEvent, void, undefined> {
  const { site } = call;
  const { response, dropped } = await send(call, request, guard);
  const body = createBodyReader(response.body, guard, (cause) => broken(site, cause));
  const events = createMessageEvents(call.model, nextCallNumber(request));
  let pieces = 0;
  try {
    for await (const piece of readAnswer(() => body.read(events.finished()))) {
      pieces += 1;
      const payload = payloadOf(site, piece);
      if (payload === undefined) break;
      const read = events.push(payload);
      const usage = events.usage();
      if (usage !== undefined) guard.noteUsage(usage);
      yield* read.events;
      if (read.failure !== undefined) throw upstreamError(site, read.failure);
      if (events.finished()) {
        body.drain();
        break;
      }
      if (piece.type === "document") throw noAnswer(site, piece.text);
    }
  } catch (error) {
    if (!(error instanceof OversizedPiece)) throw error;
    throw unusable(site, "invalid-response", `the answer holds an event of over ${longestPiece} characters`);
  }
  if (!events.finished()) throw unfinished(site, pieces, response);
  for (const event of events.end()) {
    yield event.type === "finish" && dropped.length > 0 ? { ...event, droppedParameters: dropped } : event;
  }
}

async function send(
  call: MessagesCall,
  request: ChatRequest,
  guard: CallGuard,
): Promise<{ response: Response; dropped: readonly string[] }> {
  for (;;) {
    const known = call.refusals;
    const sent = call.body(request, known);
    const response = await post(call, sent.body, guard);
    if (response.ok) return { response, dropped: sent.dropped };
    const failure = await refusalIn(response, call.site, guard);
    const learned = learnFrom(failure, sent, known);
    if (learned === undefined) throw upstreamError(call.site, failure);
    // Calls run side by side: what another one learned meanwhile stays.
    call.refusals = {
      fields: new Set([...call.refusals.fields, ...learned.fields]),
      forcing: learned.forcing === known.forcing ? call.refusals.forcing : learned.forcing,
    };
  }
}

async function post(
  { site, url, headers, fetch }: MessagesCall,
  body: JsonObject,
  guard: CallGuard,
): Promise<Response> {
  guard.check();
  guard.requestSent();
  try {
    // Not redirected: fetch would take the key along to whichever host is named.
    const { signal } = guard;
    const answer = fetch(url, { method: "POST", headers, body: JSON.stringify(body), redirect: "manual", signal });
    return await guard.wait(answer, "first-byte");
  } catch (error) {
    guard.check();
    throw unreachable(site, error);
  }
}

async function refusalIn(response: Response, site: CallSite, guard: CallGuard): Promise<UpstreamFailure> {
  const { status, headers } = response;
  const target = headers.get("location");
  if (status >= 300 && status < 400 && target !== null) {
    const host = URL.parse(target, `http://${site.host}`)?.host ?? "elsewhere";
    return { status, message: `the address redirects to ${host}; give the final one as base_url` };
  }
  const body = createBodyReader(response.body, guard, (cause) => broken(site, cause));
  let text = "";
  try {
    for (let piece = await body.read(false); piece !== undefined; piece = await body.read(false)) {
      text += piece;
      if (text.length > longestRefusal) break;
    }
  } catch {
    // The status says enough, unless the call was ended from here.
    guard.check();
  }
  const retryAfterMs = retryAfterOf(headers, Date.now());
  return { ...failureOf(parseJson(text) ?? text, status), ...(retryAfterMs !== undefined && { retryAfterMs }) };
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

function unfinished(site: CallSite, pieces: number, response: Response): Error {
  if (pieces > 0) return unusable(site, "truncated", "the answer ended before its last event");
  const kind = response.headers.get("content-type") ?? "no content type";
  return unusable(site, "invalid-response", `HTTP ${response.status} without an answer`, kind);
}

function noAnswer(site: CallSite, text: string): Error {
  return unusable(site, "invalid-response", "something else came instead of an answer", text);
}
