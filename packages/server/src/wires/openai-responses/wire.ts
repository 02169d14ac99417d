import { sizeOf } from "../../runs/size-of.ts";
import { fieldError } from "../fields/body.ts";
import { fieldProblem } from "../fields/field-problem.ts";
import { leftOutRemark } from "../fields/left-out.ts";
import { done, keepAlive } from "../frame.ts";
import { errorBody } from "../openai-error.ts";
import { toModel, toModelList } from "../openai-models.ts";
import { adviceFor } from "../unserved-paths.ts";
import type { Wire } from "../wire.ts";
import { callProblem } from "./conversation.ts";
import { responseIdOf, runIdOf } from "./ids.ts";
import { continuedRun, fromKeptRequest, toKeptRequest } from "./kept-request.ts";
import { namedResponses } from "./named-responses.ts";
import { conversationOf } from "./recalled.ts";
import { parseRequest } from "./request-schema.ts";
import { toResponseEvents } from "./response-events.ts";
import { echoOf, type OwnRequest } from "./response.ts";
import { sentInput } from "./sent-input.ts";
import { toRun } from "./to-run.ts";
import { clientTools, leftOutTools } from "./tools.ts";

/** OpenAI's responses. */
export const openaiResponses: Wire<OwnRequest> = {
  path: "/v1/responses",
  parse(body, recall) {
    const request = parseRequest(body);
    const { model, stream } = request;
    const conversation = conversationOf(request, recall);
    const { items } = conversation;
    const problem = callProblem(items);
    if (problem !== undefined) throw fieldError(problem);
    if (!items.some(({ type }) => type !== "nothing") && !request.instructions) {
      throw fieldError(fieldProblem(["input"], "must not be empty"));
    }
    return {
      run: toRun(request, items),
      ...(model && { model }),
      stream: stream === true,
      remarks: leftOutRemark(leftOutTools(request)),
      ...wantedTraces(request.reasoning?.summary),
      own: {
        echo: echoOf(request, body),
        tools: new Map(clientTools(request).map((tool) => [tool.tool.name, tool])),
        conversation,
        input: sentInput(body),
        size: conversation.size + sizeOf(body),
        store: request.store ?? true,
        background: request.background ?? false,
      },
    };
  },
  fold(answer, after) {
    return { ...toResponseEvents(answer, after), end: () => [done] };
  },
  problem: errorBody,
  modelList: toModelList,
  model: toModel,
  adviceFor: (path) => adviceFor(path, "/v1/responses"),
  heartbeat: keepAlive,
  keeps: {
    words: { noun: "response", deleted: "response", input: "input_items", order: "desc" },
    unfinished: true,
    listed: false,
    idOf: responseIdOf,
    runIdOf,
    named: namedResponses,
    toJson: toKeptRequest,
    fromJson: fromKeptRequest,
    wanted: ({ store, background }) => ({ store, background }),
    continues: continuedRun,
    input: ({ input }) => input,
    size: ({ size }) => size,
  },
  count: {
    path: "/v1/responses/input_tokens",
    body: (tokens) => ({ object: "response.input_tokens", input_tokens: tokens }),
  },
};

/** The traces are the summary. `auto` is all that the configuration shows. */
function wantedTraces(summary: string | null | undefined): { readonly traces?: "summary" | "full" } {
  if (summary === "concise") return { traces: "summary" };
  return summary === "detailed" ? { traces: "full" } : {};
}
