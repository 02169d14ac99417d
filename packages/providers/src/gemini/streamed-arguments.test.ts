import { expect, test } from "vitest";
import { mostHeld, OversizedAnswer } from "@massgen/provider-kit/parts";
import { createStreamedArguments } from "./streamed-arguments.ts";

function made(...pieces: readonly object[]): unknown {
  const args = createStreamedArguments({});
  return args.add(pieces) ? JSON.stringify(args.value()) : "unusable";
}

test.each([
  ["$.a", '{"a":1}'],
  ["$.a.b_c.ä-1", '{"a":{"b_c":{"ä-1":1}}}'],
  ["$.a[0][1]", '{"a":[[null,1]]}'],
  ["$['a b'].c", '{"a b":{"c":1}}'],
  ['$["a.b[0]"]', '{"a.b[0]":1}'],
  [String.raw`$["a\"b\u00e9"]`, String.raw`{"a\"bé":1}`],
  [String.raw`$['it\'s "it"']`, String.raw`{"it's \"it\"":1}`],
  ["$.toString.constructor", '{"toString":{"constructor":1}}'],
  ["$.hasOwnProperty", '{"hasOwnProperty":1}'],
])("the path %s", (jsonPath, json) => expect(made({ jsonPath, numberValue: 1 })).toBe(json));

test.each([
  "",
  "a",
  "$",
  "$a",
  "$..a",
  "$.a[",
  "$.a[-1]",
  "$.a[*]",
  "$.a[10001]",
  "$.a[99999999999999999999]",
  "$['a",
  "$.__proto__.a",
  "$['__proto__']",
  String.raw`$["\x"]`,
  `$${".a".repeat(101)}`,
  `$.${"a".repeat(1000)}`,
])("the path %j cannot be followed", (jsonPath) => expect(made({ jsonPath, numberValue: 1 })).toBe("unusable"));

test("a list has no members by name", () => {
  expect(made({ jsonPath: "$.a[0]", numberValue: 1 }, { jsonPath: "$.a.length", numberValue: 4e9 })).toBe("unusable");
});

test("values of every kind; one of another kind replaces what was there, a piece without one is nothing", () => {
  const pieces = [
    { jsonPath: "$.text", stringValue: "a" },
    { jsonPath: "$.text", stringValue: "" },
    { jsonPath: "$.text", stringValue: "b" },
    { jsonPath: "$.yes", boolValue: true },
    { jsonPath: "$.none", nullValue: "NULL_VALUE" },
    { jsonPath: "$.n", stringValue: "x" },
    { jsonPath: "$.n", numberValue: 1.5 },
    { jsonPath: "$.n.deep", numberValue: 2 },
    { jsonPath: "$.odd", numberValue: {}, stringValue: 7 },
    { jsonPath: "$[", willContinue: true },
  ];
  expect(made(...pieces)).toBe('{"text":"ab","yes":true,"none":null,"n":{"deep":2}}');
});

test("what is known already stays as it is", () => {
  const known = { a: { b: "x" } };
  const args = createStreamedArguments(known);
  args.add([{ jsonPath: "$.c", numberValue: 1 }]);
  expect([args.value(), known]).toEqual([{ a: { b: "x" }, c: 1 }, { a: { b: "x" } }]);
});

test.each([
  ["long texts", (): object => ({ jsonPath: "$.a", stringValue: "x".repeat(1024 * 1024) })],
  ["ever new paths", (n: number): object => ({ jsonPath: `$.a${n}${"b".repeat(900)}`, boolValue: true })],
  ["lists full of gaps", (n: number): object => ({ jsonPath: `$.a${n}[10000]`, boolValue: true })],
])("%s come to an end", (_name, piece) => {
  const args = createStreamedArguments({});
  const fill = (): void => {
    for (let n = 0; n < mostHeld; n += 1) args.add([piece(n)]);
  };
  expect(fill).toThrow(OversizedAnswer);
  expect(JSON.stringify(args.value()).length).toBeLessThan(2 * mostHeld);
});
