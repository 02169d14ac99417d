import { dataFrame, done, failureFrames, keepAlive } from "../frame.ts";
import { errorBody } from "../openai-error.ts";
import type { Wire } from "../wire.ts";
import { chunkFrame } from "./chunk-frame.ts";
import { toChunks } from "./chunks.ts";
import { toCompletion, type ChatAnswer } from "./completion.ts";
import { toModel, toModelList } from "../openai-models.ts";
import { keepsCompletions, keptCompletion } from "./kept-completion.ts";
import { parseRequest } from "./request-schema.ts";
import { toRun } from "./to-run.ts";
import { adviceFor } from "../unserved-paths.ts";

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
      own: {
        includeUsage: options?.include_usage === true,
        ...(options?.include_massgen_events === true && { includeEvents: true }),
        ...(request.store === true && { kept: keptCompletion(body) }),
      },
    };
  },
  whole: toCompletion,
  fold(answer) {
    const chunks = toChunks(answer);
    const first = chunks.start();
    const frame = chunkFrame(first);
    return {
      start: () => [frame(first)],
      next: (event, traces) => chunks.next(event, traces).map(frame),
      finish: (result, last) => chunks.finish(result, last).map(dataFrame),
      fail: (problem) => failureFrames(errorBody(problem)),
      end: () => [done],
    };
  },
  problem: errorBody,
  modelList: toModelList,
  model: toModel,
  adviceFor: (path) => adviceFor(path, "/v1/chat/completions"),
  heartbeat: keepAlive,
  keeps: keepsCompletions,
};
