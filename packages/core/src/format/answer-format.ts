import type { ResponseFormat } from "../model/chat-request.ts";
import type { FormattedText } from "../prompt/answer-rules.ts";
import { onlyFence, withoutFence } from "../prompt/code-fence.ts";
import { hasTooManyParts, isObject } from "../prompt/json-object.ts";
import { checkFor } from "./schema-cache.ts";
import { violationText } from "./violation.ts";

/** The format that the client asked for. If `signal` is aborted, both methods reject at once with its reason. */
export interface AnswerFormat {
  /**
   * Resolves when answers can be read in this format.
   *
   * @throws MassgenError `invalid-request` with param `response_format` when its schema cannot be used
   */
  readonly usable: (signal?: AbortSignal) => Promise<void>;
  /** Reads a text in the format. */
  readonly read: (text: string, signal?: AbortSignal) => Promise<FormattedText>;
}

/** The format that answers must have; undefined when any text will do. */
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
  if (hasTooManyParts(text)) return "the JSON has too many parts to be checked";
  try {
    return isObject(JSON.parse(text)) ? undefined : "the JSON must be an object";
  } catch (error) {
    return `it is not JSON: ${error instanceof Error ? error.message : "unreadable"}`;
  }
}
