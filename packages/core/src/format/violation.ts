import type { ErrorObject } from "ajv";
import { oneLine } from "../coordination/labels.ts";

const maxChars = 300;

/** A violation as models and people read it: one line of at most 300 characters, however long the text is. */
export function violationText(text: string): string {
  const line = oneLine(text.slice(0, 4 * maxChars));
  return line.length > maxChars ? `${line.slice(0, maxChars).toWellFormed()}…` : line;
}

/** Where and how a value breaks its schema: `/items/0/price must be number`. */
export function describeError({ instancePath, message, keyword, params }: ErrorObject): string {
  const where = instancePath === "" ? "the JSON" : instancePath;
  const detail = detailOf(keyword, params);
  return `${where} ${message ?? "does not fit the schema"}${detail === undefined ? "" : ` (${detail})`}`;
}

/** Details that a repair needs and ajv's message leaves out. */
function detailOf(keyword: string, params: Readonly<Record<string, unknown>>): string | undefined {
  const detail = { additionalProperties: "additionalProperty", unevaluatedProperties: "unevaluatedProperty" }[keyword];
  if (detail !== undefined) return JSON.stringify(params[detail]);
  if (keyword === "enum") return JSON.stringify(params["allowedValues"]);
  if (keyword === "const") return JSON.stringify(params["allowedValue"]);
  return undefined;
}
