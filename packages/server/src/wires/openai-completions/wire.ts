import { z } from "zod";
import { toMetadata } from "../../runs/metadata.ts";
import { usageOfRun } from "../../runs/usage.ts";
import { wholeText } from "../../runs/whole-text.ts";
import { checkedBody } from "../fields/body.ts";
import { cacheKeyOf } from "../fields/cache-key.ts";
import { shapeOf } from "../fields/field-table.ts";
import { samplingOf } from "../fields/sampling.ts";
import { dataFrame, done, failureFrames, keepAlive } from "../frame.ts";
import { errorBody } from "../openai-error.ts";
import { toModel, toModelList } from "../openai-models.ts";
import { toUsage } from "../openai-usage.ts";
import { adviceFor } from "../unserved-paths.ts";
import type { Answer, Answered, Wire } from "../wire.ts";
import { requestFields } from "./request-fields.ts";

const requestSchema = z.object(shapeOf(requestFields));

interface OwnRequest {
  /** Whether the client wants usage in a stream. */
  readonly includeUsage: boolean;
}

/** OpenAI's text completions, which some clients still use by default. They have no field for traces. */
export const openaiCompletions: Wire<OwnRequest> = {
  path: "/v1/completions",
  parse(body) {
    const request = checkedBody(requestSchema, body);
    const sampling = samplingOf(requestFields, request);
    return {
      run: {
        messages: [{ role: "user", content: request.prompt }],
        ...(Object.keys(sampling).length > 0 && { sampling }),
        ...cacheKeyOf(request),
      },
      ...(request.model && { model: request.model }),
      stream: request.stream === true,
      own: { includeUsage: request.stream_options?.include_usage === true },
    };
  },
  whole: (answer, result) => ({ ...completion(answer, result.text, result), usage: usageOf(result) }),
  fold(answer) {
    const text = wholeText();
    const say = (piece: string): string[] => (piece === "" ? [] : [dataFrame(completion(answer, piece))]);
    return {
      start: () => [],
      next: (event) => (event.type === "content-delta" ? say(text.next(event.text)) : []),
      finish(result) {
        const last = dataFrame(completion(answer, "", result));
        const usage = dataFrame({ ...headOf(answer), choices: [], usage: usageOf(result) });
        return [...say(text.end()), last, ...(answer.own.includeUsage ? [usage] : [])];
      },
      fail: (problem) => failureFrames(errorBody(problem)),
      end: () => [done],
    };
  },
  problem: errorBody,
  modelList: toModelList,
  model: toModel,
  adviceFor: (path) => adviceFor(path, "/v1/completions"),
  heartbeat: keepAlive,
};

/** @param result given once the answer has ended */
function completion(answer: Answer<OwnRequest>, text: string, result?: Answered): object {
  const finish = result === undefined ? null : toFinishReason(result);
  return {
    ...headOf(answer),
    choices: [{ index: 0, text, logprobs: null, finish_reason: finish }],
    ...(result !== undefined && { massgen_metadata: toMetadata(answer, result.receipt) }),
  };
}

function headOf({ answerId, startedAt, model }: Answer): object {
  return { id: `cmpl-${answerId}`, object: "text_completion", created: Math.floor(startedAt / 1000), model };
}

function usageOf({ receipt }: Answered): object {
  return toUsage(usageOfRun(receipt));
}

function toFinishReason({ finishReason }: Answered): "stop" | "length" | "content_filter" {
  if (finishReason === "length") return "length";
  return finishReason === "content-filter" ? "content_filter" : "stop";
}
