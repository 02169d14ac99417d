import { otherWords, type Answer } from "../answer.ts";
import { piecesOf, type Dialect, type Frame } from "./dialect.ts";

const envelope = { id: "chatcmpl-lab", created: 1_700_000_000, model: "lab" };
const errorCodes = new Map([
  [401, "invalid_api_key"],
  [404, "model_not_found"],
  [413, "request_too_large"],
  [429, "rate_limit_exceeded"],
]);

function event(payload: object): string {
  return `data: ${JSON.stringify(payload)}\n\n`;
}

function chunk(delta: object, finishReason: string | null = null, index = 0): string {
  const choices = [{ index, delta, finish_reason: finishReason }];
  return event({ ...envelope, object: "chat.completion.chunk", choices, usage: null });
}

function finishReason({ calls, ends }: Answer): string {
  if (ends !== undefined) return ends === "cut" ? "length" : "COMPLETE";
  return calls.length > 0 ? "tool_calls" : "stop";
}

function usageOf({ usage }: Answer) {
  const { inputTokens, outputTokens } = usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

function* frames(answer: Answer): Generator<Frame> {
  yield { stage: "opening", text: chunk({ role: "assistant", content: "" }) };
  for (const content of piecesOf(answer.text, answer)) {
    yield { stage: "part", text: chunk({ content }) };
    if (answer.second === "words") yield { stage: "part", text: chunk({ content: otherWords }, null, 1) };
  }
  const apart = answer.second === "calls" ? 1 : 0;
  for (const [index, call] of answer.calls.entries()) {
    const start = { index, id: `call_${index}`, type: "function", function: { name: call.name, arguments: "" } };
    yield { stage: "part", text: chunk({ tool_calls: [start] }, null, apart) };
    for (const piece of piecesOf(call.arguments, answer)) {
      yield { stage: "part", text: chunk({ tool_calls: [{ index, function: { arguments: piece } }] }, null, apart) };
    }
  }
  if (answer.second !== undefined) yield { stage: "part", text: chunk({}, "stop", 1 - apart) };
  yield { stage: "terminal", text: chunk({}, finishReason(answer), apart) };
  const report = event({ ...envelope, object: "chat.completion.chunk", choices: [], usage: usageOf(answer) });
  yield { stage: "terminal", text: report, usage: answer.usage };
  yield { stage: "terminal", text: "data: [DONE]\n\n", usage: answer.usage };
}

/** Chat completions: usage on an event of its own behind the finish reason, then `[DONE]`. */
export const openAi: Dialect = {
  frames: (answer) => [...frames(answer)],
  document: (answer) =>
    JSON.stringify({
      ...envelope,
      object: "chat.completion",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: answer.text === "" ? null : answer.text,
            ...(answer.calls.length > 0 && {
              tool_calls: answer.calls.map((call, at) => ({ id: `call_${at}`, type: "function", function: call })),
            }),
          },
          finish_reason: finishReason(answer),
        },
      ],
      usage: usageOf(answer),
    }),
  brokenEvent: 'data: {"choices": [{"index": 0, "delta\n\n',
  // As llama.cpp words it.
  tooLong: (prompt, most) =>
    JSON.stringify({
      error: {
        code: 400,
        message: `request (${prompt} tokens) exceeds the available context size (${most} tokens), try increasing it`,
        type: "exceed_context_size_error",
        n_prompt_tokens: prompt,
        n_ctx: most,
      },
    }),
  inBandError: (message) => event({ error: { message, type: "server_error", code: 503 } }),
  refusal: (status, message) =>
    JSON.stringify({
      error: {
        message,
        type: status >= 500 ? "server_error" : "invalid_request_error",
        param: null,
        code: errorCodes.get(status) ?? null,
      },
    }),
};
