import type { JsonObject } from "../../../../packages/provider-kit/src/wire/json-value.ts";
import type { Frame, Reader } from "../reader.ts";

/** Thoughts between tags, whole and broken. */
export const thoughts: readonly Frame[] = [
  ["", ""],
  ["<think>", "</think>"],
  [" <thi", "x"],
  ["<|channel|>analysis<|message|>", "<|end|>"],
  ["<|channel|>", "<|mess"],
];

/** A reader of events that each bring a piece. */
export function pushing(
  create: () => { push: (event: JsonObject) => unknown; end: (marked: boolean) => unknown },
  event: (piece: string, n: number) => JsonObject,
  last: JsonObject,
  first?: JsonObject,
): Reader["read"] {
  return (pieces) => {
    const events = create();
    if (first !== undefined) events.push(first);
    for (const [n, piece] of pieces.entries()) events.push(event(piece, n));
    events.push(last);
    events.end(true);
  };
}
