import { expect, it } from "vitest";
import type { Message } from "../model/message.ts";
import type { RunRequest } from "../run-request.ts";
import { drawSeedOf } from "./draw-seed.ts";

const call = (id: string, json: string): Message => ({
  role: "assistant",
  content: "",
  toolCalls: [{ id, name: "look", arguments: json }],
});
const result = (toolCallId: string): Message => ({ role: "tool", toolCallId, name: "look", content: "blue" });
const question: Message = { role: "user", content: "Why?" };
const image = { type: "image", url: "https://x.example/1.png" } as const;
const tool = { name: "look", description: "Looks.", parameters: { type: "object", properties: { at: {} } } };
const schema = { type: "object" } as const;

const base: RunRequest = { messages: [question] };
const agentLoop: RunRequest = {
  messages: [question, call("c1", '{"at": 1, "b": "x"}'), result("c1")],
  tools: [tool],
};

it.each<[string, RunRequest, RunRequest]>([
  ["how it is delivered", base, { ...base, delivery: "whole", deadlineMs: 5, runId: "r" }],
  [
    "what is said by default",
    base,
    { ...base, tools: [], toolChoice: "auto", responseFormat: { type: "text" }, sampling: {} },
  ],
  ["a choice among no tools", base, { ...base, toolChoice: "none", parallelToolCalls: false }],
  ["text as a part", base, { messages: [{ role: "user", content: [{ type: "text", text: "Why?" }] }] }],
  [
    "the ids of calls",
    agentLoop,
    { ...agentLoop, messages: [question, call("x", '{"at": 1, "b": "x"}'), result("x")] },
  ],
  [
    "blanks in arguments",
    agentLoop,
    { ...agentLoop, messages: [question, call("c1", '{"at":1,"b":"x"}'), result("c1")] },
  ],
  [
    "the order of a schema's keys",
    agentLoop,
    { ...agentLoop, tools: [{ ...tool, parameters: { properties: { at: {} }, type: "object" } }] },
  ],
  [
    "the name of a format, which only some APIs have",
    { ...base, responseFormat: { type: "json-schema", name: "a", schema } },
    { ...base, responseFormat: { type: "json-schema", name: "b", schema, strict: true } },
  ],
  ["anything else, once there is a seed", { ...base, sampling: { seed: 1 } }, { ...agentLoop, sampling: { seed: 1 } }],
])("%s does not matter", (_, one, other) => {
  expect(drawSeedOf(other)).toBe(drawSeedOf(one));
});

it("anything that is asked for matters", () => {
  const requests: readonly RunRequest[] = [
    base,
    { messages: [{ role: "user", content: "Why?\n" }] },
    { messages: [{ role: "system", content: "Why?" }] },
    { messages: [question, question] },
    { messages: [{ role: "user", content: [image] }] },
    { messages: [{ role: "user", content: [{ ...image, detail: "high" }] }] },
    { messages: [{ role: "user", content: [{ ...image, url: "https://x.example/2.png" }] }] },
    agentLoop,
    { ...agentLoop, toolChoice: "required" },
    { ...agentLoop, toolChoice: { name: "look" } },
    { ...agentLoop, parallelToolCalls: false },
    { ...agentLoop, tools: [{ ...tool, description: "Sees." }] },
    { ...agentLoop, messages: [question, call("c1", "{}"), result("c1")] },
    { ...agentLoop, messages: [question, call("c1", "{"), result("c1")] },
    { ...base, tools: [tool] },
    { ...base, responseFormat: { type: "json-object" } },
    { ...base, responseFormat: { type: "json-schema", name: "a", schema } },
    { ...base, sampling: { temperature: 0 } },
    { ...base, sampling: { temperature: 1 } },
    { ...base, sampling: { seed: 0 } },
    { ...base, sampling: { seed: 1 } },
  ];
  expect(new Set(requests.map(drawSeedOf)).size).toBe(requests.length);
});

it("takes arguments of any depth and length, and keys of any name", () => {
  const odd = ["[".repeat(200_000) + "]".repeat(200_000), `["${"x".repeat(2_000_000)}"]`, '{"__proto__": 1}'];
  const seeds = odd.map((json) => drawSeedOf({ messages: [question, call("c1", json), result("c1")] }));
  expect(new Set(seeds).size).toBe(odd.length);
});
