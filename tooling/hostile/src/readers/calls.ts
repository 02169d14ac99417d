import type { Tool } from "@massgen/core/model";
import { createForcedAnswer } from "../../../../packages/providers/src/forcing/forced-answer.ts";
import { jsonIn } from "../../../../packages/providers/src/forcing/json-objects.ts";
import { readWrittenCalls } from "../../../../packages/providers/src/forcing/written-call.ts";
import { salvagedFrom } from "../../../../packages/providers/src/openai-compatible/salvage.ts";
import { whole, type Frame, type Reader } from "../reader.ts";

const vote: Tool = {
  name: "vote",
  parameters: {
    type: "object",
    properties: { agent_id: { type: "string" }, reason: { type: "string" } },
    required: ["agent_id", "reason"],
  },
};
const tools: readonly Tool[] = [
  vote,
  { name: "new_answer", parameters: { type: "object", properties: { content: {} } } },
];
const request = { messages: [], tools, toolChoice: "required" } as const;

const frames: readonly Frame[] = [
  ["", ""],
  ["```json\n", "\n```"],
  ['{"name":"vote","arguments":{"reason":"', '"}}'],
  ["vote(", ")"],
  ["<function=vote>", "</function>"],
  ["{".repeat(20), ""],
];

/** What looks for calls in what a model wrote as text. */
export const callReaders: readonly Reader[] = [
  { name: "readWrittenCalls", frames, read: whole((text) => readWrittenCalls(text, tools)) },
  { name: "jsonIn", frames, read: whole(jsonIn) },
  {
    name: "createForcedAnswer",
    inPieces: true,
    read(pieces) {
      const answer = createForcedAnswer("text", request, 1, () => {});
      for (const text of pieces) answer.take({ type: "text-delta", text });
      answer.take({ type: "finish", reason: "stop" });
    },
  },
  {
    name: "salvagedFrom",
    frames: [
      ...frames,
      ["<think>", "</think>"],
      ["<|channel|>final", "<|message|>"],
      ["<|channel|>final<|message|>", ""],
    ],
    read: whole((generated) =>
      salvagedFrom({ message: "no call", kinds: ["tool_use_failed"], generated }, request, 1, false),
    ),
  },
];
