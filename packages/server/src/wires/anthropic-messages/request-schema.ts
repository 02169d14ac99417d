import { z } from "zod";
import { checkedBody, fieldError } from "../fields/body.ts";
import { shapeOf } from "../fields/field-table.ts";
import { requestFields } from "./request-fields.ts";
import { toolTurnProblem } from "./tool-turns.ts";
import { toolProblem } from "./tools.ts";
import { turnsOf } from "./turns.ts";

const requestSchema = z.object(shapeOf(requestFields));

/** A request whose every field is as it should be. */
export type MessagesRequest = z.output<typeof requestSchema>;

/**
 * Checks a parsed body: first each field by itself, then what the fields say about each other.
 * @throws ProblemError `invalid-body` when it is not an object, `invalid-value` naming the first field that is wrong or
 * not supported
 */
export function parseRequest(body: unknown): MessagesRequest {
  const request = checkedBody(requestSchema, body);
  const problem = toolProblem(request) ?? toolTurnProblem(turnsOf(request.messages));
  if (problem !== undefined) throw fieldError(problem);
  return request;
}
