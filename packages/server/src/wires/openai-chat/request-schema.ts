import { z } from "zod";
import { checkedBody, fieldError } from "../fields/body.ts";
import { shapeOf } from "../fields/field-table.ts";
import { requestFields } from "./request-fields.ts";
import { toolProblem } from "./tool-choice.ts";
import { toolTurnProblem } from "./tool-turns.ts";

const requestSchema = z.object(shapeOf(requestFields));

/** A valid request. */
export type ChatCompletionRequest = z.output<typeof requestSchema>;

/**
 * Checks a parsed body: first each field by itself, then the fields against each other.
 * @throws ProblemError `invalid-body` when it is not an object, `invalid-value` naming the first field that is wrong or
 *   not supported
 */
export function parseRequest(body: unknown): ChatCompletionRequest {
  const request = checkedBody(requestSchema, body);
  const problem = toolProblem(request) ?? toolTurnProblem(request.messages);
  if (problem !== undefined) throw fieldError(problem);
  return request;
}
