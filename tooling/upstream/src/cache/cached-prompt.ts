import type { ReplyUsage } from "../answer.ts";

/** What a prompt cache has of a prompt. */
export interface CachedPrompt {
  /** What the service reports of it. */
  readonly usage: Pick<ReplyUsage, "inputTokens" | "cachedInputTokens" | "cacheWriteTokens">;
  /** Why the service refuses the request, if it does. */
  readonly refusal?: string;
  /** Keeps the prompt for those that follow: to be called when its answer begins, for nobody has it before. */
  readonly keep: () => void;
}
