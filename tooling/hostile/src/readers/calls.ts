import { parseToRewrite, wholeMembers, type Tool } from "@massgen/core/model";
import { createForcedAnswer } from "../../../../packages/provider-kit/src/forcing/forced-answer.ts";
import { jsonIn } from "../../../../packages/provider-kit/src/forcing/json-objects.ts";
import { isUsable, mendedCall } from "../../../../packages/provider-kit/src/forcing/mended-call.ts";
import { createOfferedAnswer } from "../../../../packages/provider-kit/src/forcing/offered-answer.ts";
import { offeredTools } from "../../../../packages/provider-kit/src/forcing/offered-tools.ts";
import { readBareCalls, readWrittenCalls } from "../../../../packages/provider-kit/src/forcing/written-call.ts";
import { thinkingTokensOf } from "../../../../packages/providers/src/thinking-models.ts";
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
  ['vote(reason="', '")'],
  ["<function=vote><parameter=reason>", "</parameter></function>"],
  ["<|tool_call>call:vote{reason:<escape>", "<escape>}"],
  ["<tool_call>vote\n<arg_key>reason</arg_key>\n<arg_value>", "</arg_value>"],
];

const marked: readonly Frame[] = [
  ["<tool_call>", "</tool_call>"],
  ["[TOOL_CALLS]", ""],
  ["<|python_tag|>", ""],
];

/** What looks for calls in what a model wrote as text. */
export const callReaders: readonly Reader[] = [
  { name: "readWrittenCalls", frames, read: whole((text) => readWrittenCalls(text, tools)) },
  { name: "readBareCalls", frames: [...frames, ...marked], read: whole((text) => readBareCalls(text, tools)) },
  { name: "jsonIn", frames: [...frames, ["{'a':'", "'}"]], read: whole(jsonIn) },
  {
    name: "mendedCall, isUsable",
    frames: [...frames, ['"', '"'], ['{"arguments":"', '"}'], ["{'a':'", "'}"]],
    read: whole((text) => {
      const offered = offeredTools(tools);
      const call = { type: "tool-call", id: "1", name: text, arguments: text } as const;
      isUsable(mendedCall(call, offered), offered);
      isUsable(mendedCall({ ...call, name: "vote" }, offered), offered);
    }),
  },
  { name: "wholeMembers", frames: [...frames, ['{"a":', ""], ['{"a":"', ""]], read: whole(wholeMembers) },
  {
    name: "parseToRewrite",
    frames: [...frames, ['{"n":12345678901234567,"a":', ""], ['{"n":12345678901234567,"a":[', "1]}"]],
    read: whole((text) => JSON.stringify(parseToRewrite(text))),
  },
  { name: "thinkingTokensOf", read: whole((text) => thinkingTokensOf(text)) },
  {
    name: "createOfferedAnswer",
    inPieces: true,
    frames: [["", ""], ...marked, [" ".repeat(60), ""]],
    read(pieces) {
      const answer = createOfferedAnswer({ ...request, toolChoice: "auto" }, 1);
      for (const text of pieces) answer.take({ type: "text-delta", text });
      answer.take({ type: "finish", reason: "stop" });
    },
  },
  {
    name: "createForcedAnswer of a cut answer with tools",
    inPieces: true,
    frames: [["", ""], ...marked, ['{"agent_id":"', ""]],
    read(pieces) {
      const half = [{ name: pieces.join(""), arguments: pieces.join("") }];
      const answer = createForcedAnswer(
        "forced",
        request,
        1,
        () => {},
        () => half,
      );
      for (const text of pieces) answer.take({ type: "text-delta", text });
      answer.take({ type: "finish", reason: "length" });
    },
  },
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
