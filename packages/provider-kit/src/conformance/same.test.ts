import { expect, test } from "vitest";
import { MassgenError } from "@massgen/core/model";
import { assertCode, assertSame } from "./same.ts";

test("a difference says what was looked at, what was expected and what came", () => {
  expect(() => assertSame({ a: 1 }, { a: 1 }, "a")).not.toThrow();
  expect(() => assertSame("Hel", "Hello", "the text")).toThrow('the text: expected "Hello", got "Hel"');
  expect(() => assertSame(undefined, { inputTokens: 12 }, "usage")).toThrow(
    'usage: expected {"inputTokens":12}, got nothing',
  );
  expect(() => assertSame("x".repeat(1000), "", "the text")).toThrow(/^.{300,340}$/);
});

test("a wrong end says which it was", () => {
  const error = new MassgenError("overloaded", "too busy");
  expect(() => assertCode(error, "overloaded")).not.toThrow();
  expect(() => assertCode(error, "truncated")).toThrow(
    'the call has to fail with truncated, but its code is overloaded ("too busy")',
  );
  expect(() => assertCode(undefined, "truncated")).toThrow("but it ended with a finish, as if all were well");
});
