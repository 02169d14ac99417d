import { MassgenError } from "../errors.ts";
import type { JsonSchema } from "../model/chat-request.ts";
import { type SchemaCheck, compileSchema } from "./schema-check.ts";
import { TimeBoxError } from "./time-box.ts";
import { violationText } from "./violation.ts";

const maxChars = 100_000;
const maxDepth = 100;
const maxEntries = 32;

/** Compiled schemas by their text, the one used last at the end. Clients send the same few again and again. */
const compiled = new Map<string, SchemaCheck>();

/**
 * The check that goes with a client's schema.
 *
 * @throws MassgenError `invalid-request` with param `response_format` when the schema is none, or larger than we take
 */
export function checkFor(schema: JsonSchema): SchemaCheck {
  if (isDeeperThan(schema, maxDepth)) throw refused(`it is nested more than ${maxDepth} levels deep`);
  const text = JSON.stringify(schema);
  if (text.length > maxChars) throw refused(`it is longer than ${maxChars} characters`);
  const check = compiled.get(text) ?? compile(schema);
  compiled.delete(text);
  compiled.set(text, check);
  const [oldest] = compiled.keys();
  if (compiled.size > maxEntries && oldest !== undefined) compiled.delete(oldest);
  return check;
}

function compile(schema: JsonSchema): SchemaCheck {
  try {
    return compileSchema(schema);
  } catch (error) {
    if (error instanceof TimeBoxError) throw refused("it is too large to check answers against");
    if (error instanceof RangeError) throw refused("its references go round in circles");
    throw refused(error instanceof Error ? error.message : "it cannot be read");
  }
}

function refused(reason: string): MassgenError {
  const message = `The schema of response_format cannot be used: ${violationText(reason)}`;
  return new MassgenError("invalid-request", message, { param: "response_format" });
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}
