import { describe, expect, it } from "vitest";
import { agree, canonicalJson, largestAgreement } from "./agreement.ts";
import type { Candidate } from "./candidate.ts";

function says(text: string, id = "a"): Candidate {
  return { id, agentId: id, version: 1, text, toolCalls: [], cut: false };
}

function calls(...toolCalls: readonly [name: string, args: string][]): Candidate {
  return { ...says(""), toolCalls: toolCalls.map(([name, args], i) => ({ id: `call_${i}`, name, arguments: args })) };
}

describe("two texts agree", () => {
  it.each([
    ["the same text", "Because of scattering.", "Because of scattering."],
    ["another Unicode form", "caf\u00e9", "cafe\u0301"],
    ["other line ends", "one\r\ntwo", "one\ntwo"],
    ["trailing blanks of lines", "one  \ntwo\t\nthree", "one\ntwo\nthree"],
    ["outer blank space", "\n\n  yes \n", "yes"],
    ["a number, by value", "42", "42.0"],
    ["a number with an exponent", "1e2", "100"],
    ["JSON with keys in another order and other spacing", '{"a": 1, "b": [true, null]}', '{"b":[true,null],"a":1.0}'],
    ["JSON with escapes", '"\\u0061"', '"a"'],
    ["zero and minus zero", "0", "-0"],
  ])("%s", (_, a, b) => {
    expect(agree(says(a), says(b))).toBe(true);
  });
});

describe("two texts disagree", () => {
  it.each([
    ["case", "Yes", "yes"],
    ["inner spacing", "a b", "a  b"],
    ["leading blanks of a line", "if x:\n  y", "if x:\ny"],
    ["blank lines between", "a\nb", "a\n\nb"],
    ["a code fence", "```\n1\n```", "1"],
    ["order in a JSON list", "[1,2]", "[2,1]"],
    ["a JSON string and its text", '"yes"', "yes"],
    ["a JSON number and a JSON string", "1", '"1"'],
    ["one part of a text being the same JSON", 'The answer: {"a":1}', 'The answer: {"a": 1}'],
    ["numbers that JavaScript cannot tell apart", "9007199254740993", "9007199254740992"],
    ["numbers beyond any range", "1e999", "2e999"],
  ])("%s", (_, a, b) => {
    expect(agree(says(a), says(b))).toBe(false);
  });
});

describe("tool calls agree", () => {
  it("when they are the same in the same order, by canonical arguments; ids and text beside them do not count", () => {
    const a = calls(["look", '{"x":1,"y":2}'], ["find", "{}"]);
    const b = { ...calls(["look", '{ "y": 2, "x": 1 }'], ["find", "{ }"]), text: "Let me look." };
    expect(agree(a, b)).toBe(true);
  });

  it.each([
    ["another order", calls(["look", "{}"], ["find", "{}"]), calls(["find", "{}"], ["look", "{}"])],
    ["another name", calls(["look", "{}"]), calls(["find", "{}"])],
    ["other arguments", calls(["look", '{"x":1}']), calls(["look", '{"x":2}'])],
    ["one more", calls(["look", "{}"]), calls(["look", "{}"], ["look", "{}"])],
    ["a text that looks like the call", calls(["look", "{}"]), says("look({})")],
  ])("not with %s", (_, a, b) => {
    expect(agree(a, b)).toBe(false);
  });
});

describe("canonicalJson", () => {
  it("sorts keys at every depth and has nothing to say about what is not JSON", () => {
    expect(canonicalJson('{"b":{"d":1,"c":2},"a":[]}')).toBe('{"a":[],"b":{"c":2,"d":1}}');
    expect(canonicalJson("{a: 1}")).toBeUndefined();
    expect(canonicalJson("")).toBeUndefined();
  });

  it("survives nesting that is too deep to walk", () => {
    const deep = "[".repeat(50_000) + "]".repeat(50_000);
    expect(agree(says(deep), says(deep))).toBe(true);
  });
});

describe("largestAgreement", () => {
  it("finds the largest group", () => {
    const group = largestAgreement([says("no", "a"), says("yes", "b"), says("yes ", "c")]);
    expect(group.map((candidate) => candidate.id)).toEqual(["b", "c"]);
  });

  it("compares long runs of blanks in linear time", () => {
    const blanks = " ".repeat(400_000);
    const group = largestAgreement([says(`a${blanks}b`, "a"), says(`a${blanks}b`, "b")]);
    expect(group).toHaveLength(2);
  });
});
