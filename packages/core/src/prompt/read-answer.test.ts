import { describe, expect, it } from "vitest";
import type { ToolCall } from "../model/message.ts";
import type { FinishReason } from "../model/model-event.ts";
import { readAnswer } from "./read-answer.ts";

const tools = [{ name: "look" }];
const call = (name: string): ToolCall => ({ id: `call_${name}`, name, arguments: "{}" });

const read = (text: string, finishReason: FinishReason, ...toolCalls: readonly ToolCall[]) =>
  readAnswer({ text, toolCalls, finishReason }, tools);

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
