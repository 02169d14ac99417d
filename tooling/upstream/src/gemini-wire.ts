import type { UpstreamCall } from "./call.ts";
import type { Answer, ReplyFinish } from "./reply.ts";
import { argumentsText, piecesOf, toolCallId, type Piece, type Progress, type Wire } from "./wire.ts";

/** A tool call ends with STOP here: what was called is told by the parts alone. */
const finishReasons: Readonly<Record<ReplyFinish, string>> = {
  stop: "STOP",
  length: "MAX_TOKENS",
  "content-filter": "SAFETY",
  "tool-calls": "STOP",
};

const statusNames = new Map([
  [400, "INVALID_ARGUMENT"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [429, "RESOURCE_EXHAUSTED"],
  [503, "UNAVAILABLE"],
  [504, "DEADLINE_EXCEEDED"],
]);

function event(payload: unknown): string {
  return `data: ${JSON.stringify(payload)}\r\n\r\n`;
}

/** Usage rides on every chunk and grows with the answer; thoughts count beside the visible tokens, not among them. */
function usageMetadata(answer: Answer, progress: Progress) {
  if (answer.usage === null) return {};
  const { inputTokens, outputTokens, reasoningTokens } = answer.usage;
  const visible = outputTokens - (reasoningTokens ?? 0);
  const candidatesTokenCount = Math.ceil((visible * progress.sent) / progress.total);
  return {
    usageMetadata: {
      promptTokenCount: inputTokens,
      candidatesTokenCount,
      totalTokenCount: inputTokens + candidatesTokenCount + (reasoningTokens ?? 0),
      ...(reasoningTokens === undefined ? {} : { thoughtsTokenCount: reasoningTokens }),
    },
  };
}

function response(call: UpstreamCall, answer: Answer, parts: readonly object[], progress: Progress, finish?: string) {
  return {
    candidates: [
      { content: { parts, role: "model" }, ...(finish === undefined ? {} : { finishReason: finish }), index: 0 },
    ],
    ...usageMetadata(answer, progress),
    modelVersion: call.model,
    responseId: `upstream-${call.n}`,
  };
}

/** Arguments are an object on this wire; a text that is no JSON goes out as the string it is. */
function parsedArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function part(piece: Piece, call: UpstreamCall): object {
  switch (piece.type) {
    case "reasoning":
      return { text: piece.text, thought: true };
    case "text":
      return { text: piece.text };
    case "tool-call": {
      const functionCall = {
        id: toolCallId(piece.call, call.n, piece.index),
        name: piece.call.name,
        args: parsedArguments(argumentsText(piece.call)),
      };
      // Of parallel calls only the first one is signed.
      return piece.index === 0
        ? { functionCall, thoughtSignature: Buffer.from(`signature-${call.n}`).toString("base64") }
        : { functionCall };
    }
  }
}

const complete: Progress = { sent: 1, total: 1 };

/** `generateContent` and `streamGenerateContent?alt=sse`: CRLF framing, no terminal event but a finish reason on the last one. */
export const geminiWire: Wire = {
  opening: () => "",
  piece: (piece, call, answer, progress) => event(response(call, answer, [part(piece, call)], progress)),
  end: (call, answer) => event(response(call, answer, [{ text: "" }], complete, finishReasons[answer.finish])),
  whole: (call, answer) => {
    const parts = piecesOf({ ...answer, chunks: 1 }).map((piece) => part(piece, call));
    return JSON.stringify(response(call, answer, parts, complete, finishReasons[answer.finish]));
  },
  failure: (error) => event({ error }),
  refusal: (status) => ({
    error: {
      code: status,
      message: `Scripted refusal with status ${status}.`,
      status: statusNames.get(status) ?? (status < 500 ? "INVALID_ARGUMENT" : "INTERNAL"),
    },
  }),
};
