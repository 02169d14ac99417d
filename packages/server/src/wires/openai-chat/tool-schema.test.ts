import { expect, test } from "vitest";
import { call, messages, problemOf, runOf } from "../../../test/asked.ts";

function tool(fields: object): object {
  return { type: "function", function: { name: "f", ...fields } };
}

test("a tool is passed on with what it says", () => {
  const parameters: unknown = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}');
  const tools = [
    tool({ description: "d", parameters, strict: true }),
    tool({ name: "A-z_9", description: null, parameters: null, strict: null }),
    { function: { name: "g", parameters: {} } },
  ];
  expect(runOf({ tools }).tools).toEqual([
    { name: "f", description: "d", parameters, strict: true },
    { name: "A-z_9" },
    { name: "g", parameters: {} },
  ]);
});

test("128 tools are fine, long descriptions too", () => {
  const tools = Array.from({ length: 128 }, (_, index) => tool({ name: `f${index}`, description: "d".repeat(5000) }));
  expect(runOf({ tools }).tools).toHaveLength(128);
  expect(problemOf({ messages, tools: [...tools, tool({})] })).toMatchObject({ param: "tools", code: "invalid_value" });
});

test.each<[unknown, string, string]>([
  [{}, "tools", "invalid_type"],
  [["f"], "tools[0]", "invalid_type"],
  [[{ type: "custom", custom: { name: "f" } }], "tools[0]", "unsupported_parameter"],
  [[tool({}), { type: "web_search" }], "tools[1]", "unsupported_parameter"],
  [[{ type: "function", name: "f" }], "tools[0].function", "missing_required_parameter"],
  [[{ type: "function", function: {} }], "tools[0].function.name", "missing_required_parameter"],
  [[tool({ name: "a.b" })], "tools[0].function.name", "invalid_value"],
  [[tool({ name: "" })], "tools[0].function.name", "invalid_value"],
  [[tool({ name: "x".repeat(65) })], "tools[0].function.name", "invalid_value"],
  [[tool({}), tool({ name: "g" }), tool({})], "tools[2].function.name", "invalid_value"],
  [[tool({ parameters: "x" })], "tools[0].function.parameters", "invalid_type"],
  [[tool({ parameters: [] })], "tools[0].function.parameters", "invalid_type"],
  [[tool({ parameters: { type: "string" } })], "tools[0].function.parameters.type", "invalid_value"],
  [[tool({ strict: "yes" })], "tools[0].function.strict", "invalid_type"],
  [[tool({ description: 5 })], "tools[0].function.description", "invalid_type"],
])("%j", (tools, param, code) => {
  expect(problemOf({ messages, tools })).toMatchObject({ status: 400, param, code });
});

test("schemas may be deep, but not without end", () => {
  const deep = (levels: number): object => (levels === 0 ? {} : { not: deep(levels - 1) });
  expect(runOf({ tools: [tool({ parameters: deep(199) })] }).tools).toHaveLength(1);
  expect(problemOf({ messages, tools: [tool({ parameters: deep(201) })] })).toMatchObject({
    param: "tools[0].function.parameters",
  });
});

test.each<[object, string, string]>([
  [{ type: "custom", id: "c", custom: { name: "f", input: "x" } }, "", "unsupported_parameter"],
  [{ type: "function", id: "c" }, ".function", "missing_required_parameter"],
  [{ type: "function", function: { name: "f", arguments: "{}" } }, ".id", "missing_required_parameter"],
  [call(""), ".id", "invalid_value"],
  [call("c", "a b"), ".function.name", "invalid_value"],
  [{ id: "c", function: { name: "f" } }, ".function.arguments", "missing_required_parameter"],
  [{ id: "c", function: { name: "f", arguments: {} } }, ".function.arguments", "invalid_type"],
])("a call in the history: %j", (bad, path, code) => {
  const history = [...messages, { role: "assistant", tool_calls: [call("c0"), bad] }];
  expect(problemOf({ messages: history })).toMatchObject({
    status: 400,
    param: `messages[1].tool_calls[1]${path}`,
    code,
  });
});

test("fields of a call that are none of OpenAI's stay with it, as long as they are short", () => {
  const turns = (fields: object, functionFields: object = {}): object[] => [
    ...messages,
    {
      role: "assistant",
      content: null,
      tool_calls: [
        { id: "c", type: "function", function: { name: "f", arguments: "{}", ...functionFields }, index: 0, ...fields },
      ],
    },
    { role: "tool", tool_call_id: "c", content: "r" },
  ];
  const opaqueOf = (sent: object[]): unknown => {
    const turn = runOf({ messages: sent }).messages.find(({ role }) => role === "assistant");
    return turn?.role === "assistant" ? turn.toolCalls?.[0]?.opaque : undefined;
  };
  const extra_content = { google: { thought_signature: "sig" } };
  expect(opaqueOf(turns({ extra_content }, { hint: 1 }))).toEqual({
    provider: "client",
    fields: { extra_content },
    functionFields: { hint: 1 },
  });
  expect(opaqueOf(turns({}))).toBeUndefined();
  expect(opaqueOf(turns({ extra_content: null }))).toBeUndefined();
  expect(opaqueOf(turns({ extra_content: "x".repeat(70_000) }))).toBeUndefined();
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}`, 1]));
  expect(opaqueOf(turns(many))).toBeUndefined();
});
