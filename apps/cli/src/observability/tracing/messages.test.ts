import { expect, it } from "vitest";
import { inputMessages, mostContentChars, outputMessages } from "./messages.ts";

const same = (text: string): string => text;
const strike = (text: string): string => text.replaceAll("sk-secret", "[redacted]");

it("writes a conversation in the form of the GenAI conventions", () => {
  const messages = [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", url: "https://example.com/a.png" },
        { type: "image", url: `data:image/png;base64,${"A".repeat(1000)}` },
      ],
    },
    { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "look", arguments: '{"x":1}' }] },
    { role: "tool", toolCallId: "c1", content: "a cat" },
  ] as const;
  expect(JSON.parse(inputMessages(messages, same))).toEqual([
    { role: "system", parts: [{ type: "text", content: "Be brief." }] },
    {
      role: "user",
      parts: [
        { type: "text", content: "What is this?" },
        { type: "uri", modality: "image", uri: "https://example.com/a.png" },
        { type: "uri", modality: "image", uri: "data:" },
      ],
    },
    { role: "assistant", parts: [{ type: "tool_call", id: "c1", name: "look", arguments: '{"x":1}' }] },
    { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: "a cat" }] },
  ]);
});

it("keeps the end of a conversation that is too long, as sound JSON without secrets", () => {
  const messages = ["old", "x".repeat(20_000), '"sk-secret"\n'.repeat(1500)].map(
    (content) => ({ role: "user", content }) as const,
  );
  const written = inputMessages(messages, strike);
  expect(written).not.toContain("sk-secret");
  const parts = (JSON.parse(written) as { parts: { content: string }[] }[]).map(({ parts: [part] }) => part?.content);
  expect(parts.join("").length).toBeLessThanOrEqual(mostContentChars);
  expect(parts.at(-1)).toHaveLength(13 * 1500);
  expect(parts).toHaveLength(2);
});

it("writes no more of empty messages than of full ones", () => {
  const messages = Array.from({ length: 100_000 }, () => ({ role: "user", content: "" }) as const);
  expect((JSON.parse(inputMessages(messages, same)) as unknown[]).length).toBeLessThan(mostContentChars / 4);
});

it("writes an answer with its finish reason, and does not cut through a character", () => {
  const call = { id: "c1", name: "look", arguments: "{}" };
  expect(JSON.parse(outputMessages("Yes.", [call], "tool-calls", same))).toEqual([
    {
      role: "assistant",
      parts: [
        { type: "text", content: "Yes." },
        { type: "tool_call", ...call },
      ],
      finish_reason: "tool_call",
    },
  ]);
  const long = outputMessages(`${"x".repeat(mostContentChars - 1)}😀`, [], "content-filter", same);
  expect(long.isWellFormed()).toBe(true);
  expect(long).toContain('"finish_reason":"content_filter"');
});
