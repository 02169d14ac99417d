import { describe, expect, test } from "vitest";
import type { ChatRequest, Message } from "@massgen/core/model";
import { requestAt } from "./request-at.ts";

const vote = {
  name: "vote",
  description: "Vote.",
  parameters: { type: "object", properties: { agent_id: { type: "string" } }, required: ["agent_id"] },
};
const other = { name: "new_answer" };
const request: ChatRequest = {
  messages: [{ role: "user", content: "Which?" }],
  tools: [vote, other],
  toolChoice: "required",
  parallelToolCalls: false,
  sampling: { temperature: 0 },
};
const lastText = ({ messages }: ChatRequest): string => {
  const content = messages.at(-1)?.content;
  return typeof content === "string" ? content : "";
};

test.each(["forced", "without-thinking"] as const)("%s: as it is", (rung) => {
  expect(requestAt(rung, request)).toBe(request);
});

describe("instructed", () => {
  test("a free choice among the same tools, and an instruction in the last message", () => {
    const lowered = requestAt("instructed", request);
    expect(lowered).toMatchObject({ tools: [vote, other], toolChoice: "auto", parallelToolCalls: false });
    expect(lowered.messages).toHaveLength(1);
    expect(lastText(lowered)).toMatch(/^Which\?\n\n.*exactly one call of `vote` or `new_answer`/);
  });
  test("a named tool is the only one", () => {
    const lowered = requestAt("instructed", { ...request, toolChoice: { name: "new_answer" } });
    expect(lowered.tools).toEqual([other]);
    expect(lastText(lowered)).toContain("the tool `new_answer`");
    expect(lastText(lowered)).not.toContain("`vote`");
  });
  test("several calls where they are allowed", () => {
    const { parallelToolCalls: _, ...parallel } = request;
    expect(lastText(requestAt("instructed", parallel))).toContain("at least one call");
  });
});

describe("schema", () => {
  test("no tools; a format for tool and arguments; the tools described", () => {
    const lowered = requestAt("schema", request);
    expect(Object.keys(lowered).sort()).toEqual(["messages", "responseFormat", "sampling"]);
    expect(lowered.responseFormat).toEqual({
      type: "json-schema",
      name: "tool_call",
      schema: {
        type: "object",
        anyOf: [
          ["vote", vote.parameters],
          ["new_answer", { type: "object", properties: {} }],
        ].map(([name, parameters]) => ({
          type: "object",
          properties: { tool: { type: "string", enum: [name] }, arguments: parameters },
          required: ["tool", "arguments"],
          additionalProperties: false,
        })),
      },
    });
    expect(lastText(lowered)).toContain('`vote`: Vote.\n  Schema of its arguments: {"type":"object"');
  });
  test("a named tool alone", () => {
    const { responseFormat } = requestAt("schema", { ...request, toolChoice: { name: "vote" } });
    expect(responseFormat).toMatchObject({
      schema: { properties: { tool: { enum: ["vote"] }, arguments: vote.parameters } },
    });
  });
  test("parameters with references are left open", () => {
    const parameters = { $defs: { A: { type: "string" } }, properties: { a: { $ref: "#/$defs/A" } } };
    const { responseFormat } = requestAt("schema", { ...request, tools: [{ name: "f", parameters }] });
    expect(responseFormat).toMatchObject({ schema: { properties: { arguments: { type: "object" } } } });
    expect(JSON.stringify(responseFormat)).not.toContain("$ref");
  });
});

test("text: neither tools nor format, whatever the client's was", () => {
  const lowered = requestAt("text", { ...request, responseFormat: { type: "json-object" } });
  expect(Object.keys(lowered).sort()).toEqual(["messages", "sampling"]);
  expect(lastText(lowered)).toContain("```json\n");
});

test("the instruction is a part beside images, and a message of its own after other turns", () => {
  const image = { type: "image", url: "https://h/i.png" } as const;
  const withImage = requestAt("text", { ...request, messages: [{ role: "user", content: [image] }] });
  expect(withImage.messages).toMatchObject([{ role: "user", content: [image, { type: "text" }] }]);
  const messages: Message[] = [{ role: "assistant", content: "Hm" }];
  expect(requestAt("instructed", { ...request, messages }).messages).toMatchObject([...messages, { role: "user" }]);
});

test("where no tools are offered, earlier calls and results are plain text", () => {
  const call = (id: string, name: string): { id: string; name: string; arguments: string } => ({
    id,
    name,
    arguments: `{"of":"${id}"}`,
  });
  const messages: Message[] = [
    { role: "user", content: "Look." },
    { role: "assistant", content: "Looking.", toolCalls: [call("a", "look"), call("b", "hear")] },
    { role: "tool", toolCallId: "a", content: "blue" },
    { role: "tool", toolCallId: "b", content: "loud" },
  ];
  const [first, second, third, ...more] = requestAt("schema", { ...request, messages }).messages;
  expect([first, second]).toEqual([
    messages[0],
    { role: "assistant", content: 'Looking.\n\nI called `look` with {"of":"a"}\n\nI called `hear` with {"of":"b"}' },
  ]);
  expect(third).toMatchObject({ role: "user" });
  expect(third?.content).toMatch(/^Result of `look`:\nblue\n\nResult of `hear`:\nloud\n\n/);
  expect(more).toEqual([]);
  expect(requestAt("instructed", { ...request, messages }).messages.slice(0, 4)).toEqual(messages);
});

describe("what later requests begin with as well", () => {
  const added = (rung: "instructed" | "schema" | "text", messages: readonly Message[], before: number): unknown =>
    requestAt(rung, { ...request, messages, prefix: { key: "k", added: before } }).prefix;
  const user: Message = { role: "user", content: "Which?" };
  const result: Message = { role: "tool", toolCallId: "t", content: "5 C" };

  test.each(["instructed", "schema", "text"] as const)(
    "%s: a message with the instruction is this one's own",
    (rung) => {
      expect(added(rung, [user, user], 1)).toEqual({ key: "k", added: 1 });
      expect(added(rung, [user], 0)).toEqual({ key: "k", added: 1 });
      expect(requestAt(rung, request)).not.toHaveProperty("prefix");
    },
  );
  test("a message of its own for the instruction is one more", () => {
    const assistant: Message = { role: "assistant", content: "Hm." };
    expect(added("instructed", [user, result], 0)).toEqual({ key: "k", added: 1 });
    expect(added("instructed", [user, assistant], 1)).toEqual({ key: "k", added: 2 });
  });
});
