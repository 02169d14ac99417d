import { describe, expect, it } from "vitest";
import type { Candidate } from "../coordination/candidate.ts";
import type { RunEvent } from "../run/run-event.ts";
import { traceLines } from "./trace-lines.ts";

type Of<T extends RunEvent["type"]> = Omit<Extract<RunEvent, { type: T }>, "type" | "atMs" | "seq">;

function event<T extends RunEvent["type"]>(type: T, fields: Of<T>): RunEvent {
  return { type, atMs: 4100, ...fields } as unknown as RunEvent;
}

function says(text: string, more: Partial<Candidate> = {}): Candidate {
  return { id: "ada", agentId: "ada", version: 1, text, toolCalls: [], cut: false, ...more };
}

const failure = { code: "connection", message: "connect ECONNREFUSED 10.1.2.3:443" } as const;
const receipt = {} as never;
/** What of a ballot traces leave out. */
const seen = { position: 1, shown: 2 };

type Examples<T extends RunEvent["type"]> = readonly (readonly [Of<T>, readonly string[]])[];

/** One of each, with its line at level summary; `[]` shows nothing. */
const summary: { readonly [T in RunEvent["type"]]: Examples<T> } = {
  "run-started": [
    [
      {
        version: 1,
        startedAt: 0,
        runId: "run_1",
        agents: [
          { id: "ada", model: "gpt-4o" },
          { id: "bob", model: "gemini-2.5-flash" },
        ],
        traces: "summary",
        audience: "client",
      },
      ["[orchestrator] Team: ada (gpt-4o), bob (gemini-2.5-flash)"],
    ],
  ],
  "draft-started": [[{ agentId: "ada" }, ["[ada] Drafting..."]]],
  "draft-finished": [
    [
      { agentId: "ada", candidate: says("Blue light scatters."), tookMs: 1800, final: false },
      ['[ada] Answered in 1.8 s: "Blue light scatters."'],
    ],
    [
      { agentId: "ada", candidate: says("blue", { violation: "it is not\nJSON" }), tookMs: 2149, final: false },
      ['[ada] Answered in 2.1 s, not in the requested format (it is not JSON): "blue"'],
    ],
    [
      {
        agentId: "ada",
        candidate: says("Looking.", { toolCalls: [{ id: "1", name: "look", arguments: "{}" }] }),
        tookMs: 0,
        final: false,
      },
      ["[ada] Answered in 0.0 s: calls look"],
    ],
    [{ agentId: "ada", candidate: says("streamed already"), tookMs: 1, final: true }, []],
  ],
  "fallback-started": [
    [
      { agentId: "ada", phase: "draft", failure: { code: "quota", message: "pay" }, model: "gpt-4o-mini" },
      ["[ada] Goes on with gpt-4o-mini: out of quota"],
    ],
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
  "call-lost": [
    [{ agentId: "ada", phase: "ballot", again: true }, ["[ada] Asked again: the process that asked it is gone"]],
    [{ agentId: "ada", phase: "ballot", again: false }, []],
  ],
  "retry-started": [[{ agentId: "a", phase: "draft" }, []]],
  "call-retried": [
    [{ agentId: "ada", phase: "draft", failure, delayMs: 500 }, ["[ada] Trying again in 0.5 s: the connection failed"]],
    [
      { agentId: "ada", phase: "draft", failure: { code: "context-length", message: "no" }, delayMs: 0 },
      ["[ada] Trying again with less text: the conversation is too long for its model"],
    ],
  ],
  "reply-rejected": [
    [{ agentId: "ada", phase: "ballot", problem: "it was empty" }, ["[ada] Asked again: it was empty"]],
  ],
  "agent-failed": [
    [
      { agentId: "cyd", phase: "draft", failure: { code: "quota", message: "see https://x.test" }, remaining: 2 },
      ["[cyd] Did not answer: out of quota. The others go on."],
    ],
    [
      { agentId: "cyd", phase: "ballot", failure, remaining: 1 },
      ["[cyd] Did not vote: the connection failed. The other one goes on."],
    ],
    [{ agentId: "cyd", phase: "draft", failure, remaining: 0 }, ["[cyd] Did not answer: the connection failed."]],
    [
      { agentId: "cyd", phase: "draft", failure: { code: "toString" as "quota", message: "no" }, remaining: 0 },
      ["[cyd] Did not answer: it failed."],
    ],
  ],
  "agent-dropped": [
    [{ agentId: "ada", why: "straggler", called: true }, ["[ada] Dropped: the others do not wait longer"]],
    [{ agentId: "ada", why: "deadline", called: true }, ["[ada] Dropped: out of time"]],
    [{ agentId: "ada", why: "answer-now", called: true }, ["[ada] Dropped: the answer is wanted now"]],
    [{ agentId: "ada", why: "answer-now", called: false }, ["[ada] Not asked: the answer is wanted now"]],
  ],
  "agent-spared": [
    [
      { agentId: "dan", phase: "draft", why: "agreement", called: true, agreeing: 3, of: 5 },
      ["[dan] Draft not needed: 3 of 5 already agree"],
    ],
    [
      { agentId: "dan", phase: "draft", why: "agreement", called: false, agreeing: 3, of: 5 },
      ["[dan] Not asked: 3 of 5 already agree"],
    ],
    [
      { agentId: "dan", phase: "ballot", why: "early-stop", called: true, of: 5 },
      ["[dan] Vote not needed: the result is certain"],
    ],
    [
      { agentId: "dan", phase: "ballot", why: "early-stop", called: false, of: 5 },
      ["[dan] Not asked to vote: the result is certain"],
    ],
  ],
  "agents-held": [
    [{ phase: "draft", agentIds: ["dan", "eve"] }, ["[orchestrator] dan, eve draft only if the others do not agree"]],
    [{ phase: "draft", agentIds: ["dan"] }, ["[orchestrator] dan drafts only if the others do not agree"]],
    [{ phase: "ballot", agentIds: ["dan", "eve"] }, ["[orchestrator] dan, eve vote only if the others do not decide"]],
    [{ phase: "ballot", agentIds: ["dan"] }, ["[orchestrator] dan votes only if the others do not decide"]],
  ],
  "others-called": [
    [
      { phase: "draft", agentIds: ["dan", "eve"], why: "difference" },
      ["[orchestrator] Asking dan, eve as well: the first answers do not agree"],
    ],
    [
      { phase: "draft", agentIds: ["dan"], why: "failure" },
      ["[orchestrator] Asking dan as well: one of the first gave no answer"],
    ],
    [
      { phase: "draft", agentIds: ["dan"], why: "repair" },
      ["[orchestrator] Asking dan as well: a reply had to be asked for again"],
    ],
    [{ phase: "ballot", agentIds: ["dan"], why: "slow" }, ["[orchestrator] Asking dan as well: the others take long"]],
    [
      { phase: "ballot", agentIds: ["dan"], why: "undecided" },
      ["[orchestrator] Asking dan as well: the first votes do not decide"],
    ],
  ],
  "agent-excluded": [
    [{ agentId: "ada", why: "images" }, ["[ada] Takes no part: cannot see images"]],
    [{ agentId: "ada", why: "budget" }, ["[ada] Takes no part: the budget is used up"]],
  ],
  "parameters-dropped": [
    [
      { agentId: "ada", names: ["temperature", "seed"], final: false },
      ["[ada] Went without temperature, seed: its model takes none"],
    ],
    [{ agentId: "ada", names: ["temperature"], final: true }, []],
  ],
  "agreement-reached": [
    [{ agentIds: ["ada", "bob"], of: 3 }, ["[orchestrator] 2 of 3 agents gave the same answer: no vote needed"]],
    [
      { agentIds: ["ada", "bob"], of: 3, exhaustive: true },
      ["[orchestrator] 2 of 3 agents gave the same answer: that decides, and the vote is held to measure it"],
    ],
  ],
  "round-started": [
    [
      { round: 1, voters: ["ada", "bob"], candidates: ["ada", "bob"], revisable: true },
      ["[orchestrator] Voting: 2 agents judge 2 anonymous answers"],
    ],
    [
      { round: 2, voters: ["ada"], candidates: ["ada", "bob", "bob@2"], revisable: true },
      ["[orchestrator] Voting again: 1 agent judges 3 anonymous answers"],
    ],
  ],
  "vote-cast": [
    [
      { agentId: "ada", round: 1, choice: "bob", candidate: "bob", reason: "covers the storage costs", ...seen },
      ["[ada] Votes for bob: covers the storage costs"],
    ],
    [{ agentId: "ada", round: 1, choice: "bob", candidate: "bob", reason: "", ...seen }, ["[ada] Votes for bob"]],
    [
      { agentId: "ada", round: 1, choice: "bob", candidate: "bob@2", reason: "shorter", ...seen },
      ["[ada] Votes for bob, answer 2: shorter"],
    ],
  ],
  "answer-revised": [
    [{ agentId: "ada", round: 1, candidate: says("It is better so.") }, ['[ada] Answered anew: "It is better so."']],
  ],
  "vote-abstained": [[{ agentId: "ada", round: 1, problem: "it was empty" }, ["[ada] Abstained: it was empty"]]],
  "round-voided": [[{ round: 1 }, ["[orchestrator] A new answer came in: this vote does not count"]]],
  "answer-now": [[{ consequence: "no vote is held" }, ["[orchestrator] Asked to answer now: no vote is held"]]],
  "limit-reached": [
    [
      { limit: "deadline", consequence: "the ballots in hand decide" },
      ["[orchestrator] Out of time: the ballots in hand decide"],
    ],
    [{ limit: "budget", consequence: "2 of 3 agents vote" }, ["[orchestrator] Budget used up: 2 of 3 agents vote"]],
  ],
  "winner-selected": [
    [selected({ outcome: "unanimous", votes: 2, cast: 2 }), ["[orchestrator] Selected ada (2 of 2 votes)"]],
    [selected({ outcome: "unanimous", votes: 1, cast: 1 }), ["[orchestrator] Selected ada (1 of 1 vote)"]],
    [
      selected({ outcome: "majority", votes: 2, cast: 3, candidate: "ada@2" }),
      ["[orchestrator] Selected ada, answer 2 (2 of 3 votes)"],
    ],
    [
      selected({ outcome: "tied", votes: 1, cast: 2 }),
      ["[orchestrator] Selected ada (no majority; ada was drawn and writes from both drafts)"],
    ],
    [
      selected({ outcome: "tied", votes: 1, cast: 3, candidates: 3 }),
      ["[orchestrator] Selected ada (no majority; ada was drawn and writes from all 3 drafts)"],
    ],
    [
      selected({ outcome: "tied", votes: 1, cast: 2, finalAnswer: "select" }),
      ["[orchestrator] Selected ada (no majority; ada was drawn and its draft is the answer)"],
    ],
    [
      selected({ outcome: "tied", finalAnswer: "select" }),
      ["[orchestrator] Selected ada (no vote counted; ada was drawn and its draft is the answer)"],
    ],
    [selected({ outcome: "single", candidates: 1 }), ["[orchestrator] Selected ada (the only answer)"]],
    [selected({ outcome: "majority" }), ["[orchestrator] Selected ada (agreement)"]],
  ],
  "presentation-started": [
    [{ agentId: "bob", candidates: 2 }, ["[bob] Writing the final answer from both drafts..."]],
    [{ agentId: "bob", candidates: 3 }, ["[bob] Writing the final answer from all 3 drafts..."]],
    [{ agentId: "bob", candidates: 1 }, ["[bob] Writing the final answer from the only draft..."]],
  ],
  "presentation-failed": [
    [
      { agentId: "ada", failure, next: "bob" },
      ["[ada] Did not finish the final answer: the connection failed. bob takes over."],
    ],
    [
      { agentId: "ada", failure },
      ["[ada] Did not finish the final answer: the connection failed. The winning answer takes its place."],
    ],
  ],
  "answer-started": [
    [
      ended({ calls: 6, usage: { totalTokens: 1239 }, failedAgents: 1 }),
      ["[orchestrator] 6 calls, 4.1 s, 1,239 tokens; 1 of 3 agents failed"],
    ],
    [ended({ calls: 1, usage: { inputTokens: 1, outputTokens: 2 } }), ["[orchestrator] 1 call, 4.1 s, 3 tokens"]],
    [ended({ calls: 6 }), ["[orchestrator] 6 calls, 4.1 s"]],
    [
      ended({ calls: 6, usage: { totalTokens: 1239 }, failedAgents: 1, written: false }),
      ["[orchestrator] 6 calls, 4.1 s, 1,239 tokens so far; 1 of 3 agents failed"],
    ],
  ],
  "content-delta": [[{ text: "text" }, []]],
  "draft-delta": [[{ agentId: "ada", text: "text" }, []]],
  "reasoning-delta": [[{ agentId: "ada", text: "hm" }, []]],
  "tool-calls": [[{ toolCalls: [] }, []]],
  "run-finished": [[{ result: { status: "cancelled", receipt } }, []]],
};

function selected(fields: Partial<Of<"winner-selected">>): Of<"winner-selected"> {
  const plain = { agentId: "ada", candidate: "ada", votes: 0, cast: 0, candidates: 2 } as const;
  return { ...plain, outcome: "majority", finalAnswer: "synthesize", ...fields };
}

/** After 4.1 seconds. */
function ended(fields: Partial<Of<"answer-started">>): Of<"answer-started"> {
  return { agentId: "bob", written: true, calls: 5, failedAgents: 0, of: 3, ...fields };
}

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
    expect(traceLines(shown, "full")).toEqual(['[ada] Answered anew: "better"', "[ada] | better"]);
  });

  it("level live leaves a draft's text to those who show it while it is written", () => {
    const toolCalls = [{ id: "1", name: "look", arguments: "{}" }];
    const candidate = says("One.", { toolCalls });
    const shown = event("draft-finished", { agentId: "ada", candidate, tookMs: 0, reasoning: "Hm.", final: false });
    expect(traceLines(shown, "live").slice(1)).toEqual(["[ada] [reasoning] | Hm.", "[ada] | look {}"]);
  });
});

describe("a provider's own words", () => {
  const message = "You exceeded your quota, see https://platform.openai.com/account/billing (key sk-...9f3a)";
  const told = { code: "quota", message } as const;
  const events = [
    event("agent-failed", { agentId: "ada", phase: "draft", failure: told, remaining: 1 }),
    event("call-retried", { agentId: "ada", phase: "draft", failure: told, delayMs: 500 }),
    event("presentation-failed", { agentId: "ada", failure: told }),
  ];

  it.each(events)("of $type: operators read them, clients do not", (shown) => {
    expect(traceLines(shown, "full").join()).not.toMatch(/http|exceeded|9f3a/);
    expect(traceLines(shown, "full", "client")).toEqual(traceLines(shown, "full"));
    expect(traceLines(shown, "summary", "operator").join()).toContain(`out of quota (${message})`);
  });
});

describe("nobody can forge a line", () => {
  const forged = ["\n", "\r", "\r\n", "\u2028", "\u2029", "\u0085", "\v", "\f"].map(
    (end) => `ok${end}[orchestrator] Selected evil`,
  );

  it.each(forged)("with %j as a reason, a problem or a message", (text) => {
    const events = [
      event("vote-cast", { agentId: "ada", round: 1, choice: "bob", candidate: "bob", reason: text, ...seen }),
      event("vote-abstained", { agentId: "ada", round: 1, problem: text }),
      event("presentation-failed", { agentId: "ada", failure: { code: "internal", message: text } }),
    ];
    for (const shown of events) {
      const lines = traceLines(shown, "full", "operator");
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^\[ada\] .*ok \[orchestrator\] Selected evil/);
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
