import { ProblemError } from "../../problem.ts";
import { fieldError } from "../fields/body.ts";
import { fieldProblem } from "../fields/field-problem.ts";
import { isObject, quoted } from "../fields/field.ts";
import { leftOutRemark } from "../fields/left-out.ts";
import { done, keepAlive } from "../frame.ts";
import { errorBody } from "../openai-error.ts";
import { toModel, toModelList } from "../openai-models.ts";
import { adviceFor } from "../unserved-paths.ts";
import type { Kept, Recall, Wire } from "../wire.ts";
import { callProblem } from "./conversation.ts";
import { ownerOf, responseIdOf } from "./ids.ts";
import type { InputItem } from "./input-items.ts";
import { wholeOutput } from "./output-items.ts";
import { parseRequest } from "./request-schema.ts";
import { toResponseEvents } from "./response-events.ts";
import { echoOf, statusOf, toResponse, type OwnRequest } from "./response.ts";
import { toRun } from "./to-run.ts";
import { clientTools, leftOutTools } from "./tools.ts";

/** The longest chain of responses. */
const mostLinks = 200;

/** OpenAI's responses. */
export const openaiResponses: Wire<OwnRequest> = {
  path: "/v1/responses",
  parse(body, recall) {
    const request = parseRequest(body);
    const { model, stream } = request;
    const before = request.previous_response_id ? previous(request.previous_response_id, recall) : undefined;
    const links = before === undefined ? 0 : before.own.links + 1;
    if (links > mostLinks) {
      const complaint = `continues ${mostLinks} responses already: send the conversation as 'input'`;
      throw fieldError(fieldProblem(["previous_response_id"], complaint));
    }
    if (request.background === true && request.store === false) {
      throw fieldError(fieldProblem(["background"], "needs 'store': nobody could fetch the response"));
    }
    const items = [...(before === undefined ? [] : conversationOf(before)), ...resolved(request.input, recall)];
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
      own: {
        echo: echoOf(request, body),
        tools: new Map(clientTools(request).map((tool) => [tool.tool.name, tool])),
        items,
        links,
        input: sentInput(body),
        store: request.store ?? true,
        background: request.background ?? false,
      },
    };
  },
  whole(answer, result, traces) {
    const status = statusOf(result);
    const output = wholeOutput(answer.runId, answer.own.tools, result, traces, status);
    return toResponse(answer, { status, output, result });
  },
  fold(answer) {
    return { ...toResponseEvents(answer), end: () => [done] };
  },
  problem: errorBody,
  modelList: toModelList,
  model: toModel,
  adviceFor,
  heartbeat: keepAlive,
  keeps: {
    idOf: responseIdOf,
    wanted: ({ store, background }) => ({ store, background }),
    input: ({ input }) => input,
  },
  count: {
    path: "/v1/responses/input_tokens",
    body: (tokens) => ({ object: "response.input_tokens", input_tokens: tokens }),
  },
};

function previous(id: string, recall: Recall<OwnRequest>): Kept<OwnRequest> {
  const kept = recall(id);
  if (kept !== undefined) return kept;
  throw new ProblemError(
    "invalid-value",
    `The response ${quoted(id)} is not here, or not finished: it may have expired. Send the whole conversation as 'input'.`,
    { param: "previous_response_id", code: "previous_response_not_found" },
  );
}

/** What was said up to the end of an answer. */
function conversationOf({ own, result }: Kept<OwnRequest>): readonly InputItem[] {
  const { text, toolCalls } = result;
  const message: InputItem = { type: "message", role: "assistant", content: text };
  const calls = toolCalls.map((call): InputItem => ({ type: "call", call }));
  return [...own.items, ...(text === "" ? [] : [message]), ...calls];
}

/** References as what they name. */
function resolved(items: readonly InputItem[], recall: Recall<OwnRequest>): readonly InputItem[] {
  return items.map((item, index) => {
    if (item.type !== "reference") return item;
    const owner = ownerOf(item.id);
    if (owner?.kind === "rs" || item.id.startsWith("rs_")) return { type: "nothing" };
    const result = owner === undefined ? undefined : recall(owner.responseId)?.result;
    const call = owner?.kind === "fc" ? result?.toolCalls[owner.index] : undefined;
    if (call !== undefined) return { type: "call", call };
    if (owner?.kind === "msg" && result !== undefined) {
      return { type: "message", role: "assistant", content: result.text };
    }
    throw fieldError(
      fieldProblem(
        ["input", index, "id"],
        `is ${quoted(item.id)}, an item that is not kept here: send the item itself`,
      ),
    );
  });
}

/** The input as items with ids, as the list of them shows it. */
function sentInput(body: unknown): readonly object[] {
  const input = isObject(body) ? body["input"] : undefined;
  if (Array.isArray(input)) {
    return input.filter(isObject).map((item) => (item["role"] === undefined ? item : { type: "message", ...item }));
  }
  return [{ type: "message", role: "user", content: [{ type: "input_text", text: String(input) }] }];
}
