import { openaiChat } from "./openai-chat/wire.ts";
import { anthropicMessages } from "./anthropic-messages/wire.ts";
import type { Wire } from "./wire.ts";

/** Every wire that is served. */
export const wires: readonly Wire[] = [openaiChat, anthropicMessages];

/** Speaks wherever no wire was called. */
export const defaultWire: Wire = openaiChat;
