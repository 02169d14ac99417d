import { expect, test } from "vitest";
import { marksOf } from "./marks.ts";

test.each([
  [
    ["ada", "bob", "cyd"],
    ["A", "B", "C"],
  ],
  [
    ["agent1", "agent2", "bob"],
    ["A1", "A2", "B"],
  ],
  [
    ["research-agent", "review-agent"],
    ["1", "2"],
  ],
  [
    ["élan", "🦊"],
    ["É", "🦊"],
  ],
])("%j", (ids, marks) => {
  expect([...marksOf(ids).values()]).toEqual(marks);
});
