import { expect, test } from "vitest";
import { createThinkSplitter } from "./think-splitter.ts";

function split(...contents: readonly string[]): [reasoning: string, text: string] {
  const splitter = createThinkSplitter();
  const pieces = [...contents.flatMap((content) => splitter.push(content)), ...splitter.end()];
  const join = (kind: string): string => pieces.map((piece) => (piece.kind === kind ? piece.text : "")).join("");
  return [join("reasoning"), join("text")];
}

test.each<[string, [string, string]]>([
  ["<think>a < b</think>\n\nText", ["a < b", "Text"]],
  ["\n<think>\nhm</think>Text with </think> in it", ["\nhm", "Text with </think> in it"]],
  ["◁think▷a◁/think▷b", ["a", "b"]],
  ["Say <think> out loud", ["", "Say <think> out loud"]],
  ["<thinking is hard>", ["", "<thinking is hard>"]],
  ["<think>never closed </thin", ["never closed </thin", ""]],
  ["<think></think>", ["", ""]],
  ["<thi", ["", "<thi"]],
  ["  plain", ["", "  plain"]],
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
