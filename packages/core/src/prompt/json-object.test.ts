import { expect, it } from "vitest";
import { parseObject } from "./json-object.ts";

it("reads an object, and nothing else", () => {
  expect(parseObject(' {"a":{"b":[1]}}')).toEqual({ a: { b: [1] } });
  for (const text of ["[1]", '"a"', "null", "{", "{a: 1}", "", "x {}"]) expect(parseObject(text)).toBeUndefined();
});

it("reads long strings, whatever is in them", () => {
  const reason = '[{,"\\'.repeat(1_000_000);
  expect(parseObject(JSON.stringify({ reason }))).toEqual({ reason });
});

it("looks into nothing of more parts than anybody writes", () => {
  expect(parseObject(`{"a":[${"1,".repeat(260_000)}1]}`)).toBeUndefined();
  expect(parseObject(`${'{"a":'.repeat(260_000)}1${"}".repeat(260_000)}`)).toBeUndefined();
  expect(parseObject(`{"a":[${"1,".repeat(200_000)}1]}`)).toBeDefined();
});
