import type { ResponseFormat } from "../model/chat-request.ts";
import type { FormatReader } from "../prompt/answer-rules.ts";
import { onlyFence, withoutFence } from "../prompt/code-fence.ts";
import { checkFor } from "./schema-cache.ts";
import type { SchemaCheck } from "./schema-check.ts";
import { TimeBoxError } from "./time-box.ts";
import { violationText } from "./violation.ts";

/**
 * Reads answers in the format that the client asked for; undefined when any text will do. For one run: a schema that took too long to
 * check a few times is not tried again.
 *
 * @throws MassgenError `invalid-request` with param `response_format` when the format's schema cannot be used
 */
export function formatReader(format: ResponseFormat | undefined): FormatReader | undefined {
  switch (format?.type) {
    case undefined:
    case "text":
      return undefined;
    case "json-object":
      return (text) => readJson(text, (value) => (isObject(value) ? undefined : "the JSON must be an object"));
    case "json-schema": {
      const check = guarded(checkFor(format.schema));
      return (text) => readJson(text, check);
    }
  }
}

function readJson(text: string, check: SchemaCheck): ReturnType<FormatReader> {
  const bare = onlyFence(text) ?? withoutFence(text);
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch (error) {
    const problem = error instanceof Error ? error.message : "unreadable";
    return { text, violation: violationText(`it is not JSON: ${problem}`) };
  }
  const violation = check(value);
  return violation === undefined ? { text: bare } : { text, violation: violationText(violation) };
}

const slowChecks = 3;

/** An answer that cannot be checked is not passed off as a fitting one. */
function guarded(check: SchemaCheck): SchemaCheck {
  const tooSlow = "the schema takes too long to check the answer against";
  let patience = slowChecks;
  return (value) => {
    if (patience === 0) return tooSlow;
    try {
      return check(value);
    } catch (error) {
      if (error instanceof TimeBoxError) {
        patience--;
        return tooSlow;
      }
      if (error instanceof RangeError) return "the JSON is nested too deep";
      throw error;
    }
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
