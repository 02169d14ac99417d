import { serveJobs } from "@massgen/core/worker";
import { textOf } from "./body-bytes.ts";
import { jsonPieces, type JsonPiece } from "./json-pieces.ts";

/** A text to parse, or the request for the next piece of its value. */
export type ParseJob = { readonly bytes: Uint8Array; readonly most: number } | { readonly more: true };

/** A piece of the value, none at its end, or what is wrong with the text. */
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
