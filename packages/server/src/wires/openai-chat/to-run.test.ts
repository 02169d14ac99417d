import { expect, test } from "vitest";
import { answer, call, runOf } from "../../../test/asked.ts";

test("a history of calls: who was called, with what, and what came of it", () => {
  const history = [
    { role: "system", content: "s" },
    { role: "user", content: "u" },
    {
      role: "assistant",
      content: "let me see",
      reasoning_content: "[a] Drafting...",
      tool_calls: [
        { ...call("c1", "lookup", "{not json"), index: 0, name: "extra" },
        { ...call("c2", "sum"), type: null },
      ],
    },
    { ...answer("c2", [{ type: "text", text: "3" }]), name: "wrong" },
    answer("c1", "nothing"),
    { role: "assistant", content: "", tool_calls: [call("c1", "again")] },
    answer("c1", "x"),
    { role: "developer", content: "d" },
  ];
  expect(runOf({ messages: history })).toEqual({
    messages: [
      { role: "system", content: "s" },
      { role: "user", content: "u" },
      {
        role: "assistant",
        content: "let me see",
        toolCalls: [
          {
            id: "c1",
            name: "lookup",
            arguments: "{not json",
            opaque: { provider: "client", fields: { name: "extra" } },
          },
          { id: "c2", name: "sum", arguments: "{}" },
        ],
      },
      { role: "tool", toolCallId: "c2", name: "sum", content: "3" },
      { role: "tool", toolCallId: "c1", name: "lookup", content: "nothing" },
      { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "again", arguments: "{}" }] },
      { role: "tool", toolCallId: "c1", name: "again", content: "x" },
      { role: "system", content: "d" },
    ],
  });
});

test("everything at once, and nothing else", () => {
  expect(
    runOf({
      model: "gpt-4o",
      stream: true,
      tools: [{ type: "function", function: { name: "f" } }],
      tool_choice: "required",
      parallel_tool_calls: false,
      response_format: { type: "json_object" },
      temperature: 1,
      metadata: { secret: "x" },
      user: "u",
    }),
  ).toEqual({
    messages: [{ role: "user", content: "Hi" }],
    tools: [{ name: "f" }],
    toolChoice: "required",
    parallelToolCalls: false,
    responseFormat: { type: "json-object" },
    sampling: { temperature: 1 },
    cacheKey: "u",
  });
});
