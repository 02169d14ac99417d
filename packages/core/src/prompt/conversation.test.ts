import { describe, expect, it } from "vitest";
import { conversationFor, holdsImages } from "./conversation.ts";

const image = { type: "image", url: "https://example.com/cat.png" } as const;

describe("a conversation", () => {
  it("is passed on as it is when the agent has no instructions of its own", () => {
    const messages = [{ role: "user", content: "Hi" }] as const;
    expect(conversationFor(undefined, messages)).toBe(messages);
  });

  it("holds images only if a part is one", () => {
    expect(holdsImages([{ role: "user", content: "image" }])).toBe(false);
    expect(holdsImages([{ role: "user", content: [{ type: "text", text: "image" }] }])).toBe(false);
    expect(holdsImages([{ role: "user", content: [image] }])).toBe(true);
  });
});
