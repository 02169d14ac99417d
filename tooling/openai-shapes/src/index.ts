export { parseChunk, type ChunkShape } from "./chunk.ts";
export { parseCompletion, type CompletionShape } from "./completion.ts";
export { parseErrorBody, type ErrorBodyShape } from "./error-body.ts";
export { parseStream, type StreamedAnswer } from "./stream.ts";
export { readFrames, type StreamFrames } from "./frames.ts";
export { checkOpenaiShape, readResponseEvents, type ResponseEvent } from "./responses.ts";
