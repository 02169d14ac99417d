import { claudeWire } from "./claude.ts";
import { geminiWire } from "./gemini.ts";
import { chatWire } from "./openai-chat.ts";
import { responsesWire } from "./openai-responses.ts";
import type { Wire } from "./wire.ts";

/**
 * Which of the services' wires: OpenAI's chat completions and Responses, Claude's messages, Gemini's generateContent.
 */
export type WireName = "openai" | "responses" | "claude" | "gemini";

export const wireNames: readonly WireName[] = ["openai", "responses", "claude", "gemini"];

export const wires: Readonly<Record<WireName, Wire>> = {
  openai: chatWire(),
  responses: responsesWire,
  claude: claudeWire,
  gemini: geminiWire,
};
