import type { Problem } from "../../problem.ts";
import { dataFrame, done, eventFrame, keepAlive } from "../frame.ts";
import { errorBody } from "../openai-error.ts";
import type { Frame, Wire } from "../wire.ts";
import { toChunks } from "./chunks.ts";
import { toCompletion, type ChatAnswer } from "./completion.ts";
import { parseRequest } from "./request-schema.ts";
import { toRun } from "./to-run.ts";

/** OpenAI's chat completions. */
export const openaiChat: Wire<ChatAnswer["own"]> = {
  path: "/v1/chat/completions",
  parse(body) {
    const request = parseRequest(body);
    const { model, stream, stream_options: options } = request;
    return {
      run: toRun(request),
      ...(model && { model }),
      stream: stream === true,
      own: { includeUsage: options?.include_usage === true },
    };
  },
  whole: toCompletion,
  fold(answer) {
    const chunks = toChunks(answer);
    return {
      start: () => [dataFrame(chunks.start())],
      next: (event, traces) => chunks.next(event, traces).map(dataFrame),
      finish: (result) => chunks.finish(result).map(dataFrame),
      fail,
      end: () => [done],
    };
  },
  problem: errorBody,
  heartbeat: keepAlive,
};

/**
 * Most clients recognise a failure by a data frame with an `error`. langchain4j needs an event named `error`, and takes
 * the other one for the end of a complete answer. Most clients stop at the first frame; Vercel's AI SDK passes on both.
 */
function fail(problem: Problem): readonly Frame[] {
  const body = errorBody(problem);
  return [dataFrame(body), eventFrame("error", body)];
}
