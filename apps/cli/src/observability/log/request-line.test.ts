import type { Receipt } from "@massgen/core";
import type { LogEntry } from "@massgen/server";
import { expect, it } from "vitest";
import { levelOfRun, receiptFields, requestLine } from "./request-line.ts";

const entry: LogEntry = { requestId: "req_1", method: "POST", route: "/v1/chat/completions", status: 200, ms: 1234.5 };
const failure = { code: "timeout", message: "no byte within 5 s", phase: "draft" } as const;
const receipt: Receipt = {
  outcome: "single",
  degraded: true,
  reasons: ["agent-failed"],
  tally: {},
  votes: [],
  rounds: 0,
  agents: [
    { id: "a", model: "m1", status: "failed", failure, usage: {} },
    {
      id: "b",
      model: "m2",
      status: "failed",
      failure: { ...failure, code: "invalid-request", message: "bad: <prompt>", status: 400 },
      usage: {},
    },
    { id: "c", model: "m3", status: "completed", usage: {} },
  ],
  calls: { made: 3, aborted: 0, failed: 2, lost: 0, saved: { agreement: 0, earlyStop: 0, lazy: 0 } },
  callsDetail: [],
  usage: { inputTokens: 10, outputTokens: 4 },
  usageComplete: false,
  costUsd: 0.0123,
  costComplete: false,
  elapsedMs: 99,
};

it("logs what a run cost and which agents failed, without text that may quote the prompt", () => {
  const { level, fields } = requestLine({ ...entry, receipt, outcome: "single", streamed: true, key: "ada" });
  expect([level, fields["key"]]).toEqual(["warn", "ada"]);
  expect(fields).toMatchObject({
    calls: 3,
    calls_failed: 2,
    tokens_in: 10,
    tokens_out: 4,
    cost_usd: 0.0123,
    degraded: true,
    ms: 1235,
  });
  expect(fields["reasons"]).toEqual(["agent-failed"]);
  expect(fields["failed_agents"]).toEqual([
    { agent: "a", model: "m1", phase: "draft", code: "timeout", message: "no byte within 5 s" },
    { agent: "b", model: "m2", phase: "draft", code: "invalid-request", status: 400 },
  ]);
});

it("warns of a model whose fallback took over", () => {
  const fallback = { model: "m4", failure: { ...failure, code: "overloaded", message: "busy" } } as const;
  const agents = receipt.agents.slice(2).map((agent) => ({ ...agent, fallback }));
  const fine: Receipt = { ...receipt, outcome: "majority", degraded: false, reasons: [], agents };
  const { level, fields } = requestLine({ ...entry, receipt: fine, outcome: "majority" });
  expect(level).toBe("warn");
  expect(fields["fallbacks"]).toEqual([
    { agent: "c", model: "m3", fallback: "m4", phase: "draft", code: "overloaded" },
  ]);
});

it("names the winner and its votes, and is no warning when all went as planned", () => {
  const agents = receipt.agents.slice(2);
  const tally = { c: 2, d: 1 };
  const fine: Receipt = { ...receipt, outcome: "majority", degraded: false, reasons: [], agents, winner: "c", tally };
  const { level, fields } = requestLine({ ...entry, receipt: fine, outcome: "majority" });
  expect([level, fields["outcome"], fields["winner"], fields["votes"]]).toEqual(["info", "majority", "c", tally]);
  for (const absent of ["degraded", "reasons", "failed_agents"]) expect(fields[absent]).toBeUndefined();
});

it("a run that an earlier process began is at the level of any other", () => {
  const fine: Receipt = { ...receipt, degraded: false, agents: receipt.agents.slice(2) };
  expect(levelOfRun(fine, false)).toBe("info");
  expect(levelOfRun(receipt, false)).toBe("warn");
  expect(levelOfRun({ ...fine, outcome: "failed" }, false)).toBe("warn");
  expect(levelOfRun({ ...fine, outcome: "failed" }, true)).toBe("info");
});

it("warns of a fallback that took over, of a run that an earlier process began as well", () => {
  const gone = { code: "not-found", message: "no such model", phase: "draft", status: 404 } as const;
  const fallback = { model: "m9", failure: gone };
  const agents = [{ id: "c", model: "m3", status: "completed", usage: {}, fallback }] as const;
  const fine: Receipt = { ...receipt, outcome: "majority", degraded: false, reasons: [], agents };
  const { level, fields } = requestLine({ ...entry, receipt: fine, outcome: "majority" });
  expect(level).toBe("warn");
  expect(fields["fallbacks"]).toEqual([{ agent: "c", model: "m3", fallback: "m9", ...gone }]);
  expect([levelOfRun(fine, false), receiptFields(fine)["fallbacks"]]).toEqual(["warn", fields["fallbacks"]]);
});

it("logs what a provider says about the account", () => {
  const quota = {
    code: "quota",
    message: "see https://platform.openai.com/billing",
    phase: "draft",
    status: 429,
  } as const;
  const agents = [{ id: "a", model: "m1", status: "failed", failure: quota, usage: {} }] as const;
  const { fields } = requestLine({ ...entry, receipt: { ...receipt, agents } });
  expect(fields["failed_agents"]).toEqual([{ agent: "a", model: "m1", ...quota }]);
});

it("shows no message of a refused request, whatever the failure is taken for: it may quote the prompt", () => {
  for (const status of [400, 422, undefined]) {
    const failure = { code: "authentication", message: "bad: <prompt>", phase: "draft" } as const;
    const agents = [
      { id: "a", model: "m1", status: "failed", failure: { ...failure, ...(status && { status }) }, usage: {} },
    ] as const;
    expect(JSON.stringify(requestLine({ ...entry, receipt: { ...receipt, agents } }).fields)).not.toContain("prompt");
  }
});

it("tells a provider's defect in full, for its author has to hear of it", () => {
  const defect = {
    code: "internal",
    message: "backend acme: the provider package acme threw",
    phase: "draft",
  } as const;
  const agents = [{ id: "a", model: "m1", status: "failed", failure: defect, usage: {} }] as const;
  const { level, fields } = requestLine({ ...entry, receipt: { ...receipt, agents } });
  expect(level).toBe("error");
  expect(fields["failed_agents"]).toEqual([{ agent: "a", model: "m1", ...defect }]);
});

it("shows a defect with its stack, and of a client's mistake only code and field", () => {
  const defect = { code: "internal_error", message: "x is undefined", stack: "Error: x\n    at y" };
  expect(requestLine({ ...entry, status: 500, error: defect })).toMatchObject({
    level: "error",
    fields: { error: defect },
  });
  const mistake = { code: "invalid_value", message: "'user' must not be 'secret'", param: "messages[0].content" };
  const { fields } = requestLine({ ...entry, status: 400, error: mistake });
  expect(fields["error"]).toEqual({ code: "invalid_value", param: "messages[0].content" });
  const odd = requestLine({ ...entry, status: 400, error: { ...mistake, param: 'metadata["sk-1"]' } });
  expect(odd.fields["error"]).toEqual({ code: "invalid_value" });
});

it.each<[Partial<LogEntry>, string]>([
  [{ route: "/health" }, "debug"],
  [{ route: "/ready", status: 503 }, "warn"],
  [{ status: 429 }, "warn"],
  [{ status: 502 }, "warn"],
  [{ outcome: "failed" }, "warn"],
  [{ status: 401 }, "info"],
  [{ outcome: "client-gone", status: 499 }, "info"],
])("%j is at level %s", (more, level) => {
  expect(requestLine({ ...entry, ...more }).level).toBe(level);
});

it("times are whole milliseconds", () => {
  const entry = {
    requestId: "r",
    method: "POST",
    route: "other",
    status: 200,
    ms: 1.4,
    firstByteMs: 0.6,
    firstContentMs: 1.2,
  } as const;
  expect(requestLine(entry).fields).toMatchObject({ ms: 1, first_byte_ms: 1, first_content_ms: 1 });
});
