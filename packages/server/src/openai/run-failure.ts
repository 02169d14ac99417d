import type { AgentReceipt, ErrorCode, Failure, RunResult } from "@massgen/core";
import { problem, type Problem } from "./errors.ts";

/** What a failure means for the client. */
type FailureClass = "rate-limited" | "refused" | "credentials" | "timeout" | "unreachable" | "internal" | "other";

/** Told to clients when every agent is rate-limited and no provider said for how long. */
const defaultRetryAfterMs = 5_000;

const longestReason = 300;

/** What the client is to be told about a run that brought no answer. */
export function problemOf(result: Exclude<RunResult, { status: "answered" }>): Problem {
  return result.status === "failed" ? runFailure(result) : runCancelled();
}

/**
 * The answer to a request whose run failed. The rules, in order: an agent cut off by the deadline makes it a timeout; wrong keys
 * count only if every agent failed by them; then all agents of one class give that class's row; timeouts together with
 * unreachable providers are a timeout; everything else is 502. If some agents did not fail, the failure of the run itself decides.
 */
function runFailure(result: Extract<RunResult, { status: "failed" }>): Problem {
  const { failure, receipt } = result;
  const allFailed = receipt.agents.length > 0 && receipt.agents.every(isOut);
  const failures = allFailed ? receipt.agents.map(failureOf) : [failure];
  const message = allFailed ? allFailedText(receipt.agents) : brief(failure);
  const cutOff = failure.code === "timeout" && receipt.agents.some((agent) => agent.status === "dropped");

  const kind = cutOff ? "timeout" : kindOf(failures.map((each) => classOf(each.code)));
  switch (kind) {
    case "rate-limited": {
      const waits = failures.flatMap((each) => each.retryAfterMs ?? []);
      return problem(kind, message, {
        retryAfterMs: waits.length === 0 ? defaultRetryAfterMs : Math.min(...waits),
        ...(receipt.usage === undefined ? {} : { shouldRetry: false }),
      });
    }
    case "refused-by-agents": {
      const first = failures.find((each) => classOf(each.code) === "refused");
      return problem(kind, message, {
        ...(first === undefined ? {} : { code: wireCode(first.code) }),
        ...(first?.param === undefined ? {} : { param: first.param }),
        shouldRetry: false,
      });
    }
    case "agents-failed": {
      const codes = new Set(failures.map((each) => wireCode(each.code)));
      const [only] = codes;
      return problem(kind, message, {
        ...(codes.size === 1 && only !== undefined ? { code: only } : {}),
        shouldRetry: false,
      });
    }
    case "timeout":
      return problem(kind, message, { shouldRetry: false });
    case "internal":
      return problem(kind, "The run failed because of a defect in the server.", { shouldRetry: false });
  }
}

/** The answer to a client whose run was cancelled although the client is still there: the server is going down. */
function runCancelled(): Problem {
  return problem("draining", "The server is shutting down and had to cut this run short.", {
    retryAfterMs: defaultRetryAfterMs,
    shouldRetry: false,
  });
}

function kindOf(
  classes: readonly FailureClass[],
): "rate-limited" | "refused-by-agents" | "agents-failed" | "timeout" | "internal" {
  const counted = classes.filter((each) => each !== "credentials");
  const all = (...wanted: FailureClass[]): boolean =>
    counted.length > 0 && counted.every((each) => wanted.includes(each));
  if (all("rate-limited")) return "rate-limited";
  if (all("refused")) return "refused-by-agents";
  if (all("timeout", "unreachable") && counted.includes("timeout")) return "timeout";
  if (all("internal")) return "internal";
  return "agents-failed";
}

function classOf(code: ErrorCode): FailureClass {
  switch (code) {
    case "rate-limited":
      return "rate-limited";
    case "invalid-request":
    case "context-length":
    case "content-filter":
      return "refused";
    case "authentication":
    case "permission":
      return "credentials";
    case "timeout":
      return "timeout";
    case "overloaded":
    case "connection":
      return "unreachable";
    case "internal":
      return "internal";
    case "not-found":
    case "truncated":
    case "invalid-response":
    case "aborted":
    case "configuration":
    case "budget-exhausted":
      return "other";
  }
}

/** Where OpenAI has a word of its own. */
const wireCodes: Partial<Record<ErrorCode, string>> = {
  "context-length": "context_length_exceeded",
  "rate-limited": "rate_limit_exceeded",
};

function wireCode(code: ErrorCode): string {
  return wireCodes[code] ?? code.replaceAll("-", "_");
}

function isOut(agent: AgentReceipt): boolean {
  return agent.failure !== undefined || (agent.status !== "active" && agent.status !== "spared");
}

function failureOf(agent: AgentReceipt): Failure {
  if (agent.failure !== undefined) return agent.failure;
  switch (agent.status) {
    case "dropped":
      return { code: "timeout", message: "had not answered when time ran out" };
    case "unable":
      return { code: "invalid-request", message: "cannot see the images of the conversation" };
    case "unfunded":
      return { code: "budget-exhausted", message: "the budget did not reach for it" };
    case "active":
    case "failed":
    case "spared":
      return { code: "invalid-response", message: "gave no answer" };
  }
}

function allFailedText(agents: readonly AgentReceipt[]): string {
  const reasons = agents.map((agent) => `${agent.id}: ${brief(failureOf(agent))}`).join("; ");
  return `${agents.length === 1 ? "The agent" : `All ${agents.length} agents`} failed. ${reasons}`;
}

/** One line without the inside of our own defects. */
function brief(failure: Failure): string {
  if (failure.code === "internal") return "internal error";
  const line = (failure.message.split("\n", 1)[0] ?? "").trim();
  const text = line === "" ? failure.code : line;
  return text.length > longestReason ? `${text.slice(0, longestReason)}…` : text;
}
