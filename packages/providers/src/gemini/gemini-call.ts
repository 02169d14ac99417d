import type { GenerateContentRequest, GenerativeModel } from "@google/generative-ai";
import type { ChatRequest, ModelEvent } from "@massgen/core/model";
import type { CallGuard } from "../wire/call-guard.ts";
import { nextCallNumber } from "../wire/call-number.ts";
import { unusable, upstreamError, type CallSite } from "../wire/call-site.ts";
import { objectOf } from "../wire/json-value.ts";
import { OversizedAnswer } from "../wire/oversized-answer.ts";
import { createGeminiEvents } from "./events.ts";
import type { Descent, Ladder } from "../forcing/ladder.ts";
import { learnFrom, type Refusals } from "./refusal.ts";
import { geminiBody, type GeminiOptions } from "./request.ts";
import { boundedReadAhead } from "./read-ahead.ts";
import { errorOf, refusalOf } from "./sdk-failure.ts";

/** What was learned of a model; shared by all that call it, and grows. */
export interface ModelMemory {
  refusals: Refusals;
  readonly ladder: Ladder;
}

/** What one call needs to know of its model. */
export interface GeminiCall {
  readonly site: CallSite;
  readonly model: string;
  readonly client: () => Promise<GenerativeModel>;
  readonly options: GeminiOptions;
  readonly memory: ModelMemory;
}

/** Makes one call: sends, again without what was refused if need be, and reads the answer. */
export async function* geminiCall(
  call: GeminiCall,
  request: ChatRequest,
  guard: CallGuard,
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const { site } = call;
  const descent = call.memory.ladder.begin(request);
  const { chunks, dropped } = await send(call, request, descent, guard);
  const firstNumber = nextCallNumber(request);
  const forced = descent?.answer(firstNumber);
  const shaped = (made: readonly ModelEvent[]): readonly ModelEvent[] =>
    forced === undefined ? made : made.flatMap(forced.take);
  const events = createGeminiEvents(call.model, firstNumber);
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
    yield shaped(read.events);
  }
  if (!events.finished()) {
    throw count === 0
      ? unusable(site, "invalid-response", "HTTP 200 without an answer")
      : unusable(site, "truncated", "the answer ended without a finish reason");
  }
  yield shaped(events.end()).map((event) =>
    event.type === "finish" && dropped.length > 0 ? { ...event, droppedParameters: dropped } : event,
  );
}

type Chunks = AsyncIterator<unknown>;

async function send(
  { site, model, client: connect, options, memory }: GeminiCall,
  request: ChatRequest,
  descent: Descent | undefined,
  guard: CallGuard,
): Promise<{ chunks: Chunks; dropped: readonly string[] }> {
  const client = await connect();
  for (;;) {
    const known = memory.refusals;
    const { body, dropped } = geminiBody(model, descent?.request() ?? request, options, known);
    try {
      return { chunks: await open(client, body as unknown as GenerateContentRequest, guard), dropped };
    } catch (error) {
      guard.check();
      const failure = refusalOf(error);
      // On this rung the format is not the client's: without it there is another way to ask.
      const unshaped = failure !== undefined && descent?.rung() === "schema" && descent.rejected(failure);
      if (unshaped) continue;
      const learned = failure && learnFrom(failure, body, known);
      // Calls run side by side: what another one learned meanwhile stays.
      if (learned !== undefined) memory.refusals = new Set([...memory.refusals, ...learned]);
      else if (failure === undefined || !descent?.rejected(failure)) throw errorOf(site, error, undefined);
    }
  }
}

async function open(client: GenerativeModel, body: GenerateContentRequest, guard: CallGuard): Promise<Chunks> {
  guard.check();
  guard.requestSent();
  // Nobody reads the aggregate, but when the stream breaks it rejects, which would end the process. This has to be said even when the
  // answer begins only after the guard gave the call up.
  const answer = client.generateContentStream(body, { signal: guard.signal }).then(({ stream, response }) => {
    response.catch(() => undefined);
    return boundedReadAhead(stream[Symbol.asyncIterator](), guard.disconnect);
  });
  return guard.wait(answer, "first-byte");
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
    if (error instanceof OversizedAnswer) throw error;
    if (!finished) throw errorOf(site, error, count);
    // After the finish reason the answer is whole, however the connection ends.
    guard.disconnect();
    return undefined;
  }
}
