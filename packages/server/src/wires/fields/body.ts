import type { z } from "zod";
import { ProblemError } from "../../problem.ts";
import { firstProblem, type FieldProblem } from "./field-problem.ts";

/**
 * Checks each field of a parsed body.
 * @throws ProblemError `invalid-body` when it is not an object, `invalid-value` naming the first field that is wrong or
 *   not supported
 */
export function checkedBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  if (body === undefined) throw new ProblemError("invalid-body", "The request has no body. Send a JSON object.");
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new ProblemError("invalid-body", "The request body must be a JSON object.");
  }
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw fieldError(firstProblem(parsed.error.issues));
}

/** The error for a request with a bad field. */
export function fieldError({ message, param, code }: FieldProblem): ProblemError {
  return new ProblemError("invalid-value", message, { param, code });
}
