import type { GenerateContentRequest, GenerativeModel } from "@google/generative-ai";
import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import type { CallGuard } from "../wire/call-guard.ts";
import { nextCallNumber } from "../wire/call-number.ts";
import { unusable, upstreamError, type CallSite } from "../wire/call-site.ts";
import { objectOf } from "../wire/json-value.ts";
import { createGeminiEvents } from "./events.ts";
import { geminiBody, type GeminiOptions } from "./request.ts";
import { errorOf } from "./sdk-failure.ts";

/** What one call needs to know of its model. */
export interface GeminiCall {
  readonly site: CallSite;
  readonly model: string;
  readonly client: () => Promise<GenerativeModel>;
  readonly options: GeminiOptions;
}

/** Makes one call and reads the answer. */
export async function* geminiCall(
  { site, model, client, options }: GeminiCall,
  request: ChatRequest,
  guard: CallGuard,
): AsyncGenerator<ModelEvent, void, undefined> {
  const body = geminiBody(model, request, options) as unknown as GenerateContentRequest;
  const chunks = await open(await client(), body, site, guard);
  const events = createGeminiEvents(model, nextCallNumber(request));
  let count = 0;
  for (;;) {
    const chunk = await next(chunks, count, events.finished(), site, guard);
    if (chunk === undefined) break;
    count += 1;
    const ended = events.finished();
    const read = events.push(objectOf(chunk) ?? {});
    const usage = events.usage();
    if (usage !== undefined) guard.noteUsage(usage);
    if (read.failure !== undefined && !ended) throw upstreamError(site, read.failure);
    yield* read.events;
  }
  if (!events.finished()) {
    throw count === 0
      ? unusable(site, "invalid-response", "HTTP 200 without an answer")
      : unusable(site, "truncated", "the answer ended without a finish reason");
  }
  yield* events.end();
}

async function open(
  client: GenerativeModel,
  body: GenerateContentRequest,
  site: CallSite,
  guard: CallGuard,
): Promise<AsyncIterator<unknown>> {
  guard.check();
  guard.requestSent();
  // Nobody reads the aggregate, but when the stream breaks it rejects, which would end the process. This has to be said even when the
  // answer begins only after the guard gave the call up.
  const answer = client.generateContentStream(body, { signal: guard.signal }).then(({ stream, response }) => {
    response.catch(() => undefined);
    return stream[Symbol.asyncIterator]();
  });
  try {
    return await guard.wait(answer, "first-byte");
  } catch (error) {
    guard.check();
    throw errorOf(site, error, undefined);
  }
}

async function next(
  chunks: AsyncIterator<unknown>,
  count: number,
  finished: boolean,
  site: CallSite,
  guard: CallGuard,
): Promise<unknown> {
  try {
    const result = await guard.wait(chunks.next(), finished ? "tail" : count === 0 ? "first-byte" : "idle");
    return result.done ? undefined : result.value;
  } catch (error) {
    guard.check();
    if (!finished) throw errorOf(site, error, count);
    // After the finish reason the answer is whole, however the connection ends.
    guard.disconnect();
    return undefined;
  }
}
