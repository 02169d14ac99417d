import { openaiChat } from "./openai-chat/wire.ts";
import type { Wire } from "./wire.ts";

/** All wires. */
export const wires: readonly Wire[] = [openaiChat];

/** The wire for paths that belong to none. */
export const defaultWire: Wire = openaiChat;
