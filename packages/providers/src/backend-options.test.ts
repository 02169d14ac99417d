import { expect, test } from "vitest";
import { headersOption } from "./backend-options.ts";

test("headers are texts by name", () => {
  expect(headersOption("acme", undefined)).toEqual({});
  expect(headersOption("acme", { "X-A": "grüße", b: "" })).toEqual({ "X-A": "grüße", b: "" });
});

test.each<[unknown, string]>([
  ["x-a: b", "default_headers must be a mapping"],
  [{ a: 1 }, "default_headers.a must be a text"],
  [{ "X-Token": "line\nhush" }, "default_headers.X-Token is no valid HTTP header"],
  [{ "X-Token": "hush\u0001" }, "default_headers.X-Token is no valid HTTP header"],
  [{ "X-Token": "hush €" }, "default_headers.X-Token is no valid HTTP header"],
  [{ "x ä": "hush" }, "default_headers.x ä is no valid HTTP header"],
  [{ "Transfer-Encoding": "hush" }, "default_headers.Transfer-Encoding belongs to the connection and cannot be set"],
])("%j is refused without its value", (value, problem) => {
  expect(() => headersOption("acme", value)).toThrow(`backend acme: ${problem}`);
  expect(() => headersOption("acme", value)).not.toThrow("hush");
});
