import { claude } from "./claude.ts";
import type { Dialect, WireName } from "./dialect.ts";
import { gemini } from "./gemini.ts";
import { openAi } from "./openai.ts";

export const dialects: Readonly<Record<WireName, Dialect>> = { openai: openAi, claude, gemini };
