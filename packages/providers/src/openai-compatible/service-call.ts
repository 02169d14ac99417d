import type { ChatRequest, ProviderContext } from "@massgen/core/model";
import type { Descent, Ladder } from "@massgen/provider-kit/forcing";
import { postJson, type WindowMemory } from "@massgen/provider-kit/parts";
import type { CallGuard, CallSite, JsonPost } from "@massgen/provider-kit/wire";
import type { Draft, Lesson } from "../remedies/remedy.ts";
import type { RemedyMemory } from "../remedies/remedy-memory.ts";
import { sendMended, type Sent } from "../remedies/send-mended.ts";
import { isAboutImages } from "./refusal.ts";
import type { BodyMode } from "./request.ts";

/** What was learned of a model; shared by all that call it, and grows. */
export interface ModelMemory extends WindowMemory {
  readonly remedies: RemedyMemory;
  /** Whether the model sees images, as far as is known. */
  images: boolean;
  readonly ladder: Ladder;
}

/** What one call needs to know of its model. */
export interface ServiceCall {
  readonly site: CallSite;
  readonly fetch: ProviderContext["fetch"];
  /** Address and headers of every call. */
  readonly head: () => Promise<Omit<JsonPost, "body">>;
  readonly body: (request: ChatRequest, mode: BodyMode) => Draft;
  /** What refusals teach. */
  readonly lessons: readonly Lesson[];
  readonly memory: ModelMemory;
}

/** Sends a request, again with what refusals teach if need be. */
export async function sendCall(
  { site, fetch, head, body, lessons, memory }: ServiceCall,
  request: ChatRequest,
  descent: Descent | undefined,
  guard: CallGuard,
): Promise<Sent> {
  const start = await head();
  return sendMended(
    {
      lessons,
      memory: memory.remedies,
      draftOf(asked, withoutThinking) {
        const rung = descent?.rung();
        return body(asked, {
          withoutThinking: withoutThinking || rung === "without-thinking",
          ...(rung !== undefined && { rung }),
        });
      },
      async post(written) {
        const result = await postJson(site, fetch, { ...start, body: written }, guard);
        if (result.type === "refusal" && isAboutImages(result.failure, request.messages)) memory.images = false;
        return result;
      },
    },
    request,
    descent,
  );
}
