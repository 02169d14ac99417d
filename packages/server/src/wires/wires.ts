import { openaiChat } from "./openai-chat/wire.ts";
import { anthropicMessages } from "./anthropic-messages/wire.ts";
import { openaiResponses } from "./openai-responses/wire.ts";
import { openaiCompletions } from "./openai-completions/wire.ts";
import type { Wire } from "./wire.ts";

/** All wires. */
export const wires: readonly Wire[] = [openaiChat, openaiResponses, anthropicMessages, openaiCompletions];

/** The wire for paths that belong to none. */
export const defaultWire: Wire = openaiChat;
