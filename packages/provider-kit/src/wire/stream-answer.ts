import type { ChatRequest, ModelEvent, ProviderContext } from "@massgen/core/model";
import { shapedAnswer } from "../forcing/shaped-answer.ts";
import { nextCallNumber } from "./call-number.ts";
import { answerEvents, type AnswerReader } from "./answer-events.ts";
import type { CallGuard } from "./call-guard.ts";
import { upstreamError, type CallSite } from "./call-site.ts";
import { postJson, type JsonPost } from "./json-post.ts";
import { modelCall } from "./model-call.ts";

/** One call of a service that answers a POST with server-sent events, each of them a JSON object. */
export interface AnswerCall extends JsonPost {
  /** How messages name what is called: `acme large`. */
  readonly label: string;
  /** Sampling parameters that the service does not take and `body` leaves out, by their names in `Sampling`. */
  readonly droppedParameters?: readonly string[];
  /** Makes what reads one answer. Called once per call, so what it remembers belongs to that answer. */
  readonly createReader: () => AnswerReader;
}

/**
 * Makes the call and reads its answer as the contract wants it: all promises of ChatModel that a transport can keep are
 * kept here. Tool calls are mended on the way: marks around names and wrappers around arguments are removed, calls that
 * a server left in the text become calls. The caller provides the meaning: the body, and the reader of events.
 */
export function streamAnswer(
  { fetch, redact }: Pick<ProviderContext, "fetch" | "redact">,
  request: ChatRequest,
  call: AnswerCall,
): AsyncIterable<ModelEvent> {
  const site: CallSite = { label: call.label, host: new URL(call.url).host, redact };
  return modelCall(call.label, request, (guard) => shapedEvents(site, fetch, request, call, guard));
}

async function* shapedEvents(
  site: CallSite,
  fetch: ProviderContext["fetch"],
  request: ChatRequest,
  call: AnswerCall,
  guard: CallGuard,
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const shaped = shapedAnswer(request, undefined, nextCallNumber(request));
  for await (const events of callEvents(site, fetch, call, guard)) yield each(events, shaped);
}

function* each(
  events: Iterable<ModelEvent>,
  shaped: ReturnType<typeof shapedAnswer>,
): Generator<ModelEvent, void, undefined> {
  for (const event of events) for (const made of shaped([event])) yield made;
}

async function* callEvents(
  site: CallSite,
  fetch: ProviderContext["fetch"],
  call: AnswerCall,
  guard: CallGuard,
): AsyncGenerator<Iterable<ModelEvent>, void, undefined> {
  const sent = await postJson(site, fetch, call, guard);
  if (sent.type === "refusal") throw upstreamError(site, sent.failure);
  yield* answerEvents(site, sent.response, guard, call.createReader(), call.droppedParameters);
}
