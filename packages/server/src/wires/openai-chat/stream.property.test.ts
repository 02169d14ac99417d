import { parseStream } from "@massgen/openai-shapes";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answered } from "../../../test/scripted-run.ts";
import { toChunks } from "./chunks.ts";
import { dataFrame } from "../frame.ts";

const nasty = [
  "\n",
  "\r\n",
  "\n\ndata: [DONE]\n\n",
  "\u2028",
  "\u2029",
  "\u0085",
  "\ud83d",
  "\ude00",
  "😀",
  '"',
  "\\",
  "\u0000",
];
const piece = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...nasty)).map((parts) => parts.join("")),
);

test("whatever a team writes, in whatever pieces, every frame is one line of JSON, and the text reads back as it was", () => {
  fc.assert(
    fc.property(fc.array(piece), fc.array(piece), fc.boolean(), (traces, pieces, includeUsage) => {
      const text = pieces.join("");
      const { start, next } = toChunks({
        id: "chatcmpl-1",
        runId: "run-1",
        created: 1_700_000_000,
        model: "massgen",
        reasoningAlias: false,
        includeUsage,
        traces: "summary",
        traceLines: (event) => (event.type === "draft-started" ? [event.agentId] : []),
      });
      const frames = [
        start(),
        ...traces.flatMap((agentId) => next({ type: "draft-started", agentId, atMs: 0 })),
        ...pieces.flatMap((part) => next({ type: "content-delta", text: part, atMs: 0 })),
        ...next({ type: "run-finished", result: answered(text), atMs: 0 }),
      ].map(dataFrame);
      for (const frame of frames) {
        expect(frame).toMatch(/^data: [^\n\r\v\f\u0085\u2028\u2029]*\n\n$/);
        expect(frame.isWellFormed()).toBe(true);
      }
      const read = parseStream(frames.map((frame): unknown => JSON.parse(frame.slice("data: ".length))));
      expect(read.content).toBe(text);
      expect(read.usage !== undefined).toBe(includeUsage);
    }),
  );
});
