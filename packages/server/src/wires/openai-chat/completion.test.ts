import { expect, test } from "vitest";
import { answered, receipt } from "../../../test/scripted-run.ts";
import type { Answered } from "../wire.ts";
import { toCompletion, type ChatAnswer } from "./completion.ts";

const identity: ChatAnswer = {
  own: { includeUsage: false },
  answerId: "1",
  runId: "run-1",
  startedAt: 1000,
  model: "m",
  reasoningAlias: false,
};

test("a whole completion", () => {
  expect(toCompletion(identity, answered("Hi") as Answered, ["[a] Drafting..."])).toEqual({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hi", refusal: null, reasoning_content: "[a] Drafting..." },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 4,
      total_tokens: 14,
      prompt_tokens_details: { cached_tokens: 3 },
      completion_tokens_details: { reasoning_tokens: 1 },
    },
    massgen_metadata: {
      run_id: "run-1",
      team: null,
      outcome: "unanimous",
      degraded: false,
      reasons: [],
      winner: "a",
      presenter: "a",
      final_answer: "synthesize",
      votes: [{ voter: "b", choice: "a", reason: "shorter" }],
      tally: { a: 2 },
      agents: [
        { id: "a", model: "m1", status: "completed", cost_usd: null, answer_chars: 5, draft_ms: 7 },
        { id: "b", model: "m2", status: "completed", cost_usd: null, answer_chars: 6, draft_ms: 8 },
      ],
      calls: { made: 5, aborted: 0, failed: 0, lost: 0, saved: { agreement: 0, early_stop: 1, lazy: 0 } },
      rounds: 1,
      usage_complete: true,
      usage_estimated: false,
      cost_usd: 0.0123,
      cost_complete: true,
      cost_estimated_usd: null,
      elapsed_ms: 99,
    },
  });
});

test("content is null only beside tool calls", () => {
  const toolCalls = [{ id: "c1", name: "f", arguments: "{}", opaque: "signature" }];
  const message = (result: unknown): unknown => toCompletion(identity, result as Answered, []).choices[0].message;
  expect(message(answered("", { toolCalls, finishReason: "tool-calls" }))).toEqual({
    role: "assistant",
    content: null,
    refusal: null,
    tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }],
  });
  expect(message(answered("text", { toolCalls }))).toHaveProperty("content", "text");
  expect(message(answered(""))).toEqual({ role: "assistant", content: "", refusal: null });
});

test("an agent's failure is named; usage that nobody reported is estimated", () => {
  const failure = { code: "timeout", message: "too slow", phase: "ballot", retryAfterMs: 5 } as const;
  const agents = [{ id: "a", model: "m", status: "failed", failure, usage: {} }] as const;
  const unreported = { inputTokens: 5, outputTokens: 2 };
  const made = toCompletion(
    identity,
    answered("x", { receipt: { ...receipt, usage: undefined, unreported, agents } }) as Answered,
    [],
  );
  expect(made.massgen_metadata).toMatchObject({ usage_complete: false, usage_estimated: true });
  expect(made.massgen_metadata.agents).toEqual([
    { id: "a", model: "m", status: "failed", error: { code: "timeout", message: "too slow" }, cost_usd: null },
  ]);
  expect(made.usage).toEqual({ prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 });
});

test.each(["constructor", "__proto__", "end_of_turn", null, undefined, 5])(
  "a foreign finish reason %j is no reason to have none",
  (word) => {
    const made = (more: object) =>
      toCompletion(identity, { ...answered("x"), finishReason: word, ...more } as Answered, []);
    expect(made({}).choices[0].finish_reason).toBe("stop");
    const toolCalls = [{ id: "c1", name: "__proto__", arguments: "{}" }];
    expect(made({ toolCalls }).choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: { tool_calls: [{ function: { name: "__proto__" } }] },
    });
  },
);

test("foreign words in a receipt are data: names like an object's own, codes that nobody knows", () => {
  const failure = { code: "constructor", message: "x", phase: "draft" } as never;
  const agents = [{ id: "__proto__", model: "toString", status: "failed", failure, usage: {} }] as const;
  const tally = Object.fromEntries([["__proto__", 2]]);
  const more = { receipt: { ...receipt, winner: "__proto__", tally, agents } };
  const text = JSON.stringify(toCompletion(identity, answered("x", more) as Answered, []).massgen_metadata);
  expect(text).toContain('"tally":{"__proto__":2}');
  expect(text).toContain(
    '{"id":"__proto__","model":"toString","status":"failed","error":{"code":"internal","message":"x"},"cost_usd":null}',
  );
});

test("costs are said per agent and in sum, and nothing that is no cost is", () => {
  const costUsd = { draft: 0.1, ballot: 0.2 };
  const agents = [{ id: "a", model: "m", status: "completed", usage: {}, costUsd }] as const;
  const said = (more: object): unknown =>
    toCompletion(identity, { ...answered(""), receipt: { ...receipt, agents, ...more } } as Answered, [])
      .massgen_metadata;
  expect(said({ costUsd: 0.1 + 0.2, costComplete: false, unreportedCostUsd: 0.05 })).toMatchObject({
    agents: [{ cost_usd: 0.3 }],
    cost_usd: 0.3,
    cost_complete: false,
    cost_estimated_usd: 0.05,
  });
  for (const odd of [undefined, null, NaN, Infinity, -1, "1", {}]) {
    expect(said({ costUsd: odd, costComplete: true, unreportedCostUsd: odd })).toMatchObject({
      cost_usd: null,
      cost_complete: false,
      cost_estimated_usd: null,
    });
  }
});
