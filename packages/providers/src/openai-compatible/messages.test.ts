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
