import { expect, test } from "vitest";
import { redactedCause } from "./foreign-error.ts";
import { createRedactor } from "./redact.ts";

test.each([
  ["Incorrect API key provided: sk-proj-****abcd.", "Incorrect API key provided: [redacted]"],
  ["AIzaSyA-1234", "[redacted]"],
  ["Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"],
  ["https://h/x?key=abc&alt=sse", "https://h/x?key=[redacted]&alt=sse"],
  ['{"api_key":"abc"}', '{"api_key":"[redacted]"}'],
  ["a risk-averse task", "a risk-averse task"],
  ["monkey business", "monkey business"],
])("shapes: %s", (text, redacted) => expect(createRedactor().redact(text)).toBe(redacted));

test("known secrets, also added later, as written and as they are escaped", () => {
  const redactor = createRedactor(["abc/def=="]);
  redactor.add("abc/def==ghi");
  expect(redactor.redact("<abc/def==> <abc%2Fdef%3D%3D> <abc/def==ghi>")).toBe(
    "<[redacted]> <[redacted]> <[redacted]>",
  );
});

test("short values are words, not secrets", () => {
  expect(createRedactor(["no", ""]).redact("no way")).toBe("no way");
});

test("a cause keeps its name, code and chain, and loses its secrets", () => {
  const error = Object.assign(new TypeError("key hush-hush", { cause: new Error("hush-hush too") }), { code: "E1" });
  const copy = redactedCause(error, createRedactor(["hush-hush"]).redact);
  expect(copy).toMatchObject({
    name: "TypeError",
    message: "key [redacted]",
    code: "E1",
    cause: { message: "[redacted] too" },
  });
  expect((copy as Error).stack).not.toContain("hush");
});
