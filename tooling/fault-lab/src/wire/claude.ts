import type { Answer, AnswerCall } from "../answer.ts";
import { piecesOf, type Dialect, type Frame } from "./dialect.ts";

const errorTypes = new Map([
  [401, "authentication_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [413, "request_too_large"],
  [429, "rate_limit_error"],
  [529, "overloaded_error"],
]);

interface Payload {
  readonly type: string;
  readonly [field: string]: unknown;
}

function event(payload: Payload): string {
  return `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`;
}

function stopReason({ calls, ends }: Answer): string {
  if (ends !== undefined) return ends === "cut" ? "max_tokens" : "complete";
  return calls.length > 0 ? "tool_use" : "end_turn";
}

/** A call's input as an object; what is no JSON goes out as the text it is. */
function inputOf(call: AnswerCall): unknown {
  try {
    return JSON.parse(call.arguments);
  } catch {
    return call.arguments;
  }
}

function* blockFrames(index: number, start: object, deltas: readonly object[]): Generator<Frame> {
  yield { stage: "opening", text: event({ type: "content_block_start", index, content_block: start }) };
  for (const delta of deltas) yield { stage: "part", text: event({ type: "content_block_delta", index, delta }) };
  yield { stage: "part", text: event({ type: "content_block_stop", index }) };
}

function* frames(answer: Answer): Generator<Frame> {
  const { inputTokens, outputTokens } = answer.usage;
  // The prompt is counted at once, the answer as it grows.
  const first = { inputTokens, outputTokens: 1 };
  const begun = { id: "msg_lab", type: "message", role: "assistant", content: [], model: "lab", stop_reason: null };
  const counted = { ...begun, usage: { input_tokens: inputTokens, output_tokens: 1 } };
  const blocks: Frame[] = [];
  if (answer.text !== "") {
    const deltas = piecesOf(answer.text, answer).map((text) => ({ type: "text_delta", text }));
    blocks.push(...blockFrames(0, { type: "text", text: "" }, deltas));
  }
  const offset = answer.text === "" ? 0 : 1;
  for (const [at, call] of answer.calls.entries()) {
    const start = { type: "tool_use", id: `toolu_${at}`, name: call.name, input: {} };
    const deltas = piecesOf(call.arguments, answer).map((piece) => ({ type: "input_json_delta", partial_json: piece }));
    blocks.push(...blockFrames(offset + at, start, deltas));
  }
  yield { stage: "opening", text: event({ type: "message_start", message: counted }), usage: first };
  for (const block of blocks) yield { ...block, usage: first };
  const delta = { stop_reason: stopReason(answer), stop_sequence: null };
  const report = event({ type: "message_delta", delta, usage: { output_tokens: outputTokens } });
  yield { stage: "terminal", text: report, usage: answer.usage };
  yield { stage: "terminal", text: event({ type: "message_stop" }), usage: answer.usage };
}

/** Messages: named events; a count at either end; `message_stop` is the terminal marker, and without it the stop reason ends an answer. */
export const claude: Dialect = {
  tooLong: (prompt, most) => claude.refusal(400, `prompt is too long: ${prompt} tokens > ${most} maximum`),
  frames: (answer) => [...frames(answer)],
  document: (answer) =>
    JSON.stringify({
      id: "msg_lab",
      type: "message",
      role: "assistant",
      model: "lab",
      content: [
        ...(answer.text === "" ? [] : [{ type: "text", text: answer.text }]),
        ...answer.calls.map((call, at) => ({
          type: "tool_use",
          id: `toolu_${at}`,
          name: call.name,
          input: inputOf(call),
        })),
      ],
      stop_reason: stopReason(answer),
      usage: { input_tokens: answer.usage.inputTokens, output_tokens: answer.usage.outputTokens },
    }),
  brokenEvent: 'event: content_block_delta\ndata: {"type": "content_block_delta", "ind\n\n',
  inBandError: (message) => event({ type: "error", error: { type: "overloaded_error", message } }),
  refusal: (status, message) => {
    const type = errorTypes.get(status) ?? (status >= 500 ? "api_error" : "invalid_request_error");
    return JSON.stringify({ type: "error", error: { type, message } });
  },
};
