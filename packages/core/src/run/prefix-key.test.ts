import { describe, expect, it } from "vitest";
import type { Message } from "../model/message.ts";
import { prefixKey, threadOf } from "./prefix-key.ts";

const system: Message = { role: "system", content: "Be brief." };
const user: Message = { role: "user", content: "Hi" };
const more: readonly Message[] = [
  { role: "assistant", content: "Hello" },
  { role: "user", content: "And?" },
];

describe("the thread of a conversation", () => {
  it("is known by its beginning", () => {
    const thread = threadOf({ messages: [system, user] });
    expect(threadOf({ messages: [system, user, ...more] })).toBe(thread);
    expect(threadOf({ messages: [system, { ...user, content: "Ho" }] })).not.toBe(thread);
    expect(threadOf({ messages: [{ ...system, content: "" }, user] })).not.toBe(thread);
    expect(threadOf({ messages: [] })).toBe(threadOf({ messages: [] }));
  });
  it("is known by the client's key, where there is one", () => {
    const thread = threadOf({ cacheKey: "a", messages: [user] });
    expect(threadOf({ cacheKey: "a", messages: more })).toBe(thread);
    expect(threadOf({ cacheKey: "b", messages: [user] })).not.toBe(thread);
  });
  it("is the same wherever the client has its marks, and whatever a provider keeps with a call", () => {
    const thread = threadOf({ messages: [user] });
    expect(threadOf({ messages: [{ ...user, cacheFor: "5m" }] })).toBe(thread);
    const opaque: { self?: unknown; big: bigint } = { big: 1n };
    opaque.self = opaque;
    const call = { id: "t", name: "look", arguments: "{}" };
    const called: Message = { role: "assistant", content: "", toolCalls: [call] };
    const kept: Message = { ...called, toolCalls: [{ ...call, opaque }] };
    expect(threadOf({ messages: [kept] })).toBe(threadOf({ messages: [called] }));
  });
});

it("has a key for each agent and purpose, which every service takes", () => {
  const thread = threadOf({ messages: [user] });
  const draft = { phase: "draft", solo: false } as const;
  const ballot = { phase: "ballot", round: 1, candidates: [], revisable: true } as const;
  const keys = ["a", "b", "é ".repeat(99)].flatMap((id) => [draft, ballot].map((p) => prefixKey(thread, id, p)));
  expect(new Set(keys).size).toBe(6);
  for (const key of keys) expect(key).toMatch(/^[a-z\d-]{1,64}$/);
  const presentation = {
    phase: "presentation",
    candidates: [],
    winner: "",
    outcome: "tied",
    tied: [],
    votes: [],
  } as const;
  expect(prefixKey(thread, "a", presentation)).toBe(prefixKey(thread, "a", draft));
});
