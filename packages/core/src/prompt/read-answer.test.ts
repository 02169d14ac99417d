import { describe, expect, it } from "vitest";
import type { ToolCall } from "../model/message.ts";
import type { FinishReason } from "../model/model-event.ts";
import type { AnswerRules } from "./answer-rules.ts";
import { readAnswer } from "./read-answer.ts";

const rules: AnswerRules = {
  tools: [{ name: "look" }, { name: "find" }],
  toolChoice: "auto",
  parallelToolCalls: true,
  takenIds: new Set(["call_1"]),
  newId: (purpose) => `new ${purpose}`,
};
const call = (name: string, args = "{}"): ToolCall => ({ id: `call_${name}`, name, arguments: args });

const readBy =
  (changes: Partial<AnswerRules>) =>
  (text: string, finishReason: FinishReason, ...toolCalls: readonly ToolCall[]) =>
    readAnswer({ text, toolCalls, finishReason }, { ...rules, ...changes }, "call-1");
const read = readBy({});

describe("an answer", () => {
  it.each([
    ["stop", "stop"],
    ["tool-calls", "stop"],
    ["length", "length"],
  ] as const)("of text that ends with %s ends with %s", (reason, read_) => {
    expect(read("yes", reason)).toEqual({ text: "yes", toolCalls: [], finishReason: read_ });
  });

  it.each(["stop", "tool-calls"] as const)("with calls ends in tool-calls, also when the model says %s", (reason) => {
    expect(read("", reason, call("look"))).toEqual({
      text: "",
      toolCalls: [call("look")],
      finishReason: "tool-calls",
    });
  });

  it("loses calls of tools that nobody offered", () => {
    expect(read("", "tool-calls", call("hack"), call("look"))).toMatchObject({ toolCalls: [call("look")] });
    expect(read("text", "tool-calls", call("hack"))).toEqual({ text: "text", toolCalls: [], finishReason: "stop" });
  });

  it("keeps what the provider needs back", () => {
    const signed = { ...call("look"), opaque: { signature: "s" } };
    expect(read("", "tool-calls", signed).toolCalls).toEqual([signed]);
  });
});

describe("no answer", () => {
  it("is one whose end is no end: what there is of it is never passed off as whole", () => {
    for (const read_ of [read("The answer is forty-", "other"), read("", "other", call("look"))]) {
      expect(read_).toMatchObject({ finishReason: "other", problem: expect.stringContaining("does not end") });
    }
  });

  it.each([
    ["nothing", read("", "stop"), "the model returned an empty answer"],
    ["blanks", read(" \n\t", "stop"), "the model returned an empty answer"],
    ["nothing before the limit", read("", "length"), "the model reached its output limit before it wrote any answer"],
    [
      "only unknown tools",
      read("", "tool-calls", call("hack")),
      "the model called only tools that were not offered (hack)",
    ],
    ["a filtered text", read("par", "content-filter"), "the provider's content filter stopped the answer"],
    ["a filtered call", read("", "content-filter", call("look")), "the provider's content filter stopped the answer"],
  ])("%s", (_, reply, problem) => {
    expect(reply.problem).toBe(problem);
  });

  it("keeps the reason of a filtered one", () => {
    expect(read("par", "content-filter").finishReason).toBe("content-filter");
  });

  it("shows no more than the beginning of a tool's name", () => {
    expect(read("", "stop", call("x".repeat(500))).problem?.length).toBeLessThan(130);
  });
});

describe("what the request says of tools", () => {
  it("none: no call goes on, and calls alone are no answer", () => {
    const read = readBy({ toolChoice: "none" });
    expect(read("yes", "tool-calls", call("look"))).toEqual({ text: "yes", toolCalls: [], finishReason: "stop" });
    expect(read("", "tool-calls", call("look"))).toMatchObject({
      toolCalls: [],
      problem: "the model only called tools, and the request allows no call",
    });
  });

  it("required: a text alone is no answer", () => {
    const read = readBy({ toolChoice: "required" });
    expect(read("", "stop", call("look"))).toMatchObject({ toolCalls: [call("look")] });
    expect(read("yes", "stop").problem).toBe("the request demands a call of a tool, and the answer has none");
    expect(read("yes", "stop", call("hack")).problem).toContain("(it called hack)");
  });

  it("a name: only that tool, and without it there is no answer", () => {
    const read = readBy({ toolChoice: { name: "find" } });
    expect(read("", "stop", call("look"), call("find"))).toMatchObject({ toolCalls: [call("find")] });
    expect(read("yes", "stop", call("look")).problem).toContain("demands a call of `find`");
  });

  it("no parallel calls: the first that may go on does", () => {
    const read = readBy({ parallelToolCalls: false });
    expect(read("", "stop", call("hack"), call("look"), call("find", "broken")).toolCalls).toEqual([call("look")]);
  });
});

describe("the arguments of a call", () => {
  it.each(["", "  ", "null"])("that are not there become an empty object", (args) => {
    expect(read("", "stop", call("look", args)).toolCalls).toEqual([call("look", "{}")]);
  });

  it.each(["{", "[]", "42", "NULL", '"{}"'])("go on as they are or not at all: %s", (args) => {
    const reply = read("text beside it", "stop", call("find"), call("look", args));
    expect(reply).toMatchObject({ toolCalls: [], problem: "the arguments of `look` are not a JSON object" });
  });

  it("do not matter when the tool may not be called", () => {
    expect(read("yes", "stop", call("hack", "{")).problem).toBeUndefined();
  });
});

describe("the ids of calls", () => {
  const idsOf = (...ids: readonly string[]) =>
    read("", "stop", ...ids.map((id) => ({ ...call("look"), id }))).toolCalls.map(({ id }) => id);

  it("stay where they are good", () => {
    expect(idsOf("a", "b")).toEqual(["a", "b"]);
  });

  it.each([
    ["missing", ["", ""]],
    ["repeated", ["a", "a", "a"]],
    ["in the conversation already", ["call_1", "b"]],
  ])("are new where they are %s", (_, given) => {
    const ids = idsOf(...given);
    expect(new Set([...ids, "call_1", ""]).size).toBe(ids.length + 2);
  });

  it("differ between calls of models", () => {
    const missing = { ...call("look"), id: "" };
    const ids = ["call-1", "call-2"].map(
      (callId) => readAnswer({ text: "", toolCalls: [missing], finishReason: "stop" }, rules, callId).toolCalls[0]?.id,
    );
    expect(new Set(ids).size).toBe(2);
  });
});

describe("an answer in a format", () => {
  const read = readBy({
    format: (text) => (text === "[fits]" ? { text: "fits" } : { text, violation: "it does not fit" }),
  });

  it("goes on bare", () => {
    expect(read("[fits]", "stop")).toEqual({ text: "fits", toolCalls: [], finishReason: "stop" });
  });

  it("that does not keep it says so", () => {
    expect(read("no", "length")).toEqual({
      text: "no",
      toolCalls: [],
      finishReason: "length",
      violation: "it does not fit",
    });
  });

  it("is bound to none when it calls tools, and when it is no answer", () => {
    expect(read("no", "stop", call("look"))).not.toHaveProperty("violation");
    expect(read("", "stop")).not.toHaveProperty("violation");
  });
});
