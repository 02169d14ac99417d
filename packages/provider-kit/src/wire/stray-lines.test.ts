import { expect, test } from "vitest";
import { createStrayLines } from "./stray-lines.ts";

function stray(...pieces: readonly string[]): string[] {
  const lines = createStrayLines();
  const found = pieces.flatMap((piece) => lines.push(piece).map(({ text }) => text));
  return [...found, lines.end()].filter((text) => text !== undefined);
}

test.each<[string, readonly string[]]>([
  ["data: {}\n\ndata: [DONE]\n\n", []],
  ['data: a\n\n{"error":{"message":"no"}}', ['{"error":{"message":"no"}}']],
  ['{"error":1}\ndata: [DONE]\n\n', ['{"error":1}']],
  ['data: a\n\n{\n  "error": {\n    "code": 500\n  }\n}\n\n', ['{\n  "error": {\n    "code": 500\n  }\n}\n\n']],
  ['{"status":1}\ndata: a\n\n{"error":1}\nevent: b\n\n{"error":2}', ['{"status":1}', '{"error":1}', '{"error":2}']],
  ['event: error\n{"detail":"a"}\nevent: end\ndata: b\n\n', ['{"detail":"a"}']],
  ['{"a":1}\ndata: b\n\n{"c":1}\nid: 1\n{"d":1}', ['{"a":1}', '{"c":1}', '{"d":1}']],
])("%j, whole and cut at every place", (text, expected) => {
  expect(stray(text)).toEqual(expected);
  for (let at = 0; at <= text.length; at += 1) {
    expect(stray(text.slice(0, at), text.slice(at))).toEqual(expected);
  }
  expect(stray(...Array.from(text))).toEqual(expected);
});

test("what is kept is bounded", () => {
  const found = stray("{", ...Array.from({ length: 1000 }, () => "x".repeat(1000)), "\ndata: a\n\n");
  expect(found[0]?.length).toBeLessThanOrEqual(64 * 1024);
});
