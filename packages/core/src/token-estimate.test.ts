import { expect, it } from "vitest";
import { callTokens, promptTokens } from "./token-estimate.ts";

const image = { type: "image", url: "https://example.com/cat.png" } as const;

it("counts a third of a conversation's characters, its tool calls included", () => {
  const messages = [
    { role: "system", content: "1234" },
    { role: "user", content: [{ type: "text", text: "12345" }] },
    { role: "assistant", content: "1", toolCalls: [{ id: "call_1", name: "look", arguments: "{}" }] },
    { role: "tool", toolCallId: "call_1", content: "123" },
  ] as const;
  expect(promptTokens({ messages })).toBe(Math.ceil((4 + 5 + 1 + 6 + 3) / 3));
});

it("counts tools and schemas as they are written", () => {
  expect(promptTokens({ messages: [], tools: [{ name: "n".repeat(287) }] })).toBe(100);
  const schema = { title: "z".repeat(288) };
  expect(promptTokens({ messages: [], responseFormat: { type: "json-schema", name: "s", schema } })).toBe(100);
});

it("counts every image, whatever its size in bytes", () => {
  const content = Array.from({ length: 50 }, () => image);
  expect(promptTokens({ messages: [{ role: "user", content }] })).toBe(50_000);
  const url = `data:image/png;base64,${"A".repeat(1_000_000)}`;
  expect(promptTokens({ messages: [{ role: "user", content: [{ type: "image", url }] }] })).toBe(1000);
});

it("adds the most that a call may write to its prompt", () => {
  const messages = [{ role: "user", content: "x".repeat(300) }] as const;
  expect(callTokens({ messages, sampling: { maxOutputTokens: 100 } })).toBe(200);
  expect(callTokens({ messages })).toBe(100 + 2048);
});
