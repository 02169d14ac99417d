import type { ToolCall } from "@massgen/core/model";
import { isObject } from "../fields/field.ts";

/** Non-OpenAI fields of a tool call, carried in {@link ToolCall.opaque}: for example Google's `extra_content`. */
interface CallFields {
  /** Beside `id`, `type` and `function`. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Beside `name` and `arguments`. */
  readonly functionFields?: Readonly<Record<string, unknown>>;
}

const own: ReadonlySet<string> = new Set(["index", "id", "type", "function", "custom"]);
const ownInFunction: ReadonlySet<string> = new Set(["name", "arguments"]);

/** The most extra fields of one call, and their most characters as JSON. A call with more keeps none. */
const mostFields = 32;
const mostCharacters = 64 * 1024;

/**
 * The extra fields of a call in a client's history, passed to the models in `opaque`: the server cannot know which
 * service they come from.
 */
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

/** The extra fields that a model's service gave a call; the client gets them unchanged, to send them back. */
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
    // It is nested too deep to be written.
    return false;
  }
}
