import { describe, expect, test } from "vitest";
import type { ErrorCode } from "@massgen/core/model";
import { codeOf } from "./failure-code.ts";
import { failureOf } from "./upstream-failure.ts";

/** What a status means where nothing specific is said; undefined is an event inside a 200 stream. */
const ofStatus: readonly (readonly [status: number | undefined, code: ErrorCode])[] = [
  [302, "invalid-response"],
  [400, "invalid-request"],
  [401, "authentication"],
  [402, "quota"],
  [403, "permission"],
  [404, "not-found"],
  [408, "timeout"],
  [409, "upstream-failed"],
  [413, "context-length"],
  [418, "invalid-request"],
  [422, "invalid-request"],
  [425, "rate-limited"],
  [429, "rate-limited"],
  [500, "upstream-failed"],
  [502, "upstream-failed"],
  [503, "overloaded"],
  [504, "upstream-failed"],
  [529, "overloaded"],
  [undefined, "upstream-failed"],
];

/** Words that say nothing by themselves, and what they mean where there is no status. */
const general: readonly (readonly [word: string, code: ErrorCode])[] = [
  ["api_error", "upstream-failed"],
  ["server_error", "upstream-failed"],
  ["internal", "upstream-failed"],
  ["InternalServerError", "upstream-failed"],
  ["timeout_error", "upstream-failed"],
  ["DEADLINE_EXCEEDED", "upstream-failed"],
  ["invalid_request_error", "invalid-request"],
  ["INVALID_ARGUMENT", "invalid-request"],
  ["BadRequestError", "invalid-request"],
];

const specific: readonly (readonly [word: string, code: ErrorCode])[] = [
  ["context_length_exceeded", "context-length"],
  ["exceed_context_size_error", "context-length"],
  ["content_filter", "content-filter"],
  ["DataInspectionFailed", "content-filter"],
  ["insufficient_quota", "quota"],
  ["billing_error", "quota"],
  ["invalid_api_key", "authentication"],
  ["permission_error", "permission"],
  ["rate_limit_exceeded", "rate-limited"],
  ["RESOURCE_EXHAUSTED", "rate-limited"],
  ["model_not_found", "not-found"],
  ["overloaded_error", "overloaded"],
  ["UNAVAILABLE", "overloaded"],
  ["tool_use_failed", "invalid-response"],
];

/** Members of every object, and words that nobody agreed on. */
const unknown = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "x_new_error", ""];

const code = (word: string, status: number | undefined): ErrorCode =>
  codeOf(failureOf({ error: { message: "x", type: word } }, status));

describe.each(ofStatus)("HTTP %s", (status, means) => {
  test.each(general)("wins over the general word %s", (word, alone) =>
    expect(code(word, status)).toBe(status === undefined ? alone : means),
  );
  test.each(specific)("gives way to the specific word %s", (word, says) => expect(code(word, status)).toBe(says));
  test.each(unknown)("is what counts beside %j", (word) => expect(code(word, status)).toBe(means));
});

test("a number in the body counts inside a 200 stream only", () => {
  const body = { error: { message: "x", code: 503, type: "server_error" } };
  expect(codeOf(failureOf(body))).toBe("overloaded");
  expect(codeOf(failureOf(body, 400))).toBe("invalid-request");
});

test("the specific word counts beside general ones, and no credit more than being too fast", () => {
  expect(codeOf({ message: "x", status: 400, kinds: ["invalid_argument", "api_key_invalid"] })).toBe("authentication");
  expect(codeOf({ message: "x", status: 429, kinds: ["rate_limit_error", "insufficient_quota"] })).toBe("quota");
});

test.each<[number | undefined, string, ErrorCode]>([
  [400, "This model's maximum context length is 8192 tokens", "context-length"],
  [400, "input length and max_tokens exceed context limit: 190000 + 20000 > 200000", "context-length"],
  [undefined, "prompt is too long: 214354 tokens > 200000 maximum", "context-length"],
  [500, "prompt is too long", "upstream-failed"],
  [400, "request (4267 tokens) exceeds the available context size (4096 tokens), try increasing it", "context-length"],
  [500, "Context size has been exceeded.", "context-length"],
  [500, "image input is not supported - hint: you may need to provide the mmproj", "invalid-request"],
  [400, "too many tokens: max tokens must be less than or equal to 4096 - received 5000.", "invalid-request"],
  [400, "blocked by our content management policy", "content-filter"],
  [400, "API key not valid. Please pass a valid API key.", "authentication"],
  [400, "Your credit balance is too low to access the Anthropic API.", "quota"],
  [403, "Your team has used all available credits or reached its monthly spending limit.", "quota"],
  [429, "You exceeded your current quota, please check your plan and billing details.", "rate-limited"],
])("without a word, %s: %s", (status, message, expected) => {
  expect(codeOf({ message, ...(status !== undefined && { status }) })).toBe(expected);
});

test.each<[string, object | string, number | undefined, ErrorCode]>([
  [
    "llama.cpp's window",
    { error: { code: 400, message: "exceeds the available context size", type: "exceed_context_size_error" } },
    400,
    "context-length",
  ],
  ["the same without its word", "the request exceeds the available context size", 500, "context-length"],
  [
    "no vision",
    { error: { code: 500, message: "image input is not supported - hint: mmproj" } },
    500,
    "invalid-request",
  ],
  [
    "a gateway that quotes its service",
    { error: { message: `litellm: {"error":{"message":"x","code":"context_length_exceeded"}}` } },
    400,
    "context-length",
  ],
  ["the same in Python", { detail: "Error code: 429 - {'error': {'code': 'insufficient_quota'}}" }, 429, "quota"],
  ["in a detail", { detail: { error: { message: "m", code: "model_not_found" } } }, 400, "not-found"],
  ["beside the error", { error: { message: "m" }, code: "rate_limit_exceeded" }, undefined, "rate-limited"],
  ["an envelope", { base_resp: { status_code: 429, status_msg: "slow down" } }, undefined, "rate-limited"],
  ["MiniMax's credit", { base_resp: { status_code: 1008, status_msg: "insufficient" } }, undefined, "quota"],
  ["MiniMax's wrong field", { base_resp: { status_code: 2013, status_msg: "m" } }, undefined, "invalid-request"],
  ["a number as a word", { error_code: 401, error_msg: "m" }, undefined, "authentication"],
])("%s", (_, body, status, expected) => expect(codeOf(failureOf(body, status))).toBe(expected));

test("a user's words in a refusal are no code", () => {
  const said = "validation error: input 'my code: insufficient_quota and type: overloaded'";
  expect(codeOf(failureOf({ error: { message: said } }, 400))).toBe("invalid-request");
});
