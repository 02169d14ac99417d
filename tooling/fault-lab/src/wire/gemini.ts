import { otherWords, type Answer, type AnswerCall, type Usage } from "../answer.ts";
import { piecesOf, type Dialect, type Frame } from "./dialect.ts";

const statusNames = new Map([
  [400, "INVALID_ARGUMENT"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [409, "ABORTED"],
  [429, "RESOURCE_EXHAUSTED"],
  [503, "UNAVAILABLE"],
]);

function event(payload: object): string {
  return `data: ${JSON.stringify(payload)}\r\n\r\n`;
}

function candidate(parts: readonly object[], index: number, finishReason?: string): object {
  return { content: { parts, role: "model" }, ...(finishReason !== undefined && { finishReason }), index };
}

function content(parts: readonly object[], usage: Usage, finishReason?: string, second = false): object {
  const { inputTokens, outputTokens } = usage;
  const others = second ? [candidate([{ text: otherWords }], 1, finishReason)] : [];
  return {
    candidates: [candidate(parts, 0, finishReason), ...others],
    usageMetadata: {
      promptTokenCount: inputTokens,
      candidatesTokenCount: outputTokens,
      totalTokenCount: inputTokens + outputTokens,
    },
    modelVersion: "lab",
  };
}

/** Arguments are an object on this wire; a text that is no JSON goes out as the string it is. */
function argsOf(call: AnswerCall): unknown {
  try {
    return JSON.parse(call.arguments);
  } catch {
    return call.arguments;
  }
}

function callPart(call: AnswerCall): object {
  return { functionCall: { name: call.name, args: argsOf(call) } };
}

/** Calls come whole: one that was cut off is not there. */
function wholeCalls({ calls, ends }: Answer): readonly AnswerCall[] {
  return ends === "cut" ? calls.filter((call) => typeof argsOf(call) !== "string") : calls;
}

function finishReason({ ends }: Answer): string {
  return ends === undefined ? "STOP" : ends === "cut" ? "MAX_TOKENS" : "COMPLETE";
}

function* frames(answer: Answer): Generator<Frame> {
  // Every event counts: what there is so far.
  const soFar = { ...answer.usage, outputTokens: 1 };
  yield { stage: "opening", text: event(content([{ text: "" }], soFar)), usage: soFar };
  for (const text of piecesOf(answer.text, answer)) {
    const second = answer.second === "words";
    yield { stage: "part", text: event(content([{ text }], soFar, undefined, second)), usage: soFar };
  }
  for (const call of wholeCalls(answer))
    yield { stage: "whole", text: event(content([callPart(call)], soFar)), usage: soFar };
  const last = event(content([{ text: "" }], answer.usage, finishReason(answer)));
  yield { stage: "terminal", text: last, usage: answer.usage };
}

function error(status: number, message: string, details: readonly object[] = []): string {
  const name = statusNames.get(status) ?? (status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT");
  return JSON.stringify({ error: { code: status, message, status: name, ...(details.length > 0 && { details }) } });
}

/** `streamGenerateContent`: tool calls whole, usage on every event, the finish reason as terminal marker. */
export const gemini: Dialect = {
  frames: (answer) => [...frames(answer)],
  document: (answer) => {
    const parts = [...(answer.text === "" ? [] : [{ text: answer.text }]), ...wholeCalls(answer).map(callPart)];
    return JSON.stringify(content(parts, answer.usage, finishReason(answer)));
  },
  brokenEvent: 'data: {"candidates": [{"content": {"par\r\n\r\n',
  tooLong: (prompt, most) =>
    error(400, `The input token count (${prompt}) exceeds the maximum number of tokens allowed (${most}).`),
  inBandError: (message) => `data: ${error(503, message)}\r\n\r\n`,
  refusal: (status, message) => error(status, message),
  retryInBody: (status, message, seconds) =>
    error(status, message, [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${seconds}s` }]),
};
