import { expect, test } from "vitest";
import { tailStart } from "./tail-start.ts";

test("a short text is its own tail", () => {
  expect(tailStart("a b c", 0)).toBe(0);
});

test("a tail moves seldom, and to the beginning of a line or a word", () => {
  let [text, start, moves] = ["", 0, 0];
  for (let at = 0; at < 4000; at += 1) {
    text += at % 30 === 29 ? "word\n" : "word ";
    const next = tailStart(text, start);
    if (next !== start) {
      moves += 1;
      expect(text[next - 1]).toBe("\n");
    }
    start = next;
    expect(text.length - start).toBeLessThanOrEqual(1600);
  }
  expect(moves).toBeLessThan(30);
  expect(tailStart("x".repeat(5000), 0)).toBe(4200);
});

test("a text that begins anew has its tail at its beginning", () => {
  expect(tailStart("new", 3000)).toBe(0);
});
