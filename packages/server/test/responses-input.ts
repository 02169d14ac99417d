import type { InputItem } from "../src/wires/openai-responses/input-items.ts";
import { parseRequest } from "../src/wires/openai-responses/request-schema.ts";

/** The items of such an input. Throws when it is refused. */
export function parseInput(input: unknown): readonly InputItem[] {
  return parseRequest({ input }).input;
}
