import { describe, expect, test } from "vitest";
import { codeOf } from "./failure-code.ts";
import { failureBeside, flatFailure, isFailureName, isFailureReason } from "./stream-failure.ts";

test.each(["error", "Error", "server_error", "stream.error", "exception", "x-error"])(
  "an event named %s fails",
  (name) => expect(isFailureName(name)).toBe(true),
);
test.each([undefined, "", "message", "terror", "errors_cleared", "constructor"])("an event named %s does not", (name) =>
  expect(isFailureName(name)).toBe(false),
);

test.each(["error", "network_error", "abort", "cancelled", "TIMEOUT", "insufficient_system_resource", "failed"])(
  "the reason %s is a failure",
  (reason) => expect(isFailureReason(reason)).toBe(true),
);
test.each(["eos_token", "COMPLETE", "constructor", "__proto__", "max_length"])("the reason %s is none", (reason) =>
  expect(isFailureReason(reason)).toBe(false),
);

describe("beside an answer", () => {
  test.each<[object, boolean]>([
    [{ error: { message: "m" } }, true],
    [{ error: "m" }, true],
    [{ error: {} }, true],
    [{ errors: [{ message: "m" }] }, true],
    [{ errors: [] }, false],
    [{ error: null }, false],
    [{ error: false }, false],
    [{ error: "" }, false],
  ])("%j", (place, failed) => expect(failureBeside({ ...place }) !== undefined).toBe(failed));

  test("the words in a list of errors count", () => {
    const failure = failureBeside({ errors: [{ message: "no credit", code: "insufficient_quota" }] });
    expect(failure?.message).toBe("no credit");
    expect(failure && codeOf(failure)).toBe("quota");
  });
});

describe("in place of a part of an answer", () => {
  test.each<[object, boolean]>([
    [{ detail: "m" }, true],
    [{ message: "m", code: "X" }, true],
    [{ message: "m", type: "invalid_request_error" }, true],
    [{ type: "error" }, true],
    [{ object: "error" }, true],
    [{ status: 500 }, true],
    [{ status_code: "503", msg: "m" }, true],
    [{ success: false }, true],
    [{ msg: "m", code: 50004 }, true],
    [{ error_msg: "m", error_code: 17 }, true],
    [{ base_resp: { status_code: 1004, status_msg: "login fail" } }, true],
    [{ base_resp: { status_code: 0, status_msg: "success" } }, false],
    [{ fault: { faultstring: "m", detail: { errorcode: "x" } } }, true],
    [{ type: "ping", status: "ok", message: "m" }, false],
    [{}, false],
    [{ usage: {} }, false],
    [{ type: "status", message: "queued" }, false],
    [{ status: "in_progress" }, false],
    [{ message: "ok", code: 0 }, false],
  ])("%j", (event, failed) => expect(flatFailure({ ...event }) !== undefined).toBe(failed));
});
