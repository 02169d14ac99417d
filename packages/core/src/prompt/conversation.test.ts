import { describe, expect, it } from "vitest";
import { charsOf, conversationFor, holdsImages } from "./conversation.ts";

const image = { type: "image", url: "https://example.com/cat.png" } as const;

describe("a conversation", () => {
  it("is passed on as it is when the agent has no instructions of its own", () => {
    const messages = [{ role: "user", content: "Hi" }] as const;
    expect(conversationFor(undefined, messages)).toBe(messages);
  });

  it("has as many characters as its texts and tool calls", () => {
    expect(
      charsOf([
        { role: "system", content: "1234" },
        { role: "user", content: [{ type: "text", text: "12345" }, image] },
        { role: "assistant", content: "1", toolCalls: [{ id: "call_1", name: "look", arguments: "{}" }] },
        { role: "tool", toolCallId: "call_1", content: "123" },
      ]),
    ).toBe(4 + 5 + 1 + 6 + 3);
  });

  it("holds images only if a part is one", () => {
    expect(holdsImages([{ role: "user", content: "image" }])).toBe(false);
    expect(holdsImages([{ role: "user", content: [{ type: "text", text: "image" }] }])).toBe(false);
    expect(holdsImages([{ role: "user", content: [image] }])).toBe(true);
  });
});
