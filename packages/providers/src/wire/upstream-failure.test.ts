import { describe, expect, test } from "vitest";
import { codeOf, failureOf } from "./upstream-failure.ts";

describe("shapes of errors", () => {
  test.each<[string, unknown, string]>([
    ["OpenAI", { error: { message: "m", param: "p", code: "c" } }, "m"],
    ["a text", { error: "m" }, "m"],
    ["flat (vLLM)", { object: "error", message: "m", code: 400 }, "m"],
    ["FastAPI", { detail: "m" }, "m"],
    ["FastAPI, list", { detail: [{ msg: "m" }] }, '[{"msg":"m"}]'],
    ["Google, array", [{ error: { message: "m" } }], "m"],
    ["OpenRouter", { error: { message: "m", metadata: { raw: "why" } } }, "m: why"],
    ["nothing", {}, ""],
    ["bare text", "m", "m"],
  ])("%s", (_name, body, message) => expect(failureOf(body).message).toBe(message));

  test("numbers and texts of three digits are a status, unless the answer had one", () => {
    expect(failureOf({ error: { code: 502 } }).status).toBe(502);
    expect(failureOf({ error: { code: "429" } }).status).toBe(429);
    expect(failureOf({ error: { code: 502 } }, 400).status).toBe(400);
    expect(failureOf({ error: { code: 7 } }).status).toBeUndefined();
  });
});

describe("codes", () => {
  test.each<[number | undefined, string, readonly string[], string]>([
    [400, "This model's maximum context length is 8192 tokens", [], "context-length"],
    [400, "input length and max_tokens exceed context limit: 190000 + 20000 > 200000", [], "context-length"],
    [400, "x", ["datainspectionfailed"], "content-filter"],
    [400, "blocked by our content management policy", [], "content-filter"],
    [400, "x", ["invalid_request_error", "api_key_invalid"], "authentication"],
    [402, "no credit", [], "permission"],
    [409, "conflict", [], "overloaded"],
    [418, "teapot", [], "invalid-request"],
    [429, "x", ["insufficient_quota"], "rate-limited"],
    [502, "x", ["invalid_api_key"], "overloaded"],
    [302, "x", [], "invalid-response"],
    [undefined, "x", ["rate_limit_exceeded"], "rate-limited"],
    [undefined, "x", ["tool_use_failed"], "invalid-response"],
    [undefined, "x", [], "overloaded"],
  ])("%s %s %j", (status, message, kinds, code) => {
    expect(codeOf({ message, kinds, ...(status !== undefined && { status }) })).toBe(code);
  });
});
