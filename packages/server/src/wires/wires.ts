import { openaiChat } from "./openai-chat/wire.ts";
import { anthropicMessages } from "./anthropic-messages/wire.ts";
import { openaiResponses } from "./openai-responses/wire.ts";
import type { Wire } from "./wire.ts";

/** Every wire that is served. */
export const wires: readonly Wire[] = [openaiChat, openaiResponses, anthropicMessages];

/** Speaks wherever no wire was called. */
export const defaultWire: Wire = openaiChat;
