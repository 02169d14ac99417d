import { serveJobs } from "@massgen/core/worker";
import { textOf } from "./body-bytes.ts";
import { jsonPieces, type JsonPiece } from "./json-pieces.ts";

/** The text to parse, then nothing for each next piece of it. */
export type ParseJob = { readonly bytes: Uint8Array; readonly most: number } | { readonly more: true };

/** A piece of the value; none when there is no more. Or what is wrong with the text. */
export type ParseAnswer = { readonly piece?: JsonPiece } | { readonly problem: string };

let pieces: Generator<JsonPiece, void, undefined> | undefined;

serveJobs((job: ParseJob): ParseAnswer => {
  try {
    if ("bytes" in job) pieces = jsonPieces(JSON.parse(textOf(job.bytes)), job.most);
    const next = pieces?.next();
    return next === undefined || next.done === true ? {} : { piece: next.value };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : "unreadable" };
  }
});
