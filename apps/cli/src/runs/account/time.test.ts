import type { CallDetail, LoggedEvent, Receipt, RunResult } from "@massgen/core";
import type { KeptRun } from "@massgen/runs";
import { expect, it } from "vitest";
import { screenOf } from "../../terminal/screen.ts";
import { timeline } from "./timeline.ts";
import { whereTimeWent } from "./time.ts";
import type { EndedRun } from "./told-run.ts";

const layout = { screen: screenOf({ env: { COLUMNS: "80" } }), mostChars: 100 };

function told(callsDetail: readonly Partial<CallDetail>[], events: readonly object[], elapsedMs: number): EndedRun {
  const calls = callsDetail.map((call, at) => ({
    callId: `call-${at + 1}`,
    model: "m",
    phase: "draft",
    result: "ok",
    ...call,
  }));
  const receipt = { callsDetail: calls, elapsedMs, calls: { made: calls.length } } as unknown as Receipt;
  const result = { status: "answered", receipt } as RunResult;
  return { run: {} as KeptRun, events: events as readonly LoggedEvent[], result };
}

it("says what the last call waited for: its turn, further tries, the first token, writing", () => {
  const run = told(
    [
      { agentId: "ada", queuedAtMs: 0, sentAtMs: 0, firstTokenAtMs: 500, endedAtMs: 1000 },
      { agentId: "ben", queuedAtMs: 0, sentAtMs: 3000, endedAtMs: 3200, result: "rate-limited" },
      { agentId: "ben", queuedAtMs: 8200, sentAtMs: 8200, firstTokenAtMs: 9200, endedAtMs: 12_200, retryOf: "call-2" },
    ],
    [
      { type: "call-queued", agentId: "ben", phase: "draft", leastMs: 0, reason: "max_concurrency 1", atMs: 0 },
      { type: "winner-selected", atMs: 12_200 },
    ],
    12_300,
  );
  expect(whereTimeWent(run, layout).join(" ").replaceAll(/\s+/g, " ").trim()).toBe(
    "Drafting took 12 s (99 %). The last was ben (m): 2 tries (before: rate-limited), 5.0 s between tries, " +
      "3.0 s waiting for its turn (max_concurrency 1), 1.2 s to the first token, 3.0 s of writing. The others were done 11 s earlier.",
  );
  const [ada, ben, again] = timeline(run, layout);
  expect(ada).toMatch(/^ {2}ada draft {2}\|-+#+ +\| {2}1\.0 s$/);
  expect(ben).toMatch(/\|\.+-+ +\| {2}3\.2 s rate-limited$/);
  expect(again).toMatch(/\| +-+#+ *\| {2}4\.0 s$/);
});

it("a call that nobody waited for to the end is said to have been called off", () => {
  const run = told(
    [
      { agentId: "ada", queuedAtMs: 0, sentAtMs: 0, firstTokenAtMs: 10, endedAtMs: 20 },
      { agentId: "ben", queuedAtMs: 0, sentAtMs: 0, endedAtMs: 60_000, result: "aborted" },
    ],
    [{ type: "winner-selected", atMs: 60_000 }],
    60_000,
  );
  expect(whereTimeWent(run, layout).join(" ").replaceAll(/\s+/g, " ")).toContain(
    "The last was ben (m): 60 s without a word, then it was called off. The others were done 60 s earlier.",
  );
});
