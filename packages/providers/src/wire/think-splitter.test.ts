import { describe, expect, test } from "vitest";
import { createThinkSplitter, type ThinkSplitter } from "./think-splitter.ts";
import { omitsOpeningTag } from "./thought-tags.ts";

function split(...contents: readonly string[]): [reasoning: string, text: string] {
  return join(createThinkSplitter(), contents);
}
function join(splitter: ThinkSplitter, contents: readonly string[]): [reasoning: string, text: string] {
  const pieces = [...contents.flatMap((content) => splitter.push(content)), ...splitter.end()];
  const of = (kind: string): string => pieces.map((piece) => (piece.kind === kind ? piece.text : "")).join("");
  return [of("reasoning"), of("text")];
}

test.each<[string, [string, string]]>([
  ["<think>a < b</think>\n\nText", ["a < b", "Text"]],
  ["\n<think>\nhm</think>Text with </think> in it", ["\nhm", "Text with </think> in it"]],
  ["◁think▷a◁/think▷b", ["a", "b"]],
  ["[THINK]a [b] c[/THINK]Text [THINK]", ["a [b] c", "Text [THINK]"]],
  ["<thought>a</thought>\nb", ["a", "b"]],
  ["<thinking>a</think></thinking>b", ["a</think>", "b"]],
  ["<reasoning>a</reasoning>b", ["a", "b"]],
  ["<seed:think>a</seed:think>b", ["a", "b"]],
  ["<|channel>thought\na<channel|>b", ["\na", "b"]],
  ["<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>b <|END|> c<|END_RESPONSE|>", ["a", "b <|END|> c"]],
  ["<|START_THINKING|>a<|END_THINKING|>b", ["a", "b"]],
  ["<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b", ["a", "b"]],
  ["<|start|>assistant<|channel|>analysis<|message|>a<|channel|>final<|message|>b<|return|>", ["a", "b"]],
  ["<|channel|>analysis<|message|>a<|end|>\n<|channel|>commentary<|message|>b<|end|>c", ["ab", "c"]],
  ["<|channel|>final <|constrain|>json<|message|>{}<|end|>", ["", "{}"]],
  ["<|channel|>final<|message|>a <|end|> mark and <|channel|>", ["", "a <|end|> mark and <|channel|>"]],
  [
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary to=functions.vote <|message|>{}<|call|>",
    ["a", "<|channel|>commentary to=functions.vote <|message|>{}<|call|>"],
  ],
  ["<|channel|>analysis<|message|>never ended <|en", ["never ended <|en", ""]],
  ["<|channel|>unfinished", ["", "<|channel|>unfinished"]],
  [`<|channel|>${"long ".repeat(50)}`, ["", `<|channel|>${"long ".repeat(50)}`]],
  ["<|channel|> is a mark of gpt-oss", ["", "<|channel|> is a mark of gpt-oss"]],
  ["Say <think> out loud", ["", "Say <think> out loud"]],
  ["<thinking is hard>", ["", "<thinking is hard>"]],
  ["<think>never closed </thin", ["never closed </thin", ""]],
  ["<think></think>", ["", ""]],
  ["<thi", ["", "<thi"]],
  ["  plain", ["", "  plain"]],
  [" \n <thi", ["", " \n <thi"]],
  ["   ", ["", "   "]],
  ["", ["", ""]],
])("%j, whole and one character at a time", (content, expected) => {
  expect(split(content)).toEqual(expected);
  expect(split(...Array.from(content))).toEqual(expected);
});

test("text is not held back longer than needed", () => {
  const splitter = createThinkSplitter();
  expect(splitter.push("Hi")).toEqual([{ kind: "text", text: "Hi" }]);
  expect(splitter.push(" <think>")).toEqual([{ kind: "text", text: " <think>" }]);
});

describe("a model that may leave the opening tag out", () => {
  const bare = (...contents: readonly string[]): [string, string] => join(createThinkSplitter(true), contents);
  test.each<[string, [string, string]]>([
    ["hm, hm</think>\n\nText with </think>", ["hm, hm", "Text with </think>"]],
    ["hm◁/think▷Text", ["hm", "Text"]],
    ["<think>hm</think>Text", ["hm", "Text"]],
    ["No thoughts at all", ["", "No thoughts at all"]],
    ["</think>Text", ["", "Text"]],
  ])("%j, whole and one character at a time", (content, expected) => {
    expect(bare(content)).toEqual(expected);
    expect(bare(...Array.from(content))).toEqual(expected);
  });
  test("is read whole from very many pieces", () => {
    const pieces = Array.from({ length: 250_000 }, () => "word");
    const [reasoning, text] = join(createThinkSplitter(true), [...pieces, "</think>", "Text"]);
    expect([reasoning.length, text]).toEqual([1_000_000, "Text"]);
  });
  test("where thoughts come by themselves the content is text, at once", () => {
    const splitter = createThinkSplitter(true);
    expect(splitter.push("a")).toEqual([]);
    expect(splitter.plain()).toEqual([{ kind: "text", text: "a" }]);
    expect(splitter.push("b </think>")).toEqual([{ kind: "text", text: "b </think>" }]);
  });
  test.each([
    ["deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", true],
    ["Qwen/QwQ-32B", true],
    ["Qwen/Qwen3-235B-A22B-Thinking-2507", true],
    ["qwen3-max", false],
    ["deepseek-chat", false],
  ])("%s: %s", (model, expected) => expect(omitsOpeningTag(model)).toBe(expected));
});

test("tags cut into two pieces at every position", () => {
  const content = "<think>a < b</think>\n\nText";
  for (let at = 0; at <= content.length; at += 1) {
    expect(split(content.slice(0, at), content.slice(at))).toEqual(["a < b", "Text"]);
  }
});
