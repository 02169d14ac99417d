import { expect, test } from "vitest";
import { connectionReason } from "./connection-reason.ts";

const withCode = (code: string, message = "m"): Error => Object.assign(new Error(message), { code });

test.each<[string, unknown, string]>([
  [
    "deep down",
    new TypeError("fetch failed", { cause: withCode("ECONNREFUSED") }),
    "connection refused (nothing listens there) [ECONNREFUSED]",
  ],
  [
    "one of several",
    new Error("x", { cause: new AggregateError([withCode("ENOTFOUND")]) }),
    "no such host name [ENOTFOUND]",
  ],
  ["unknown code", withCode("EWEIRD"), "m [EWEIRD]"],
  ["no code", new TypeError("fetch failed", { cause: new Error("bad port") }), "bad port"],
  ["nothing", undefined, "no reason given"],
])("%s", (_name, error, reason) => expect(connectionReason(error)).toBe(reason));

test("a chain that bites its tail", () => {
  const error = new Error("round");
  error.cause = error;
  expect(connectionReason(error)).toBe("round");
});
