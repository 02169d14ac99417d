import { createToolCallCollector } from "../../../../packages/providers/src/openai-compatible/tool-call-collector.ts";
import type { JsonObject } from "../../../../packages/providers/src/wire/json-value.ts";
import type { Reader } from "../reader.ts";

/** Of entries that each bring a piece. */
function entries(entry: (piece: string, n: number) => JsonObject): Reader["read"] {
  return (pieces) => {
    const calls = createToolCallCollector(1);
    for (const [n, piece] of pieces.entries()) calls.add(entry(piece, n));
    calls.end(false);
    calls.end(true);
  };
}

/** What puts tool calls together from their pieces. */
export const toolCallReaders: readonly Reader[] = [
  {
    name: "tool calls in pieces, by index",
    inPieces: true,
    frames: [
      ["", ""],
      ['{"a":"', '"}'],
    ],
    read: entries((text, n) => ({
      index: 0,
      ...(n === 0 && { id: "a" }),
      function: { ...(n === 0 && { name: "vote" }), arguments: text },
    })),
  },
  {
    name: "tool calls in pieces that repeat the name",
    inPieces: true,
    frames: [
      ["", ""],
      ['{"a":"', '"}'],
    ],
    read: entries((text) => ({ index: 0, id: "a", function: { name: "vote", arguments: text } })),
  },
  {
    name: "tool calls without index that repeat the name",
    inPieces: true,
    frames: [
      ["", ""],
      ['{"a":"', '"}'],
    ],
    read: entries((text) => ({ function: { name: "vote", arguments: text } })),
  },
  {
    name: "tool calls of many ids and names",
    inPieces: true,
    read: entries((text, n) => ({ id: `${text}${n}`, function: { name: `${text}${n}`, arguments: "{}" } })),
  },
  {
    name: "tool calls with fields that are a service's own",
    inPieces: true,
    read: entries((text, n) => ({
      index: n % 2,
      ...(n % 2 === 0 ? { extra_content: text } : { [text]: text }),
      function: { name: "vote", arguments: "", signature: text },
    })),
  },
  {
    name: "tool calls of one id and many names, by index",
    inPieces: true,
    read: entries((text, n) => ({ index: n % 7, id: text, function: { name: `${text}${n}`, arguments: text } })),
  },
];
