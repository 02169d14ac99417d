import { expect, test } from "vitest";
import type { ChatRequest } from "@massgen/core/model";
import { salvagedFrom } from "./salvage.ts";

const request: ChatRequest = {
  messages: [],
  tools: [{ name: "vote" }],
  toolChoice: "required",
  parallelToolCalls: false,
};
function salvage(generated: string, part: Partial<ChatRequest> = {}, spoke = false): unknown {
  const failure = { message: "m", status: 400, kinds: ["tool_use_failed"], generated };
  return salvagedFrom(failure, { ...request, ...part }, 3, spoke);
}
const call = { type: "tool-call", id: "call_3", name: "vote", arguments: '{"agent_id":"agent1"}' };
const called = { events: [call], reason: "tool-calls" };
const said = (text: string): unknown => ({ events: [{ type: "text-delta", text }], reason: "stop" });

test.each([
  ['{"name": "vote", "arguments": {\n "agent_id": "agent1"\n}}'],
  ['<function=vote>{"agent_id":"agent1"}</function>'],
  ['[{"name":"vote","parameters":{"agent_id":"agent1"}}]'],
  [
    '<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>commentary to=functions.vote<|message|>{"agent_id":"agent1"}',
  ],
  [
    '<think>{"name":"vote","arguments":{"agent_id":"agent2"}}?</think>{"name":"vote","arguments":{"agent_id":"agent1"}}',
  ],
])("a call: %s", (generated) => expect(salvage(generated)).toEqual(called));

test("words, without the thoughts before them", () => {
  expect(salvage("maybe")).toEqual(said("maybe"));
  expect(salvage("<think>hm</think>maybe")).toEqual(said("maybe"));
  expect(
    salvage("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>maybe<|return|>"),
  ).toEqual(said("maybe"));
  expect(salvage("maybe", { toolChoice: "auto" })).toEqual(said("maybe"));
});
test("words that were streamed already are not said twice", () => {
  expect(salvage("maybe", {}, true)).toEqual({ events: [], reason: "stop" });
});
test("nothing usable: an empty answer to who wants a call and nothing else", () => {
  for (const nothing of ["", " ", "<|channel|>analysis<|message|>hm"]) {
    expect(salvage(nothing)).toEqual({ events: [], reason: "stop" });
    expect(salvage(nothing, { toolChoice: { name: "vote" } })).toEqual({ events: [], reason: "stop" });
    expect(salvage(nothing, { toolChoice: "auto" })).toBeUndefined();
    expect(salvage(nothing, { toolChoice: "none" })).toBeUndefined();
  }
  const unquoted = { message: "m", status: 400, kinds: ["tool_use_failed"] };
  expect(salvagedFrom(unquoted, request, 1, false)).toEqual({ events: [], reason: "stop" });
});
test("a call where none may be made is none", () => {
  const written = '{"name":"vote","arguments":{"agent_id":"agent1"}}';
  expect(salvage(written, { toolChoice: "auto" })).toEqual(called);
  expect(salvage(written, { toolChoice: "none" })).toBeUndefined();
  expect(salvage("maybe", { toolChoice: "none" })).toEqual(said("maybe"));
});
test("no salvage", () => {
  expect(salvage("maybe", { tools: [] })).toBeUndefined();
  expect(salvagedFrom({ message: "m", kinds: ["other"], generated: "maybe" }, request, 1, false)).toBeUndefined();
});
