import type { Problem } from "../../problem.ts";
import { dataFrame, done, eventFrame, keepAlive } from "../frame.ts";
import { errorBody } from "../openai-error.ts";
import type { Frame, Wire } from "../wire.ts";
import { toChunks } from "./chunks.ts";
import { toCompletion, type ChatAnswer } from "./completion.ts";
import { toModel, toModelList } from "./model-list.ts";
import { parseRequest } from "./request-schema.ts";
import { toRun } from "./to-run.ts";
import { adviceFor } from "./unserved-paths.ts";

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
  modelList: toModelList,
  model: toModel,
  adviceFor,
  heartbeat: keepAlive,
};

/**
 * Most clients know a failure by the frame of data with an `error`; langchain4j, by the event named so: it takes the
 * other for the end of a whole answer. Most clients stop at the first; Vercel's AI SDK passes on both.
 */
function fail(problem: Problem): readonly Frame[] {
  const body = errorBody(problem);
  return [dataFrame(body), eventFrame("error", body)];
}
