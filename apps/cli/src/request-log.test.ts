import type { LogEntry } from "@massgen/server";
import { expect, it } from "vitest";
import { isQuietProbe, requestLine } from "./request-log.ts";

const entry: LogEntry = { requestId: "req_1", method: "POST", path: "/v1/chat/completions", status: 200, ms: 1234 };
const now = new Date("2026-11-22T18:00:00Z");

it("is one line per request", () => {
  expect(requestLine({ ...entry, runId: "run_1", outcome: "majority" }, now)).toBe(
    "2026-11-22T18:00:00.000Z POST /v1/chat/completions 200 1.23s req_1 run_1 majority\n",
  );
});

it("names the error, and only for a defect its stack", () => {
  const error = { code: "agents_failed", message: "No agent could answer." };
  expect(requestLine({ ...entry, status: 502, error }, now)).toMatch(
    / 502 1\.23s req_1 agents_failed: No agent could answer\.\n$/,
  );
  expect(requestLine({ ...entry, status: 500, error: { ...error, stack: "Error\n    at x" } }, now)).toMatch(
    /\n {4}at x\n$/,
  );
});

it("leaves out probes that found all well", () => {
  expect(isQuietProbe({ ...entry, path: "/health" })).toBe(true);
  expect(isQuietProbe({ ...entry, path: "/ready", status: 503 })).toBe(false);
  expect(isQuietProbe(entry)).toBe(false);
});
