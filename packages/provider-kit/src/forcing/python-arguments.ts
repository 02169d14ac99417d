import { objectOf, type JsonObject } from "../wire/json-value.ts";
import type { Walk } from "./json-objects.ts";
import type { ToolShape } from "./offered-tools.ts";
import { createLiteralReader } from "./python-literal.ts";

/**
 * The arguments of a call written as in Python, `(agent_id="agent1", reason='...')`, and where its bracket closes;
 * undefined when there are none. Arguments without a name take those of the tool in their order; a lone dictionary
 * holds them all.
 *
 * @param open where the opening bracket stands
 */
export function pythonArguments(
  text: string,
  open: number,
  tool: ToolShape,
  walk: Walk,
): { readonly value: JsonObject; readonly end: number } | undefined {
  const reader = createLiteralReader(text, open + 1, open + walk.left);
  const names = [...tool.properties.keys()];
  const values = new Map<string, unknown>();
  let lone: JsonObject | undefined;
  let closed = false;
  for (let position = 0; ; position += 1) {
    closed = reader.takes(")");
    if (closed) break;
    const given = reader.name();
    const name = given ?? names[position];
    const value = reader.value(0);
    if (value === undefined || (name === undefined && position > 0)) break;
    lone = position === 0 && given === undefined ? objectOf(value) : undefined;
    if (name !== undefined) values.set(name, value);
    if (reader.takes(",")) continue;
    closed = reader.takes(")");
    break;
  }
  walk.left -= reader.at() - open;
  // Prose writes the name of a function with empty brackets.
  return closed && values.size + (lone === undefined ? 0 : 1) > 0
    ? { value: lone ?? Object.fromEntries(values), end: reader.at() - 1 }
    : undefined;
}
