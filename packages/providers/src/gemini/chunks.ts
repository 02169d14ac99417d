import type { GenerateContentResponse } from "@google/generative-ai";
import { parseToRewrite } from "@massgen/core/model";
import { type AnswerPiece, isFailureName, objectOf, objectsIn, parseJson } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/**
 * The chunks in a piece of an answer: one for each event. A gateway that ignores `alt=sse` sends all of them in one
 * JSON list. Undefined for text that is not JSON.
 */
export function chunksIn(piece: AnswerPiece): readonly JsonObject[] | undefined {
  const text = piece.type === "event" ? piece.data : piece.text;
  const value = holdsWholeArguments(text) ? parseJson(text, parseToRewrite) : parseJson(text);
  const chunk = objectOf(value);
  const chunks = (chunk === undefined ? objectsIn(value) : [chunk]).map(unwrapped);
  if (piece.type === "event" && isFailureName(piece.name)) {
    return [{ error: chunk?.["error"] ?? chunks[0]?.["error"] ?? chunk ?? text }];
  }
  return chunks.length > 0 ? chunks : undefined;
}

/** Arguments that are written as they came, not put together from pieces. */
function holdsWholeArguments(text: string): boolean {
  return text.includes('"args"') && !text.includes('"partialArgs"');
}

/** Google's end point for code assistants, and gateways like it, put each chunk into a `response`. */
function unwrapped(chunk: JsonObject): JsonObject {
  return isAnswer(chunk) ? chunk : (objectOf(chunk["response"]) ?? chunk);
}

const fields = [
  "candidates",
  "promptFeedback",
  "usageMetadata",
] as const satisfies readonly (keyof GenerateContentResponse)[];

/** Whether a JSON object is part of an answer at all. */
export function isAnswer(chunk: JsonObject): boolean {
  return fields.some((field) => field in chunk);
}
