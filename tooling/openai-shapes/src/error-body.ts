import { z } from "zod";
import { readShape } from "./read-shape.ts";

const errorBodyShape = z.strictObject({
  error: z.strictObject({
    message: z.string().min(1),
    type: z.string().min(1),
    param: z.string().min(1).nullable(),
    code: z.string().min(1).nullable(),
  }),
});

/** What every failure looks like, as a body or as a frame of a stream. */
export type ErrorBodyShape = z.output<typeof errorBodyShape>;

/**
 * Reads the body of a failure.
 * @throws TypeError when one of the four keys is missing or of another type, or there is anything else
 */
export function parseErrorBody(body: unknown): ErrorBodyShape {
  return readShape("an error", errorBodyShape, body);
}
