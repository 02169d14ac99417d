import type { ToolCall } from "@massgen/core/model";
import { isObject } from "./field.ts";

/** Fields of a tool call that are none of OpenAI's, as they travel in {@link ToolCall.opaque}: Google's `extra_content`, for one. */
interface CallFields {
  /** Beside `id`, `type` and `function`. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Beside `name` and `arguments`. */
  readonly functionFields?: Readonly<Record<string, unknown>>;
}

const own: ReadonlySet<string> = new Set(["index", "id", "type", "function", "custom"]);
const ownInFunction: ReadonlySet<string> = new Set(["name", "arguments"]);

/** The most fields of one call, and characters in them as JSON. A call with more keeps none. */
const mostFields = 32;
const mostCharacters = 64 * 1024;

/** What of a call in a client's history goes to the models in `opaque`: which service it is from, nobody here knows. */
export function sentFields(
  sent: Readonly<Record<string, unknown>>,
  called: Readonly<Record<string, unknown>>,
): Pick<ToolCall, "opaque"> {
  const fields = others(sent, own);
  const functionFields = others(called, ownInFunction);
  const all = [...fields, ...functionFields];
  if (all.length === 0 || all.length > mostFields || !isShort(all)) return {};
  return {
    opaque: {
      provider: "client",
      ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
      ...(functionFields.length > 0 && { functionFields: Object.fromEntries(functionFields) }),
    },
  };
}

/** The fields that a model's service gave a call: the client gets them as they came, to send them back. */
export function givenFields({ opaque }: ToolCall): CallFields {
  if (!isObject(opaque)) return {};
  const { fields, functionFields } = opaque;
  return {
    ...(isObject(fields) && { fields: Object.fromEntries(others(fields, own)) }),
    ...(isObject(functionFields) && { functionFields: Object.fromEntries(others(functionFields, ownInFunction)) }),
  };
}

function others(object: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): [string, unknown][] {
  return Object.entries(object).filter(([name, value]) => !known.has(name) && value !== null && value !== undefined);
}

function isShort(fields: readonly unknown[]): boolean {
  try {
    return JSON.stringify(fields).length <= mostCharacters;
  } catch {
    // Nested deeper than can be written.
    return false;
  }
}
