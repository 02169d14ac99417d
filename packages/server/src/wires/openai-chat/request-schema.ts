import { z } from "zod";
import { ProblemError } from "../../problem.ts";
import { shapeOf } from "../fields/field-table.ts";
import { firstProblem, type FieldProblem } from "../fields/issue.ts";
import { requestFields } from "./request-fields.ts";
import { toolProblem } from "./tool-choice.ts";
import { toolTurnProblem } from "./tool-turns.ts";

const requestSchema = z.object(shapeOf(requestFields));

/** A request whose every field is as it should be. */
export type ChatCompletionRequest = z.output<typeof requestSchema>;

/**
 * Checks a parsed body: first each field by itself, then what the fields say about each other.
 * @throws ProblemError `invalid-body` when it is not an object, `invalid-field` naming the first field that is wrong or not supported
 */
export function parseRequest(body: unknown): ChatCompletionRequest {
  if (body === undefined) throw new ProblemError("invalid-body", "The request has no body. Send a JSON object.");
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new ProblemError("invalid-body", "The request body must be a JSON object.");
  }
  const parsed = requestSchema.safeParse(body, { reportInput: true });
  if (!parsed.success) throw toError(firstProblem(parsed.error.issues));
  const problem = toolProblem(parsed.data) ?? toolTurnProblem(parsed.data.messages);
  if (problem !== undefined) throw toError(problem);
  return parsed.data;
}

function toError({ message, param, code }: FieldProblem): ProblemError {
  return new ProblemError("invalid-value", message, { param, code });
}
