import { expect, test } from "vitest";
import { mostCalls } from "../wire/call-number.ts";
import { OversizedAnswer } from "../wire/oversized-answer.ts";
import { createToolCallCollector } from "./tool-call-collector.ts";

function collect(entries: readonly object[], cut = false): string[] {
  const calls = createToolCallCollector(4);
  for (const entry of entries) calls.add(entry);
  return calls.end(cut).map(({ call }) => `${call.id} ${call.name} ${call.arguments}`);
}
const fn = (name: string | undefined, text?: unknown): object => ({ function: { name, arguments: text } });

test.each<[string, readonly object[], readonly string[]]>([
  [
    "by index, from 1, interleaved",
    [
      { index: 1, id: "a", ...fn("f", "[") },
      { index: 2, id: "b", ...fn("g", "{") },
      { index: 1, ...fn(undefined, "]") },
      { index: 2, ...fn("", "}") },
    ],
    ["a f []", "b g {}"],
  ],
  [
    "all under index 0",
    [
      { index: 0, id: "a", ...fn("f", "{}") },
      { index: 0, id: "b", ...fn("f", "[]") },
    ],
    ["a f {}", "b f []"],
  ],
  [
    "an id that changes on the way",
    [
      { index: 0, id: "a", ...fn("f", "[") },
      { index: 0, id: "z", ...fn("", "]") },
    ],
    ["a f []"],
  ],
  [
    "by id",
    [
      { id: "a", ...fn("f", "[") },
      { id: "b", ...fn("g", "1") },
      { id: "a", ...fn("", "]") },
    ],
    ["a f []", "b g 1"],
  ],
  [
    "by position",
    [fn("f", '{"a"'), fn("f", ":1}"), fn("f", "{}"), fn("g", "["), fn(undefined, "]")],
    ['call_4 f {"a":1}', "call_5 f {}", "call_6 g []"],
  ],
  [
    "the same id twice",
    [
      { index: 0, id: "a", ...fn("f", "1") },
      { index: 1, id: "a", ...fn("g", "2") },
    ],
    ["a f 1", "call_5 g 2"],
  ],
  [
    "arguments as an object, and none",
    [
      { index: 0, id: "a", ...fn("f", { x: 1 }) },
      { index: 1, id: "b", ...fn("g") },
    ],
    ['a f {"x":1}', "b g {}"],
  ],
  [
    "ids that change with every piece, the name in all of them",
    [
      { index: 0, id: "a", ...fn("f", "") },
      { index: 0, id: "b", ...fn("f", "[1") },
      { index: 0, id: "c", ...fn("f", "]") },
    ],
    ["a f [1]"],
  ],
  [
    "ids that change, without index",
    [
      { id: "a", ...fn("f", "[") },
      { id: "b", ...fn("", "1") },
      { id: "c", ...fn("f", "]") },
      { id: "d", ...fn("f", "[]") },
    ],
    ["a f [1]", "d f []"],
  ],
  [
    "announced first, told apart by id",
    [{ id: "a", ...fn("f", "") }, { id: "b", ...fn("f", "") }, { id: "a", ...fn("", "[1]") }, fn("", "[2]")],
    ["a f [1]", "b f [2]"],
  ],
  [
    "all under index 0, without ids",
    [
      { index: 0, id: "", ...fn("f", "{}") },
      { index: 0, id: "", ...fn("f", "[]") },
      { index: 0, id: "", ...fn("g", "") },
    ],
    ["call_4 f {}", "call_5 f []", "call_6 g {}"],
  ],
  [
    "an index written as a text",
    [
      { index: "0", id: "a", ...fn("f", "[") },
      { index: "1", id: "b", ...fn("g", "{") },
      { index: "0", ...fn("", "]") },
      { index: "1", ...fn("", "}") },
    ],
    ["a f []", "b g {}"],
  ],
  [
    "the word null for an id",
    [
      { id: "a", ...fn("f", "[") },
      { id: "null", ...fn("", "]") },
      { id: "null", ...fn("g", "[]") },
    ],
    ["a f []", "call_5 g []"],
  ],
  [
    "a whole call said twice",
    [
      { index: 0, id: "a", ...fn("f", "[1]") },
      { index: 0, id: "a", ...fn("f", "[1]") },
    ],
    ["a f [1]"],
  ],
  [
    "an id that looks made up",
    [
      { index: 0, ...fn("f", "1") },
      { index: 1, id: "call_4", ...fn("f", "2") },
      { index: 2, id: "call_6", ...fn("f", "3") },
      { index: 3, ...fn("f", "4") },
    ],
    ["call_4 f 1", "call_5 f 2", "call_6 f 3", "call_7 f 4"],
  ],
  [
    "a number under an inherited name",
    [
      { index: "__proto__", id: "constructor", ...fn("toString", "[") },
      { id: "constructor", ...fn("", "]") },
    ],
    ["constructor toString []"],
  ],
  ["no name at all", [{ index: 0, id: "a", ...fn("", "{}") }, {}], []],
])("%s", (_name, entries, expected) => expect(collect(entries)).toEqual(expected));

test("a half-written call of a cut answer is left out", () => {
  const entries = [
    { index: 0, id: "a", ...fn("f", "{}") },
    { index: 1, id: "b", ...fn("g", '{"x') },
  ];
  expect(collect(entries, true)).toEqual(["a f {}"]);
  expect(collect(entries)).toEqual(["a f {}", 'b g {"x']);
});

test("more calls than any service allows are none", () => {
  const entries = Array.from({ length: mostCalls + 1 }, (_, at) => ({ id: `c${at}`, ...fn("f", "{}") }));
  expect(collect(entries.slice(1))).toHaveLength(mostCalls);
  expect(() => collect(entries)).toThrow(OversizedAnswer);
});
