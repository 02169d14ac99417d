import type { ToolCall } from "@massgen/core/model";
import { objectOf, textOf, writeJson } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** The service and model that the fields belong to; they mean nothing to others. */
export interface CallOwner {
  /** The vendor's type. */
  readonly provider: string;
  readonly model: string;
}

/** The fields of a tool call that OpenAI does not have, such as a signature that has to come back with it. */
export interface CallFields {
  /** Beside `id`, `type` and `function`. */
  readonly fields?: JsonObject;
  /** Beside `name` and `arguments`. */
  readonly functionFields?: JsonObject;
}

/** Collects such fields from the pieces of one call. */
export interface CallFieldsCollector {
  readonly add: (entry: JsonObject, called: JsonObject | undefined) => void;
  /** Undefined when there were none, or too many. */
  readonly fields: () => CallFields | undefined;
}

/** OpenAI's own fields of a tool call, and of the function in it. */
export const ownCallFields: ReadonlySet<string> = new Set(["index", "id", "type", "function"]);
export const ownFunctionFields: ReadonlySet<string> = new Set(["name", "arguments"]);

/** The most fields of one call, and characters in them as JSON: a signature has some thousands. */
const mostFields = 32;
const mostCharacters = 64 * 1024;

/** Makes a collector. Of a field that comes several times the last value counts. It holds what one call may carry. */
export function createCallFields(): CallFieldsCollector {
  const fields = new Map<string, string>();
  const functionFields = new Map<string, string>();
  let characters = 0;
  let over = false;

  function take(from: JsonObject, into: Map<string, string>, known: ReadonlySet<string>): void {
    for (const name of Object.keys(from)) {
      if (over || known.has(name)) continue;
      const value = from[name];
      // Empty values add nothing.
      if (value === undefined || value === null || value === "") continue;
      const written = writeJson(value) ?? "null";
      const before = into.get(name);
      characters += written.length - (before?.length ?? -name.length);
      into.set(name, written);
      over = characters > mostCharacters || fields.size + functionFields.size > mostFields;
    }
  }

  return {
    add(entry, called) {
      take(entry, fields, ownCallFields);
      if (called !== undefined) take(called, functionFields, ownFunctionFields);
    },
    fields() {
      if (over || fields.size + functionFields.size === 0) return undefined;
      return {
        ...(fields.size > 0 && { fields: parsed(fields) }),
        ...(functionFields.size > 0 && { functionFields: parsed(functionFields) }),
      };
    },
  };
}

function parsed(fields: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries([...fields].map(([name, written]) => [name, JSON.parse(written) as unknown]));
}

/** The owner of fields that a client sent with its history: their service is unknown. */
const fromClient = "client";

/** The fields that go back with a call: those that this very model gave it, or that the client sent. */
export function fieldsOf({ opaque }: ToolCall, owner: CallOwner): CallFields {
  const record = objectOf(opaque);
  const ours = record?.["provider"] === owner.provider && record["model"] === owner.model;
  if (record === undefined || !(ours || textOf(record["provider"]) === fromClient)) return {};
  const fields = objectOf(record["fields"]);
  const functionFields = objectOf(record["functionFields"]);
  return { ...(fields !== undefined && { fields }), ...(functionFields !== undefined && { functionFields }) };
}
