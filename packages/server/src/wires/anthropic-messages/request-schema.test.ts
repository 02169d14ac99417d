import { expect, test } from "vitest";
import { ProblemError } from "../../problem.ts";
import { parseRequest } from "./request-schema.ts";

const hi = { role: "user", content: "Hi" };
const weather = { name: "get_weather", input_schema: { type: "object" } };
const call = {
  role: "assistant",
  content: [{ type: "tool_use", id: "c1", name: "get_weather", input: { city: "Bern" } }],
};
const result = { role: "user", content: [{ type: "tool_result", tool_use_id: "c1", content: "12" }] };

function complaintOf(body: unknown): { param?: string; code: string; message: string } {
  try {
    parseRequest(body);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error("It was taken.");
}

test.each<[string, object]>([
  ["a text", {}],
  ["no limit", { max_tokens: null }],
  [
    "fields nobody knows",
    { betas: ["x"], anything: { at: "all" }, metadata: { user_id: "u" }, context_management: {} },
  ],
  ["thinking of any kind", { thinking: { type: "enabled", budget_tokens: 1024 } }],
  ["instructions in blocks", { system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }] }],
  ["an instruction among the messages", { messages: [hi, { role: "system", content: "Be brief." }] }],
  ["a turn with a tool", { messages: [hi, call, result], tools: [weather] }],
  ["an instruction between call and result", { messages: [hi, call, { role: "system", content: "x" }, result] }],
  ["tools of Anthropic's own", { tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 5 }] }],
  ["tools with examples", { tools: [{ ...weather, type: "custom", defer_loading: true, input_examples: [{}] }] }],
  [
    "what servers of tools left in a history",
    {
      messages: [
        hi,
        {
          role: "assistant",
          content: [
            { type: "server_tool_use", id: "s", name: "web_search", input: {} },
            { type: "web_search_tool_result", tool_use_id: "s", content: [] },
            { type: "redacted_thinking", data: "x" },
            { type: "text", text: "Found." },
          ],
        },
      ],
    },
  ],
])("takes %s", (_name, fields) => expect(() => parseRequest({ messages: [hi], ...fields })).not.toThrow());

test.each<[string, unknown, string, string]>([
  ["no body", undefined, "", "no body"],
  ["a list", [], "", "must be a JSON object"],
  ["no messages", {}, "messages", "is missing"],
  ["another role", { messages: [{ role: "tool", content: "" }] }, "messages[0].role", "user, assistant or system"],
  ["no content", { messages: [{ role: "user" }] }, "messages[0].content", "is missing"],
  ["a block that is none", { messages: [{ role: "user", content: [5] }] }, "messages[0].content[0]", "content block"],
  [
    "a block nobody knows",
    { messages: [{ role: "user", content: [{ type: "hologram" }] }] },
    "messages[0].content[0].type",
    "'hologram', which is not supported here",
  ],
  [
    "a block of another role",
    { messages: [{ role: "assistant", content: [{ type: "tool_result", tool_use_id: "x" }] }] },
    "messages[0].content[0].type",
    "'tool_result'",
  ],
  [
    "an image of another kind",
    { messages: [{ role: "user", content: [{ type: "image", source: { type: "file", file_id: "f" } }] }] },
    "messages[0].content[0].source.type",
    "base64 or url",
  ],
  [
    "an image that is none",
    {
      messages: [
        { role: "user", content: [{ type: "image", source: { type: "base64", media_type: "text/html", data: "aa" } }] },
      ],
    },
    "messages[0].content[0].source",
    "data URI of an image",
  ],
  [
    "a PDF",
    {
      messages: [
        {
          role: "user",
          content: [{ type: "document", source: { type: "base64", media_type: "application/pdf", data: "aa" } }],
        },
      ],
    },
    "messages[0].content[0].source.media_type",
    "must be a text type",
  ],
  ["a call without a result", { messages: [hi, call] }, "messages[1].content", "without a tool_result"],
  ["a call passed over", { messages: [hi, call, hi] }, "messages[1].content", "'c1' without a tool_result"],
  ["a result without a call", { messages: [result] }, "messages[0].content", "no open tool_use"],
  [
    "a result twice",
    { messages: [hi, call, { role: "user", content: [...result.content, ...result.content] }] },
    "messages[2].content",
    "no open tool_use",
  ],
  [
    "two calls of one id",
    { messages: [hi, { role: "assistant", content: [...call.content, ...call.content] }] },
    "messages[1].content",
    "two tool_use blocks",
  ],
  ["a tool without a schema", { messages: [hi], tools: [{ name: "x" }] }, "tools[0].input_schema", "a JSON Schema"],
  ["a name twice", { messages: [hi], tools: [weather, weather] }, "tools[1].name", "like that of an earlier tool"],
  ["a choice without tools", { messages: [hi], tool_choice: { type: "any" } }, "tool_choice", "needs tools"],
  [
    "a choice of no tool",
    { messages: [hi], tools: [weather], tool_choice: { type: "tool", name: "x" } },
    "tool_choice.name",
    "not among 'tools'",
  ],
  [
    "a choice of a tool of Anthropic's",
    {
      messages: [hi],
      tools: [weather, { type: "bash_20250124", name: "bash" }],
      tool_choice: { type: "tool", name: "bash" },
    },
    "tool_choice.name",
    "a team cannot call",
  ],
  ["too warm", { messages: [hi], temperature: 3 }, "temperature", "at most 2"],
  [
    "a foreign word",
    { messages: [hi], tool_choice: { type: "constructor" } },
    "tool_choice.type",
    "auto, any, tool or none",
  ],
])("refuses %s", (_name, body, param, words) => {
  const { param: at = "", message } = complaintOf(body);
  expect(at).toBe(param);
  expect(message).toContain(words);
});

test("a million bad blocks are one complaint", () => {
  const content = Array.from({ length: 1_000_000 }, () => ({ type: "x" }));
  expect(complaintOf({ messages: [{ role: "user", content }] }).message).not.toContain("more problems");
});
