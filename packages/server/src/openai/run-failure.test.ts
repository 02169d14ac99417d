import type { AgentReceipt, ErrorCode, Failure, Receipt } from "@massgen/core";
import { describe, expect, test } from "vitest";
import { problemOf } from "./run-failure.ts";

const empty: Receipt = {
  outcome: "failed",
  degraded: false,
  reasons: [],
  tally: {},
  votes: [],
  rounds: 0,
  agents: [],
  calls: { made: 2, aborted: 0, failed: 2, saved: { agreement: 0, earlyStop: 0 } },
  usageComplete: false,
  elapsedMs: 1,
};

function agent(id: string, failure: Partial<Failure> & { code: ErrorCode }): AgentReceipt {
  return {
    id,
    model: "m",
    status: "failed",
    failure: { message: `${id} broke`, phase: "draft", ...failure },
    usage: {},
  };
}

function failed(
  agents: AgentReceipt[],
  failure: Failure = { code: "connection", message: "x" },
  usage?: Receipt["usage"],
) {
  return problemOf({ status: "failed", failure, receipt: { ...empty, agents, ...(usage ? { usage } : {}) } });
}

function of(...codes: ErrorCode[]) {
  return failed(codes.map((code, index) => agent(`agent${index + 1}`, { code })));
}

describe("all agents failed", () => {
  test.each<[ErrorCode[], number, string]>([
    [["rate-limited", "rate-limited"], 429, "rate_limit_exceeded"],
    [["rate-limited", "authentication"], 429, "rate_limit_exceeded"],
    [["rate-limited", "overloaded"], 502, "agents_failed"],
    [["rate-limited", "timeout"], 502, "agents_failed"],
    [["context-length", "context-length"], 400, "context_length_exceeded"],
    [["content-filter", "invalid-request"], 400, "content_filter"],
    [["content-filter", "permission"], 400, "content_filter"],
    [["invalid-request", "connection"], 502, "agents_failed"],
    [["authentication"], 502, "authentication"],
    [["authentication", "permission"], 502, "agents_failed"],
    [["timeout", "timeout"], 504, "timeout"],
    [["timeout", "connection", "overloaded"], 504, "timeout"],
    [["timeout", "authentication"], 504, "timeout"],
    [["timeout", "truncated"], 502, "agents_failed"],
    [["connection", "overloaded"], 502, "agents_failed"],
    [["overloaded", "overloaded"], 502, "overloaded"],
    [["not-found"], 502, "not_found"],
    [["internal", "internal"], 500, "internal_error"],
  ])("%j is %d %s", (codes, status, code) => {
    expect(of(...codes)).toMatchObject({ status, code });
  });
});

test("names each agent and its reason, on one line each, without the inside of defects", () => {
  const { message } = failed([
    agent("research", { code: "connection", message: "no route\n    at Socket (/srv/x.js:1:2)" }),
    agent("analysis", { code: "internal", message: "undefined is not a function" }),
  ]);
  expect(message).toBe("All 2 agents failed. research: no route; analysis: internal error");
  expect(failed([agent("a", { code: "connection", message: "x".repeat(1000) })]).message.length).toBeLessThan(400);
});

test("rate limits: the shortest wait, a default without any, and no retry once tokens were spent", () => {
  const limited = [
    agent("a", { code: "rate-limited", retryAfterMs: 9000 }),
    agent("b", { code: "rate-limited", retryAfterMs: 2000 }),
  ];
  expect(failed(limited)).toMatchObject({ retryAfterMs: 2000 });
  expect(failed(limited).shouldRetry).toBeUndefined();
  expect(of("rate-limited").retryAfterMs).toBe(5000);
  expect(failed(limited, undefined, { inputTokens: 5 }).shouldRetry).toBe(false);
});

test("other failures of runs are not to be retried", () => {
  for (const code of ["connection", "timeout", "internal", "context-length"] as const) {
    expect(of(code).shouldRetry).toBe(false);
  }
});

test("a refusal says which field the provider complained about", () => {
  expect(failed([agent("a", { code: "invalid-request", param: "temperature" })])).toMatchObject({
    status: 400,
    type: "invalid_request_error",
    code: "invalid_request",
    param: "temperature",
  });
});

test("the deadline without an answer is a timeout, whatever the others did", () => {
  const dropped: AgentReceipt = { id: "b", model: "m", status: "dropped", usage: {} };
  expect(failed([agent("a", { code: "rate-limited" }), dropped], { code: "timeout", message: "x" })).toMatchObject({
    status: 504,
    type: "timeout_error",
    message: "All 2 agents failed. a: a broke; b: had not answered when time ran out",
  });
});

test("agents that could not take part have their reasons as well", () => {
  expect(failed([{ id: "a", model: "m", status: "unable", usage: {} }])).toMatchObject({ status: 400 });
  expect(failed([{ id: "a", model: "m", status: "unfunded", usage: {} }])).toMatchObject({
    status: 502,
    code: "budget_exhausted",
  });
});

test("when some agents did not fail, the failure of the run decides", () => {
  const fine: AgentReceipt = { id: "b", model: "m", status: "active", usage: {} };
  expect(
    failed([agent("a", { code: "timeout" }), fine], { code: "content-filter", message: "b was stopped" }),
  ).toMatchObject({
    status: 400,
    code: "content_filter",
    message: "b was stopped",
  });
});

test("a run that was cancelled under a client is a shutdown", () => {
  expect(problemOf({ status: "cancelled", receipt: empty })).toMatchObject({
    status: 503,
    code: "draining",
    shouldRetry: false,
  });
});
