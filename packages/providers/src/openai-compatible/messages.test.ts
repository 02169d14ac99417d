import { describe, expect, test } from "vitest";
import type { Message } from "@massgen/core/model";
import { messagesOf } from "./messages.ts";

describe("Mistral's ids of tool calls: nine letters and digits", () => {
  const calls = (...ids: readonly string[]): Message[] => [
    { role: "assistant", content: "", toolCalls: ids.map((id) => ({ id, name: "f", arguments: "{}" })) },
    ...ids.map((id): Message => ({ role: "tool", toolCallId: id, content: "r" })),
  ];
  const idsIn = (messages: readonly Message[]): string[] => {
    const written = JSON.stringify(messagesOf(messages, { toolCallIds: "nine-alphanumerics" }));
    return [...written.matchAll(/"(?:id|tool_call_id)":"([^"]*)"/g)].map(([, id]) => id ?? "");
  };

  test("its own stay", () => expect(idsIn(calls("D681PevKs"))).toEqual(["D681PevKs", "D681PevKs"]));
  test("others are replaced, the same way for call and result", () => {
    const [first, second, ...results] = idsIn(calls("call_1", "chatcmpl-tool-2"));
    expect(results).toEqual([first, second]);
    expect(first).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(second).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(first).not.toBe(second);
  });
  test("never by one that is there already", () => {
    expect(new Set(idsIn(calls("call_1", "000000001", "call_2"))).size).toBe(3);
  });
  test("nobody else's are touched", () => {
    expect(JSON.stringify(messagesOf(calls("call_1"), {}))).toContain('"call_1"');
  });
});

describe("services that want turns to alternate", () => {
  const image = { type: "image", url: "https://example.com/cat.png" } as const;
  const conversation: readonly Message[] = [
    { role: "system", content: "Be brief." },
    { role: "system", content: "Answer in JSON." },
    { role: "user", content: "Hello." },
    { role: "assistant", content: "Hi." },
    { role: "user", content: [{ type: "text", text: "What is this?" }, image] },
    { role: "user", content: "Vote." },
    { role: "user", content: "Now." },
  ];
  test("get one message for several in a row of system or user", () => {
    expect(messagesOf(conversation, { alternatingTurns: true })).toEqual([
      { role: "system", content: "Be brief.\n\nAnswer in JSON." },
      { role: "user", content: "Hello." },
      { role: "assistant", content: "Hi." },
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: image.url } },
          { type: "text", text: "Vote." },
          { type: "text", text: "Now." },
        ],
      },
    ]);
  });
  test("texts become one text", () => {
    expect(messagesOf(conversation.slice(-2), { alternatingTurns: true })).toEqual([
      { role: "user", content: "Vote.\n\nNow." },
    ]);
  });
  test("nobody else's conversation is touched", () => {
    expect(messagesOf(conversation, {})).toHaveLength(conversation.length);
  });
});

describe("thinking before tool calls", () => {
  const owner = { provider: "deepseek", model: "m", field: "reasoning_content" } as const;
  const turn = (opaque: unknown): Message[] => [
    { role: "assistant", content: "", toolCalls: [{ id: "c", name: "f", arguments: "{}", opaque }] },
  ];
  const record = { ...owner, value: "hm" };
  test("goes back to the model that thought", () => {
    expect(messagesOf(turn(record), { reasoning: owner })).toMatchObject([{ reasoning_content: "hm" }]);
  });
  test.each([
    ["another model", { ...record, model: "n" }],
    ["another vendor", { ...record, provider: "moonshot" }],
    ["another field", { ...record, field: "reasoning_details" }],
    ["nobody", undefined],
  ])("not that of %s", (_name, opaque) => {
    expect(messagesOf(turn(opaque), { reasoning: owner })[0]).not.toHaveProperty("reasoning_content");
  });
  test("not where it is not wanted", () => {
    expect(messagesOf(turn(record), {})[0]).not.toHaveProperty("reasoning_content");
  });
});
