import { z } from "zod";

/**
 * Reads a value as a shape.
 * @throws TypeError naming every deviation, one per line, and the value
 */
export function readShape<S extends z.ZodType>(what: string, schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TypeError(`Not ${what}:\n${z.prettifyError(parsed.error)}\n${JSON.stringify(value)?.slice(0, 2000)}`);
}
