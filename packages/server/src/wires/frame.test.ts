import { expect, test } from "vitest";
import { dataFrame } from "./frame.ts";

test.each([
  ["line breaks", "a\n\nb\r\nc\rd"],
  ["a forged frame", "\n\ndata: [DONE]\n\n"],
  ["a forged comment", "\n: keep-alive\n"],
  ["Unicode separators", "a\u2028b\u2029c\u0085d"],
  ["lone surrogates", "\ud83d x \ude00"],
  ["everything else", "\u0000\u000b\u000c\u001f\ufeff\u200f😀 \\ \" '"],
])("%s: one data line that reads back as it was", (_name, text) => {
  const frame = dataFrame({ text });
  expect(frame).toMatch(/^data: [^\n\r\v\f\u0085\u2028\u2029]*\n\n$/);
  expect(frame.isWellFormed()).toBe(true);
  expect(JSON.parse(frame.slice(6))).toEqual({ text });
});
