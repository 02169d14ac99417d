import type { ChatRequest, ProviderContext } from "@massgen/core/model";
import type { Descent, Ladder } from "../forcing/ladder.ts";
import type { CallGuard } from "../wire/call-guard.ts";
import { upstreamError, type CallSite } from "../wire/call-site.ts";
import { postJson, type JsonPost } from "../wire/json-post.ts";
import type { UpstreamFailure } from "../wire/upstream-failure.ts";
import type { AnswerStyle } from "./events.ts";
import { isAboutEarlierThinking, isAboutImages, learnFrom } from "./refusal.ts";
import type { BodyMode, ChatBody, Refusals } from "./request.ts";
import { isRefusedAnswer } from "./salvage.ts";

/** What was learned of a model; shared by all that call it, and grows. */
export interface ModelMemory {
  refusals: Refusals;
  /** Whether the model sees images, as far as is known. */
  images: boolean;
  readonly ladder: Ladder;
}

/** What one call needs to know of its model. */
export interface ChatCall {
  readonly site: CallSite;
  readonly fetch: ProviderContext["fetch"];
  /** Address and headers of every call. */
  readonly head: () => Promise<Omit<JsonPost, "body">>;
  /** Writes the body, leaving out what the model is known to refuse. */
  readonly body: (request: ChatRequest, refusals: Refusals, mode: BodyMode) => ChatBody;
  readonly answers: AnswerStyle;
  readonly memory: ModelMemory;
}

/** What came of sending a request: an answer, or a refusal that quotes what the model wrote. */
export type Sent = { /** Sampling parameters left out. */ readonly dropped: readonly string[] } & (
  | { readonly type: "answer"; readonly response: Response }
  | { readonly type: "refused"; readonly failure: UpstreamFailure }
);

/** A server that finds fault with every field is not asked for ever. Rungs come to an end by themselves. */
const mostFields = 7;

/**
 * Sends a request, again without what was refused if need be.
 *
 * @throws MassgenError for a refusal that nothing can be done about
 */
export async function sendChat(
  { site, fetch, head, body, memory }: ChatCall,
  request: ChatRequest,
  descent: Descent | undefined,
  guard: CallGuard,
): Promise<Sent> {
  const start = await head();
  let withoutThinking = false;
  let fields = 0;
  for (;;) {
    const known = memory.refusals;
    const rung = descent?.rung();
    const sent = body(descent?.request() ?? request, known, {
      withoutThinking: withoutThinking || rung === "without-thinking",
      ...(rung !== undefined && { rung }),
    });
    const { dropped } = sent;
    const result = await postJson(site, fetch, { ...start, body: sent.body }, guard);
    if (result.type === "answer") return { ...result, dropped };
    const { failure } = result;
    if (isRefusedAnswer(failure)) return { type: "refused", failure, dropped };
    if (isAboutImages(failure, request.messages)) memory.images = false;
    if (!withoutThinking && isAboutEarlierThinking(failure)) {
      withoutThinking = true;
      continue;
    }
    // What a parallel call learned meanwhile may be all there is to learn.
    const learned = known === memory.refusals ? learnFrom(failure, sent, known) : memory.refusals;
    if (learned !== undefined && fields < mostFields) {
      memory.refusals = learned;
      fields += 1;
    } else if (descent === undefined || !descent.rejected(failure)) throw upstreamError(site, failure);
  }
}
