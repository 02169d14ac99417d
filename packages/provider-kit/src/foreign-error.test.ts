import { expect, test } from "vitest";
import { fieldOf, redactedCause, wordsOf } from "./foreign-error.ts";

const redact = (text: string): string => text.replaceAll("hush-hush", "[redacted]");
const trap = new Proxy(
  {},
  {
    get() {
      throw new Error("trap");
    },
    getPrototypeOf() {
      throw new Error("trap");
    },
  },
);

test("a cause keeps its name, code and chain, and loses its secrets", () => {
  const error = Object.assign(new TypeError("key hush-hush", { cause: new Error("hush-hush too") }), { code: "E1" });
  const copy = redactedCause(error, redact);
  expect(copy).toMatchObject({
    name: "TypeError",
    message: "key [redacted]",
    code: "E1",
    cause: { message: "[redacted] too" },
  });
  expect((copy as Error).stack).not.toContain("hush");
});

test("what cannot be read is absent, chains have an end, texts are cut behind their secrets", () => {
  expect([fieldOf(trap, "x"), fieldOf(null, "x"), fieldOf("x", "length"), redactedCause(trap, redact)]).toEqual(
    Array(4),
  );
  const circle = new Error("round");
  circle.cause = circle;
  let depth = 0;
  for (let at = redactedCause(circle, redact); at instanceof Error; at = at.cause) depth += 1;
  expect(depth).toBe(9);
  const long = redactedCause(new Error("x".repeat(4088) + "hush-hush".repeat(1000)), redact) as Error;
  expect(long.message).not.toContain("hush");
});

test("whatever was thrown has words", () => {
  const odd = Object.defineProperty(new Error("x"), "message", {
    get() {
      throw new Error("trap");
    },
  });
  expect([trap, odd, null, undefined, 5, new RangeError("no")].map(wordsOf)).toEqual([
    "object",
    "Error",
    "null",
    "undefined",
    "number",
    "RangeError: no",
  ]);
});
