import { listOf, objectOf, parseJson, writeJson, type AnswerPiece } from "@massgen/provider-kit/parts";

/**
 * The pieces of one read. Chunks that came without the framing of an event stream, as a list or one on each line, are
 * an event each. Anything else stays as it is.
 */
export function withChunks(pieces: readonly AnswerPiece[]): readonly AnswerPiece[] {
  return pieces[0]?.type === "document" ? pieces.flatMap(chunksIn) : pieces;
}

function chunksIn(piece: AnswerPiece): readonly AnswerPiece[] {
  if (piece.type !== "document") return [piece];
  const texts = piece.text.trimStart().startsWith("[") ? listed(piece.text) : lined(piece.text);
  if (texts.length === 0 || !isChunk(texts[0])) return [piece];
  // A last line may be cut, and is no part of the answer then.
  return texts.map((data, at) => ({ type: "event", data, whole: at < texts.length - 1 || isObject(data) }));
}

function listed(text: string): readonly string[] {
  const entries = listOf(parseJson(text));
  return entries.every((entry) => objectOf(entry) !== undefined) ? entries.map((entry) => writeJson(entry) ?? "") : [];
}

function lined(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 1 ? lines : [];
}

function isObject(text: string): boolean {
  return objectOf(parseJson(text)) !== undefined;
}

function isChunk(text: string | undefined): boolean {
  return Array.isArray(objectOf(parseJson(text ?? ""))?.["choices"]);
}
