import type { AgentReceipt, ErrorCode, Failure, Receipt } from "@massgen/core";
import { expect, it } from "vitest";
import { errorBody } from "../wires/openai-error.ts";
import { problemOf } from "./run-failure.ts";

/** With OpenAI's words for it. */
function told(result: Parameters<typeof problemOf>[0]) {
  const found = problemOf(result);
  const { type, code } = errorBody(found).error;
  return { ...found, type, code };
}

const receipt: Receipt = {
  outcome: "failed",
  degraded: false,
  reasons: [],
  tally: {},
  votes: [],
  rounds: 0,
  agents: [],
  calls: { made: 2, aborted: 0, failed: 2, lost: 0, saved: { agreement: 0, earlyStop: 0, lazy: 0 } },
  callsDetail: [],
  usageComplete: false,
  costComplete: false,
  elapsedMs: 1,
};

function failed(code: ErrorCode, failure: Partial<Failure> = {}, more: Partial<Receipt> = {}) {
  return told({
    status: "failed",
    failure: { code, message: "No agent could answer. a: it broke", ...failure },
    receipt: { ...receipt, ...more },
  });
}

it.each<[ErrorCode, number, string, string]>([
  ["rate-limited", 429, "rate_limit_error", "rate_limit_exceeded"],
  ["context-length", 400, "invalid_request_error", "context_length_exceeded"],
  ["content-filter", 400, "invalid_request_error", "content_filter"],
  ["invalid-request", 400, "invalid_request_error", "invalid_request"],
  ["authentication", 502, "upstream_error", "authentication"],
  ["permission", 502, "upstream_error", "permission"],
  ["not-found", 502, "upstream_error", "not_found"],
  ["quota", 502, "upstream_error", "insufficient_quota"],
  ["upstream-failed", 502, "upstream_error", "upstream_failed"],
  ["overloaded", 503, "server_error", "overloaded"],
  ["connection", 502, "upstream_error", "connection"],
  ["truncated", 502, "upstream_error", "truncated"],
  ["budget-exhausted", 502, "upstream_error", "budget_exhausted"],
  ["spending-limit", 429, "insufficient_quota", "insufficient_quota"],
  ["agents-failed", 502, "upstream_error", "agents_failed"],
  ["timeout", 504, "timeout_error", "timeout"],
  ["internal", 500, "server_error", "internal_error"],
])("%s is %d %s %s", (code, status, type, wire) => {
  expect(failed(code)).toMatchObject({ status, type, code: wire });
});

it("passes on what core says, but not the inside of a defect", () => {
  expect(failed("connection").message).toBe("No agent could answer. a: it broke");
  expect(failed("internal").message).not.toContain("it broke");
  expect(failed("invalid-request", { param: "temperature" })).toMatchObject({ param: "temperature" });
});

it.each([
  ["temperature", true],
  ["messages[2].content[0]", true],
  ["sk-0123456789abcdef", false],
  ["a b", false],
  ["x".repeat(101), false],
  [`${"a.".repeat(49)}!`, false],
  [{ a: 1 }, false],
])("a param that a provider names is passed on where it looks like a field: %j", (param, passed) => {
  expect(failed("invalid-request", { param: param as string }).param).toBe(passed ? param : undefined);
});

it("a defect of a provider is told in its words: the server is not at fault", () => {
  const failure = { code: "internal", message: "a: the provider package acme threw", phase: "draft" } as const;
  const agents = [{ id: "a", model: "m", status: "failed", failure, usage: {} }] as const;
  expect(told({ status: "failed", failure, receipt: { ...receipt, agents } })).toMatchObject({
    status: 502,
    type: "upstream_error",
    code: "provider_defect",
    message: "a: the provider package acme threw",
    shouldRetry: false,
  });
});

it("a rate limit says when to come again, and not to when tokens were spent", () => {
  expect(failed("rate-limited", { retryAfterMs: 2000 })).toMatchObject({ retryAfterMs: 2000 });
  expect(failed("rate-limited").retryAfterMs).toBe(5000);
  expect(failed("rate-limited").shouldRetry).toBeUndefined();
  expect(failed("rate-limited", {}, { usage: { inputTokens: 5 } }).shouldRetry).toBe(false);
  expect(failed("rate-limited", {}, { unreported: { inputTokens: 5, outputTokens: 1 } }).shouldRetry).toBe(false);
  expect(failed("rate-limited", {}, { unreported: { inputTokens: 5, outputTokens: 0 } }).shouldRetry).toBeUndefined();
});

const agent: AgentReceipt = { id: "a", model: "m", status: "failed", usage: {} };
const busy = "No agent could answer. a: the provider is overloaded: Overloaded";

it("overloaded is said only where nobody was served at all", () => {
  const nothing = failed("overloaded", { message: busy, retryAfterMs: 7000 }, { agents: [agent] });
  expect(nothing).toMatchObject({ status: 503, code: "overloaded", message: busy, retryAfterMs: 7000 });
  expect(nothing.shouldRetry).toBeUndefined();
  expect(failed("overloaded").retryAfterMs).toBe(5000);
  const failure = { code: "overloaded", message: busy, phase: "presentation" } as const;
  for (const more of [
    { usage: { inputTokens: 5 } },
    { unreported: { inputTokens: 5, outputTokens: 1 } },
    { agents: [{ ...agent, answerChars: 0 }] },
    { agents: [agent, { ...agent, failure }] },
  ]) {
    const some = failed("overloaded", { message: busy, retryAfterMs: 7000 }, more);
    expect(some).toMatchObject({ status: 502, type: "upstream_error", code: "agents_failed", shouldRetry: false });
    expect(some.message).toBe("No agent could answer. a: the provider is busy: busy");
    expect(some.retryAfterMs).toBeUndefined();
  }
  for (const code of ["agents-failed", "timeout", "rate-limited", "invalid-request", "quota", "connection"] as const) {
    expect(failed(code, { message: busy }).message).not.toMatch(/overload/i);
  }
});

it("statuses that a provider quotes from its own upstream are not passed on", () => {
  const message = "No agent could answer. a: the provider failed: upstream said HTTP 503 (HTTP 500), then (http 502)";
  for (const code of ["upstream-failed", "overloaded"] as const) {
    expect(failed(code, { message }, { agents: [agent] }).message).toBe(
      "No agent could answer. a: the provider failed: upstream said server error, then",
    );
  }
});

it("out of quota is not to be retried", () => {
  const problem = failed("quota", { retryAfterMs: 1000 });
  expect(problem).toMatchObject({ status: 502, code: "insufficient_quota", shouldRetry: false });
  expect(problem.retryAfterMs).toBeUndefined();
});

it.each(["new-code-of-tomorrow", "constructor", "__proto__", null, 5])(
  "a foreign code %j is a failure of the agents",
  (code) => {
    expect(failed(code as ErrorCode)).toMatchObject({ status: 502, code: "agents_failed", shouldRetry: false });
  },
);

it("other failures are not to be retried: a run is dear", () => {
  for (const code of ["connection", "timeout", "internal", "context-length"] as const) {
    expect(failed(code).shouldRetry).toBe(false);
  }
});

it("a run that was cancelled under a client is a shutdown", () => {
  expect(told({ status: "cancelled", receipt })).toMatchObject({
    status: 503,
    code: "draining",
    shouldRetry: false,
  });
});
