import { promptTokens } from "@massgen/core/model";
import { eventFrame } from "../frame.ts";
import { leftOutRemark } from "../fields/left-out.ts";
import type { Wire } from "../wire.ts";
import { errorBody } from "./error.ts";
import { toMessageEvents } from "./message-events.ts";
import { toModel, toModelList } from "./models.ts";
import { adviceFor } from "../unserved-paths.ts";
import { toMessage, type MessageAnswer } from "./message.ts";
import { parseRequest } from "./request-schema.ts";
import { toRun } from "./to-run.ts";
import { leftOutTools } from "./tools.ts";

/** Anthropic's messages. */
export const anthropicMessages: Wire<MessageAnswer["own"]> = {
  path: "/v1/messages",
  header: "anthropic-version",
  requestIdHeader: "request-id",
  parse(body) {
    const request = parseRequest(body);
    const { model, stream, thinking } = request;
    const run = toRun(request);
    return {
      run,
      ...(model && { model }),
      stream: stream === true,
      remarks: leftOutRemark(leftOutTools(request.tools)),
      own: {
        thinking: (thinking?.type === "enabled" || thinking?.type === "adaptive") && thinking.display !== "omitted",
        inputTokens: promptTokens(run),
      },
    };
  },
  whole: toMessage,
  fold(answer) {
    const events = toMessageEvents(answer);
    return {
      ...events,
      fail: (problem) => [eventFrame("error", errorBody(problem))],
      end: () => [],
    };
  },
  problem: errorBody,
  modelList: toModelList,
  model: toModel,
  adviceFor: (path) => adviceFor(path, "/v1/messages"),
  heartbeat: eventFrame("ping", { type: "ping" }),
  count: { path: "/v1/messages/count_tokens", body: (tokens) => ({ input_tokens: tokens }) },
};
