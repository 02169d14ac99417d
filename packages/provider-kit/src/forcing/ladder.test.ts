import { describe, expect, test } from "vitest";
import type { ChatRequest } from "@massgen/core/model";
import { createLadder, type Descent, type Ladder } from "./ladder.ts";
import { rungs, type Rung } from "./rung.ts";

const request: ChatRequest = {
  messages: [{ role: "user", content: "?" }],
  tools: [{ name: "vote" }],
  toolChoice: "required",
};
const again: ChatRequest = { ...request, retryOf: { problem: "p" } };
const refused = (message: string, status = 400) => ({ message, status });

function begin(ladder: Ladder, asked: ChatRequest = request): Descent {
  const descent = ladder.begin(asked);
  if (descent === undefined) throw new Error("nothing is forced");
  return descent;
}
type Reason = "stop" | "length" | "other" | "content-filter";
function reply(descent: Descent, called: boolean | "badly", reason: Reason = "stop"): void {
  const { take } = descent.answer(1);
  if (called !== false)
    take({ type: "tool-call", id: "c", name: "vote", arguments: called === true ? "{}" : "no JSON" });
  take({ type: "finish", reason });
}
const start = (ladder: Ladder, asked: ChatRequest = request): Rung => begin(ladder, asked).rung();

test.each<[string, Partial<ChatRequest>]>([
  ["no tools", { tools: [] }],
  ["a free choice", { toolChoice: "auto" }],
  ["no choice", { toolChoice: "none" }],
])("not for %s", (_name, part) => {
  expect(createLadder(rungs).begin({ ...request, ...part })).toBeUndefined();
});

test("a named tool is forced as well", () => {
  expect(start(createLadder(rungs), { ...request, toolChoice: { name: "vote" } })).toBe("forced");
});

describe("rejected", () => {
  test("down within the call, remembered for the next one", () => {
    const ladder = createLadder(rungs);
    const descent = begin(ladder);
    const seen: Rung[] = [];
    for (const message of [
      "tool_choice 'required' is incompatible with thinking enabled",
      "tool_choice is not supported",
      "this model does not support tools",
      "response_format is not supported",
    ]) {
      expect(descent.rejected(refused(message))).toBe(true);
      seen.push(descent.rung());
    }
    expect(seen).toEqual(["without-thinking", "instructed", "schema", "text"]);
    expect(descent.rejected(refused("tools, tool_choice, response_format: not supported"))).toBe(false);
    expect(start(ladder)).toBe("text");
  });
  test("rungs that the vendor does not have are passed over", () => {
    const descent = begin(createLadder(["forced", "schema"]));
    descent.rejected(refused("Thinking mode does not support this tool_choice"));
    expect(descent.rung()).toBe("schema");
  });
  test("for another reason: stays", () => {
    const ladder = createLadder(rungs);
    expect(begin(ladder).rejected(refused("messages must not be empty"))).toBe(false);
    expect(start(ladder)).toBe("forced");
  });
  test.each([
    "Invalid schema for function call 'look': 'type' is a required property",
    "messages with role 'tool' must be a response to a preceding message with 'tool_calls'",
    "tools[0].function.name: string does not match the pattern",
  ])("for what this request holds: down, and others begin above (%s)", (message) => {
    const ladder = createLadder(rungs);
    const turns = { ...request, messages: [{ role: "tool", toolCallId: "c", content: "" } as const] };
    const descent = begin(ladder, turns);
    expect(descent.rejected(refused(message))).toBe(true);
    expect(descent.rung()).toBe("instructed");
    expect(start(ladder, { ...request, tools: [{ name: "other" }] })).toBe("forced");
    expect(start(ladder, turns)).toBe("instructed");
  });
  test("a repetition's misfortune does not close what lies above it", () => {
    const ladder = createLadder(["forced", "schema"]);
    reply(begin(ladder), true);
    const repetition = begin(ladder, again);
    repetition.rejected(refused("response_format is not supported"));
    expect(repetition.rung()).toBe("text");
    expect(start(ladder)).toBe("forced");
    expect(start(ladder, again)).toBe("text");
  });
  test("calls side by side come to the same rung", () => {
    const ladder = createLadder(rungs);
    const both = [begin(ladder), begin(ladder)];
    for (const descent of both) descent.rejected(refused("tool_choice is not supported"));
    expect(both.map((descent) => descent.rung())).toEqual(["instructed", "instructed"]);
  });
});

describe("a reply without a call", () => {
  test("shows that the force has no effect: the next call is instructed", () => {
    const ladder = createLadder(rungs);
    reply(begin(ladder), false);
    expect(start(ladder)).toBe("instructed");
  });
  test("of a service that ignores choices: straight to the schema", () => {
    const ladder = createLadder(["forced", "schema"]);
    reply(begin(ladder), false);
    expect(start(ladder)).toBe("schema");
  });
  test("shows nothing when it was filtered", () => {
    const ladder = createLadder(rungs);
    for (let count = 0; count < 3; count += 1) reply(begin(ladder), false, "content-filter");
    expect(start(ladder)).toBe("forced");
  });
  test("to a free choice is a whim once, a habit twice in a row; a schema is no different", () => {
    const ladder = createLadder(["instructed", "schema"]);
    for (const called of [false, true, false]) reply(begin(ladder), called);
    expect(start(ladder)).toBe("instructed");
    reply(begin(ladder), false);
    for (const called of [false, true, false]) {
      expect(start(ladder)).toBe("schema");
      reply(begin(ladder), called);
    }
    reply(begin(ladder), false);
    expect(start(ladder)).toBe("text");
  });
  test("on the lowest rung twice in a row: all but what was rejected is tried again", () => {
    const ladder = createLadder(["forced", "schema"]);
    const descent = begin(ladder);
    descent.rejected(refused("tool_choice is not supported"));
    for (let count = 0; count < 2; count += 1) reply(begin(ladder), false);
    expect(start(ladder)).toBe("text");
    for (let count = 0; count < 2; count += 1) reply(begin(ladder), false);
    expect(start(ladder)).toBe("schema");
  });
});

describe("a reply that is like a call, and no use", () => {
  test.each<[string, boolean | "badly", Reason]>([
    ["bad arguments", "badly", "stop"],
    ["a cut reply", false, "length"],
    ["a malformed call", false, "other"],
  ])("%s: twice in a row, and tools are no way to ask any more", (_name, called, reason) => {
    const ladder = createLadder(rungs);
    for (const one of [called, true, called] as const) reply(begin(ladder), one, one === true ? "stop" : reason);
    expect(start(ladder)).toBe("forced");
    reply(begin(ladder), called, reason);
    expect(start(ladder)).toBe("schema");
  });
  test("the question and its repetition are two", () => {
    const ladder = createLadder(rungs);
    reply(begin(ladder), false, "other");
    const repetition = begin(ladder, again);
    expect(repetition.rung()).toBe("schema");
    reply(repetition, false);
    expect(start(ladder)).toBe("schema");
  });
  test("so are they where the repetition was of use: the next question starts there", () => {
    const ladder = createLadder(rungs);
    reply(begin(ladder), false, "other");
    reply(begin(ladder, again), true);
    expect(start(ladder)).toBe("schema");
  });
  test("not where another call on the first rung was of use meanwhile", () => {
    const ladder = createLadder(rungs);
    reply(begin(ladder), false, "other");
    const repetition = begin(ladder, again);
    reply(begin(ladder), true);
    reply(repetition, true);
    expect(start(ladder)).toBe("forced");
  });
});

describe("retryOf", () => {
  test("lowers by one rung, and not what comes after", () => {
    const ladder = createLadder(rungs);
    reply(begin(ladder), true);
    expect(start(ladder, again)).toBe("without-thinking");
    expect(start(ladder)).toBe("forced");
  });
  test("stays where the reply was well-formed", () => {
    const ladder = createLadder(rungs);
    reply(begin(ladder), true);
    expect(start(ladder, { ...request, retryOf: { problem: "p", wellFormed: true } })).toBe("forced");
  });
  test("a reply without a call lowers it once, not twice", () => {
    const ladder = createLadder(rungs);
    reply(begin(ladder), false);
    expect(start(ladder, again)).toBe("instructed");
  });
  test("counts from the rung that a rejection led to", () => {
    const ladder = createLadder(rungs);
    const descent = begin(ladder);
    descent.rejected(refused("tool_choice is not supported"));
    reply(descent, true);
    expect(start(ladder, again)).toBe("schema");
  });
});
