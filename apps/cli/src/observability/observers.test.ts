import type { LogEntry } from "@massgen/server";
import { expect, it } from "vitest";
import { observers } from "./observers.ts";

const entry: LogEntry = { requestId: "r", method: "GET", route: "/health", status: 200, ms: 1 };
const broken = (): never => {
  throw new Error("disk full");
};

it("a count that fails costs no line; every failure is counted, the first is logged", () => {
  const lines: unknown[] = [];
  const counted: string[] = [];
  const log = { write: (level: string, event: string): void => void lines.push([level, event]) };
  const told = observers(log, {
    event: broken,
    keptEvent: broken,
    request: broken,
    observerFailed: (name) => counted.push(name),
  });
  void told.observe?.({ type: "draft-started", agentId: "a", atMs: 0, seq: 1 }, "run-1");
  void told.log?.(entry);
  expect(counted).toEqual(["metrics", "metrics"]);
  expect(lines).toEqual([
    ["error", "defect: metrics failed, which does not affect any run; please report it"],
    ["debug", "request"],
  ]);
});

it("traces that fail cost neither count nor line, and are told apart", () => {
  const counted: unknown[] = [];
  const lines: string[] = [];
  const metrics = {
    event: (_: unknown, runId: string) => void counted.push(runId),
    keptEvent: () => {},
    request: () => {},
    observerFailed: (name: string) => counted.push(name),
  };
  const tracing = { begun: broken, event: broken, keptEvent: broken, request: broken };
  const told = observers({ write: (_, event) => void lines.push(event) }, metrics, tracing);
  void told.begun?.({ runId: "run-1", request: { messages: [] } });
  void told.observe?.({ type: "draft-started", agentId: "a", atMs: 0, seq: 1 }, "run-1");
  void told.log?.(entry);
  expect(counted).toEqual(["tracing", "run-1", "tracing", "tracing"]);
  expect(lines).toContain("request");
  expect(observers({ write: () => {} }, metrics)).not.toHaveProperty("begun");
});

it("a log that fails costs no count", () => {
  const counted: unknown[] = [];
  const request = (seen: LogEntry): void => void counted.push(seen.status);
  const told = observers(
    { write: broken },
    {
      event: () => {},
      keptEvent: () => {},
      request,
      observerFailed: () => {},
    },
  );
  // Held by the server, which tells `observerFailed`.
  expect(() => told.log?.(entry)).toThrow("disk full");
  expect(counted).toEqual([200]);
});
