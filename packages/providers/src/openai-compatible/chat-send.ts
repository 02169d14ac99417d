import type { ChatRequest, ProviderContext } from "@massgen/core/model";
import type { Descent, Ladder } from "../forcing/ladder.ts";
import type { Draft } from "../remedies/remedy.ts";
import type { RemedyMemory } from "../remedies/remedy-memory.ts";
import { sendMended, type Sent } from "../remedies/send-mended.ts";
import type { CallGuard } from "../wire/call-guard.ts";
import type { WindowMemory } from "../wire/context-figures.ts";
import type { CallSite } from "../wire/call-site.ts";
import { postJson, type JsonPost } from "../wire/json-post.ts";
import type { AnswerStyle } from "./events.ts";
import { chatLessons } from "./lessons.ts";
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
export interface ChatCall {
  readonly site: CallSite;
  readonly fetch: ProviderContext["fetch"];
  /** Address and headers of every call. */
  readonly head: () => Promise<Omit<JsonPost, "body">>;
  readonly body: (request: ChatRequest, mode: BodyMode) => Draft;
  readonly answers: AnswerStyle;
  /** Whether a comment in the answer is a documented sign of progress. */
  readonly isProgress: (comment: string) => boolean;
  readonly memory: ModelMemory;
}

/** Sends a request, again with what refusals teach if need be. */
export async function sendChat(
  { site, fetch, head, body, memory }: ChatCall,
  request: ChatRequest,
  descent: Descent | undefined,
  guard: CallGuard,
): Promise<Sent> {
  const start = await head();
  return sendMended(
    {
      lessons: chatLessons,
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
