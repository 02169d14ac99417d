import { expect, it } from "vitest";
import { estimatedTokens } from "./estimated-tokens.ts";

const output = { sampling: { maxOutputTokens: 100 } };

it("counts a third of the prompt's characters and the most that may be written", () => {
  expect(estimatedTokens({ messages: [{ role: "user", content: "x".repeat(300) }], ...output })).toBe(200);
  expect(estimatedTokens({ messages: [{ role: "user", content: "x".repeat(300) }] })).toBe(100 + 2048);
});

it("counts tool calls, tools and schemas", () => {
  const call = { id: "1", name: "look", arguments: "y".repeat(296) };
  const messages = [{ role: "assistant", content: "", toolCalls: [call] }] as const;
  expect(estimatedTokens({ messages, ...output })).toBe(200);
  const schema = { title: "z".repeat(288) };
  expect(estimatedTokens({ messages: [], responseFormat: { type: "json-schema", name: "s", schema }, ...output })).toBe(
    200,
  );
  expect(estimatedTokens({ messages: [], tools: [{ name: "n".repeat(287) }], ...output })).toBe(200);
});

it("counts an image the same whatever its size in bytes", () => {
  const content = [{ type: "image", url: `data:image/png;base64,${"A".repeat(1_000_000)}` }] as const;
  expect(estimatedTokens({ messages: [{ role: "user", content }], ...output })).toBe(1100);
});
