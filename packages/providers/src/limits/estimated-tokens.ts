import { assumedOutputTokens, promptTokens, type ChatRequest } from "@massgen/core/model";

/** Tokens that a call may use, before anybody has counted: those of its prompt and the most that it may write. */
export function estimatedTokens(request: ChatRequest): number {
  return promptTokens(request) + (request.sampling?.maxOutputTokens ?? assumedOutputTokens);
}
