import { ProblemError, type Problem } from "../src/problem.ts";
import { parseRequest } from "../src/wires/openai-chat/request-schema.ts";
import { toRun } from "../src/wires/openai-chat/to-run.ts";

export const messages = [{ role: "user", content: "Hi" }];

/** What a run is asked for by such a request; `messages` are there unless given. */
export function runOf(body: object): ReturnType<typeof toRun> {
  return toRun(parseRequest({ messages, ...body }));
}

/** Why such a request is refused. Throws when it is not. */
export function problemOf(body: unknown): Problem {
  try {
    parseRequest(body);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error("The request passed.");
}

/** A call in a history. */
export function call(id: string, name = "f", json = "{}"): object {
  return { id, type: "function", function: { name, arguments: json } };
}

/** The answer to a call. */
export function answer(id: string, content: unknown = "done"): object {
  return { role: "tool", tool_call_id: id, content };
}
