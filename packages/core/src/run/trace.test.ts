import { describe, expect, it } from "vitest";
import type { Candidate } from "../coordination/candidate.ts";
import type { RunEvent } from "./run-event.ts";
import { traceLines } from "./trace.ts";

type Of<T extends RunEvent["type"]> = Omit<Extract<RunEvent, { type: T }>, "type" | "atMs" | "seq">;

function event<T extends RunEvent["type"]>(type: T, fields: Of<T>): RunEvent {
  return { type, atMs: 0, ...fields } as unknown as RunEvent;
}

function says(text: string, more: Partial<Candidate> = {}): Candidate {
  return { id: "ada", agentId: "ada", version: 1, text, toolCalls: [], cut: false, ...more };
}

const failure = { code: "connection", message: "the line went dead" } as const;
const receipt = {} as never;

/** One of each, with its line at level summary; `[]` shows nothing. */
const summary: { readonly [T in RunEvent["type"]]: readonly (readonly [Of<T>, readonly string[]])[] } = {
  "run-started": [[{ version: 1, startedAt: 0, runId: "run_1", agents: [], traces: "summary" }, []]],
  "draft-started": [[{ agentId: "ada" }, ["[ada] Drafting..."]]],
  "draft-finished": [
    [
      { agentId: "ada", candidate: says("twelve chars"), tookMs: 2149, final: false },
      ["[ada] Answered (12 chars, 2.1 s)"],
    ],
    [
      { agentId: "ada", candidate: says("blue", { violation: "it is not\nJSON" }), tookMs: 2149, final: false },
      ["[ada] Answered (4 chars, 2.1 s)", "[ada] The answer breaks the response format: it is not JSON"],
    ],
    [
      {
        agentId: "ada",
        candidate: says("", { toolCalls: [{ id: "1", name: "look", arguments: "{}" }] }),
        tookMs: 0,
        final: false,
      },
      ["[ada] Answered (calls look, 0.0 s)"],
    ],
    [{ agentId: "ada", candidate: says("streamed already"), tookMs: 1, final: true }, []],
  ],
  "call-queued": [
    [
      { agentId: "a", phase: "draft", leastMs: 999, reason: "max_concurrency 1" },
      ["[a] Waiting for its turn (max_concurrency 1)"],
    ],
    [
      { agentId: "a", phase: "ballot", leastMs: 12_340, reason: "requests_per_minute 5" },
      ["[a] Waiting for its turn, 12.3 s or more (requests_per_minute 5)"],
    ],
  ],
  "call-sent": [[{ agentId: "a", phase: "draft" }, []]],
  "retry-started": [[{ agentId: "a", phase: "draft" }, []]],
  "call-retried": [
    [{ agentId: "ada", phase: "draft", failure, delayMs: 500 }, ["[ada] Trying again in 0.5 s: the line went dead"]],
  ],
  "reply-rejected": [
    [{ agentId: "ada", phase: "ballot", problem: "it was empty" }, ["[ada] Asked again: it was empty"]],
  ],
  "agent-failed": [[{ agentId: "ada", phase: "draft", failure }, ["[ada] Failed: the line went dead"]]],
  "agent-dropped": [
    [{ agentId: "ada", why: "straggler" }, ["[ada] Dropped: the others are waiting"]],
    [{ agentId: "ada", why: "deadline" }, ["[ada] Dropped: out of time"]],
  ],
  "agent-spared": [
    [{ agentId: "ada", phase: "draft", why: "agreement" }, ["[ada] Stopped: the result is certain without it"]],
  ],
  "agent-excluded": [
    [{ agentId: "ada", why: "images" }, ["[ada] Takes no part: cannot see images"]],
    [{ agentId: "ada", why: "budget" }, ["[ada] Takes no part: the budget does not reach"]],
  ],
  "parameters-dropped": [
    [
      { agentId: "ada", names: ["temperature", "seed"], final: false },
      ["[ada] Went without temperature, seed: the model does not take it"],
    ],
    [{ agentId: "ada", names: ["temperature"], final: true }, []],
  ],
  "agreement-reached": [
    [{ agentIds: ["ada", "bob"], of: 3 }, ["[orchestrator] 2 of 3 agents gave the same answer: no vote needed"]],
  ],
  "round-started": [
    [
      { round: 1, voters: ["ada", "bob"], candidates: ["ada", "bob", "cyd"], revisable: true },
      ["[orchestrator] Vote 1: 2 agents, 3 answers"],
    ],
  ],
  "vote-cast": [
    [
      { agentId: "ada", round: 1, choice: "bob", candidate: "bob", reason: "covers storage costs" },
      ["[ada] Voted for bob: covers storage costs"],
    ],
    [{ agentId: "ada", round: 1, choice: "bob", candidate: "bob", reason: "" }, ["[ada] Voted for bob"]],
  ],
  "answer-revised": [[{ agentId: "ada", round: 1, candidate: says("better") }, ["[ada] Answered anew (6 chars)"]]],
  "vote-abstained": [[{ agentId: "ada", round: 1, problem: "it was empty" }, ["[ada] Abstained: it was empty"]]],
  "round-voided": [[{ round: 1 }, ["[orchestrator] A new answer came in: vote 1 does not count"]]],
  "limit-reached": [
    [
      { limit: "deadline", consequence: "the ballots in hand decide" },
      ["[orchestrator] Out of time: the ballots in hand decide"],
    ],
    [{ limit: "budget", consequence: "2 of 3 agents vote" }, ["[orchestrator] Budget used up: 2 of 3 agents vote"]],
  ],
  "winner-selected": [
    [
      { agentId: "ada", candidate: "ada", outcome: "unanimous", votes: 2, cast: 2, finalAnswer: "synthesize" },
      ["[orchestrator] Selected ada (2 of 2 votes)"],
    ],
    [
      { agentId: "ada", candidate: "ada", outcome: "tied", votes: 1, cast: 2, finalAnswer: "select" },
      ["[orchestrator] Selected ada (tied with 1 of 2 votes, drawn by lot)"],
    ],
    [
      { agentId: "ada", candidate: "ada", outcome: "tied", votes: 0, cast: 0, finalAnswer: "select" },
      ["[orchestrator] Selected ada (no votes, drawn by lot)"],
    ],
    [
      { agentId: "ada", candidate: "ada", outcome: "single", votes: 0, cast: 0, finalAnswer: "select" },
      ["[orchestrator] Selected ada (the only answer)"],
    ],
    [
      { agentId: "ada", candidate: "ada", outcome: "majority", votes: 0, cast: 0, finalAnswer: "select" },
      ["[orchestrator] Selected ada (agreement)"],
    ],
  ],
  "presentation-started": [[{ agentId: "ada" }, ["[ada] Writing the final answer..."]]],
  "presentation-failed": [
    [{ agentId: "ada", failure, next: "bob" }, ["[ada] Failed to write the final answer: the line went dead"]],
    [
      { agentId: "ada", failure },
      [
        "[ada] Failed to write the final answer: the line went dead",
        "[orchestrator] Falling back to the winning answer",
      ],
    ],
  ],
  "content-delta": [[{ text: "text" }, []]],
  "draft-delta": [[{ agentId: "ada", text: "text" }, []]],
  "reasoning-delta": [[{ agentId: "ada", text: "hm" }, []]],
  "tool-calls": [[{ toolCalls: [] }, []]],
  "run-finished": [[{ result: { status: "cancelled", receipt } }, []]],
};

const cases = Object.entries(summary).flatMap(([type, examples]) =>
  examples.map(([fields, lines]) => ({ shown: event(type as "draft-started", fields as Of<"draft-started">), lines })),
);

describe("trace lines", () => {
  it.each(cases)("of $shown.type, level summary: $lines", ({ shown, lines }) => {
    expect(traceLines(shown, "summary")).toEqual(lines);
  });

  it.each(cases)("of $shown.type, level off: none", ({ shown }) => {
    expect(traceLines(shown, "off")).toEqual([]);
  });

  it.each(cases)("of $shown.type, level full: begin like those of summary", ({ shown, lines }) => {
    expect(traceLines(shown, "full").slice(0, lines.length)).toEqual(lines);
  });

  it("level full adds a draft and the model's reasoning as one block, line by line", () => {
    const shown = event("draft-finished", {
      agentId: "ada",
      candidate: says("One.\r\n\nTwo."),
      tookMs: 0,
      reasoning: "Hm.\nYes.",
      final: false,
    });
    expect(traceLines(shown, "full").slice(1)).toEqual([
      "[ada] [reasoning] | Hm.",
      "[ada] [reasoning] | Yes.",
      "[ada] | One.",
      "[ada] |",
      "[ada] | Two.",
    ]);
  });

  it("level full adds what a draft calls, with its arguments", () => {
    const look = { id: "1", name: "look", arguments: '{"at":\n"sky"}' };
    const shown = (text: string): RunEvent =>
      event("draft-finished", {
        agentId: "ada",
        candidate: says(text, { toolCalls: [look] }),
        tookMs: 0,
        final: false,
      });
    expect(traceLines(shown(""), "full").slice(1)).toEqual(['[ada] | look {"at":', '[ada] | "sky"}']);
    expect(traceLines(shown("Looking."), "full")[1]).toBe("[ada] | Looking.");
  });

  it("level full adds a revised answer", () => {
    const shown = event("answer-revised", { agentId: "ada", round: 1, candidate: says("better") });
    expect(traceLines(shown, "full")).toEqual(["[ada] Answered anew (6 chars)", "[ada] | better"]);
  });
});

describe("nobody can forge a line", () => {
  const forged = ["\n", "\r", "\r\n", "\u2028", "\u2029", "\u0085", "\v", "\f"].map(
    (end) => `ok${end}[orchestrator] Selected evil`,
  );

  it.each(forged)("with %j as a reason, a problem or a message", (text) => {
    const events = [
      event("vote-cast", { agentId: "ada", round: 1, choice: "bob", candidate: "bob", reason: text }),
      event("vote-abstained", { agentId: "ada", round: 1, problem: text }),
      event("agent-failed", { agentId: "ada", phase: "draft", failure: { code: "internal", message: text } }),
    ];
    for (const shown of events) {
      const lines = traceLines(shown, "full");
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^\[ada\] .*ok \[orchestrator\] Selected evil$/);
    }
  });

  it.each(forged)("with %j in a draft or its reasoning", (text) => {
    const shown = event("draft-finished", {
      agentId: "ada",
      candidate: says(text),
      tookMs: 0,
      reasoning: text,
      final: false,
    });
    for (const line of traceLines(shown, "full")) expect(line).toMatch(/^\[ada\] [^\n\r\u0085\u2028\u2029\v\f]*$/);
  });
});

describe("traces of huge answers", () => {
  const candidate = (text: string, calls = 0) => ({
    id: "ada",
    agentId: "ada",
    version: 1,
    text,
    cut: false,
    toolCalls: Array.from({ length: calls }, (_, i) => ({ id: `${i}`, name: "look", arguments: "{}" })),
  });
  const lines = (shown: ReturnType<typeof candidate>): string[] =>
    traceLines(event("draft-finished", { agentId: "ada", candidate: shown, tookMs: 1, final: false }), "full");

  it("leave out the middle", () => {
    const text = `${"x".repeat(100_000)}\n${"y".repeat(900_000)}`;
    expect(lines(candidate(text)).join("\n").length).toBeLessThan(101_000);
    expect(lines(candidate(text))).toContain("[ada] | [... 900001 characters left out here ...]");
  });

  it("name some of many calls", () => {
    expect(lines(candidate("", 100))[0]).toContain("look and 80 more");
    expect(lines(candidate("", 100))).toHaveLength(21);
  });
});
