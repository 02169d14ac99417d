import { z } from "zod";
import { checkedBody, fieldError } from "../fields/body.ts";
import { shapeOf } from "../fields/field-table.ts";
import { requestFields } from "./request-fields.ts";
import { toolProblem } from "./tool-choice.ts";
import { fieldProblem, type FieldProblem } from "../fields/field-problem.ts";

const requestSchema = z.object(shapeOf(requestFields));

/** A request whose every field is as it should be. */
export type ResponsesRequest = z.output<typeof requestSchema>;

/**
 * Checks a parsed body: first each field by itself, then what the fields say about each other.
 * @throws ProblemError `invalid-body` when it is not an object, `invalid-value` naming the first field that is wrong or
 * not supported
 */
export function parseRequest(body: unknown): ResponsesRequest {
  const request = checkedBody(requestSchema, body);
  const problem = toolProblem(request) ?? backgroundProblem(request);
  if (problem !== undefined) throw fieldError(problem);
  return request;
}

function backgroundProblem({ background, store }: ResponsesRequest): FieldProblem | undefined {
  if (background !== true || store !== false) return undefined;
  return fieldProblem(["background"], "needs 'store': without it, nobody could fetch the response");
}
