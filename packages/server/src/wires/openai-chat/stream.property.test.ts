import type { RunEvent } from "@massgen/core";
import { parseStream } from "@massgen/openai-shapes";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answered } from "../../../test/scripted-run.ts";
import { foldTraces } from "../../runs/traces.ts";
import type { Answered } from "../wire.ts";
import { openaiChat } from "./wire.ts";

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
      const { start, next, finish } = openaiChat.fold({
        own: { includeUsage },
        answerId: "1",
        runId: "run-1",
        startedAt: 1_700_000_000_000,
        model: "massgen",
        reasoningAlias: false,
      });
      const lines = foldTraces({ traces: "summary", audience: "client" });
      const events: RunEvent[] = [
        ...traces.map((agentId) => ({ type: "draft-started", agentId, atMs: 0, seq: 1 }) as const),
        ...pieces.map((part) => ({ type: "content-delta", text: part, atMs: 0 }) as const),
      ];
      const frames = [
        ...start(),
        ...events.flatMap((event) => next(event, lines.next(event))),
        ...finish(answered(text) as Answered),
      ];
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
