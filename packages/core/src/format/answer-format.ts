import type { ResponseFormat } from "../model/chat-request.ts";
import type { FormattedText } from "../prompt/answer-rules.ts";
import { checkFor } from "./schema-cache.ts";
import { violationText } from "./violation.ts";

/** The format that the client asked for. An aborted `signal` rejects at once with its reason. */
export interface AnswerFormat {
  /**
   * Settles when answers can be read in it.
   *
   * @throws MassgenError `invalid-request` with param `response_format` when its schema cannot be used
   */
  readonly usable: (signal?: AbortSignal) => Promise<void>;
  /** Reads a text in the format. */
  readonly read: (text: string, signal?: AbortSignal) => Promise<FormattedText>;
}

/** The format to hold answers to; undefined when any text will do. */
export function answerFormat(format: ResponseFormat | undefined): AnswerFormat | undefined {
  switch (format?.type) {
    case undefined:
    case "text":
      return undefined;
    case "json-object":
      return { usable: async () => {}, read: (text) => readJson(text, async (bare) => objectViolation(bare)) };
    case "json-schema": {
      const { usable, violation } = checkFor(format.schema);
      return { usable, read: (text, signal) => readJson(text, (bare) => violation(bare, signal)) };
    }
  }
}

async function readJson(
  text: string,
  violationOf: (bare: string) => Promise<string | undefined>,
): Promise<FormattedText> {
  const bare = onlyFence(text) ?? withoutFence(text);
  const violation = await violationOf(bare);
  return violation === undefined ? { text: bare } : { text, violation: violationText(violation) };
}

function objectViolation(text: string): string | undefined {
  try {
    return isObject(JSON.parse(text)) ? undefined : "the JSON must be an object";
  } catch (error) {
    return `it is not JSON: ${error instanceof Error ? error.message : "unreadable"}`;
  }
}

/** What stands in the one code fence of a text that has others' words around it: small models explain what they were asked for. */
function onlyFence(text: string): string | undefined {
  const fences = [...text.matchAll(/^```[a-z]*[ \t]*\n([\s\S]*?)\n[ \t]*```[ \t]*$/gim)];
  return fences.length === 1 ? fences[0]?.[1]?.trim() : undefined;
}

/** The text inside a code fence that surrounds the whole of it, or the text itself; without blank space around. */
function withoutFence(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length < 6 || !trimmed.startsWith("```") || !trimmed.endsWith("```")) return trimmed;
  return trimmed
    .slice(3, -3)
    .replace(/^[a-z]*\s/i, "")
    .trim();
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
