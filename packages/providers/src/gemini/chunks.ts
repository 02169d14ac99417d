import type { GenerateContentResponse } from "@google/generative-ai";
import type { AnswerPiece } from "../wire/answer-reader.ts";
import { noAnswer, unusable, type CallSite } from "../wire/call-site.ts";
import { objectOf, objectsIn, parseJson, type JsonObject } from "../wire/json-value.ts";

/**
 * The chunks in a piece of an answer: one for each event. A gateway that ignores `alt=sse` sends all of them in one JSON list.
 *
 * @param finished whether a finish reason was seen: what cannot be read after it does not matter
 * @returns undefined when the answer ends here: in a cut last event, or in something unreadable after the finish reason
 * @throws MassgenError `invalid-response` for something else than an answer
 */
export function chunksIn(site: CallSite, piece: AnswerPiece, finished: boolean): readonly JsonObject[] | undefined {
  const text = piece.type === "event" ? piece.data : piece.text;
  const value = parseJson(text);
  const chunk = objectOf(value);
  const chunks = chunk === undefined ? objectsIn(value) : [chunk];
  if (piece.type === "event" && piece.name === "error") {
    return [{ error: chunk?.["error"] ?? chunks[0]?.["error"] ?? chunk ?? text }];
  }
  if (chunks.length > 0) return chunks;
  if (piece.type === "document") throw noAnswer(site, text);
  if (!piece.whole || finished) return undefined;
  if (text.trim() === "") return [];
  throw unusable(site, "invalid-response", "the answer holds an event that is no JSON object", text);
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
