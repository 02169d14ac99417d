import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSettings } from "./settings.ts";
import type { CallOrder } from "./effect.ts";
import { promptTokens } from "../token-estimate.ts";
import { callRequest } from "../prompt/call-request.ts";
import { type Scenario, scenario } from "../testing/scenario.ts";
import { scriptedModel } from "../testing/scripted-model.ts";

const nonce = "ABCDEFGHIJ";

/** What an order sends, in tokens by our own estimate. */
function sentTokens(order: CallOrder, question: string): number {
  const agent = { id: order.agentId, model: scriptedModel(() => "") };
  return promptTokens(
    callRequest(agent, { messages: [{ role: "user", content: question }] }, order, defaultSettings, nonce),
  );
}

/** A run of models of 2,048 tokens, whose question takes 10. */
const small = { contextTokens: 2048, promptTokens: 10, outputTokens: 2048 };

function drafted(texts: readonly string[], options: object = {}): Scenario {
  const run = scenario({ agents: texts.map((_, i) => `member-${i}`), ...small, ...options });
  for (const [i, text] of texts.entries())
    if (run.live().includes(`member-${i} draft`)) run.drafts(`member-${i}`, text);
  return run;
}

describe("a context window", () => {
  it("leaves calls that fit as they are", () => {
    const { purpose } = drafted(["one", "two"]).order("member-0");
    expect(purpose).not.toHaveProperty("shownChars");
  });

  it("shortens all answers on a ballot equally, with room for the reply", () => {
    const run = drafted(["a".repeat(9000), "b".repeat(7000), "short"]);
    const { purpose } = run.order("member-2");
    if (purpose.phase !== "ballot") throw new Error("it holds no ballot");
    expect(purpose.shownChars).toBeGreaterThan(500);
    const sent = sentTokens(run.order("member-2"), "q".repeat(30));
    expect(sent).toBeLessThan(2048 - 500);
    expect(sent, "not shorter than it has to be").toBeGreaterThan(2048 - 512 - 400);
  });

  it("shortens answers for a vote where a new answer would have no room", () => {
    const large = { contextTokens: 8192, promptTokens: 6375, outputTokens: 8192 };
    const { purpose } = drafted(["a".repeat(9000), "b".repeat(9000)], large).order("member-0");
    expect(purpose).toMatchObject({ phase: "ballot", revisable: true });
    expect(purpose).toHaveProperty("shownChars");
  });

  it("takes what voters said from a presentation before it shortens the answers", () => {
    const run = drafted(["a".repeat(1100), "b".repeat(1100)]);
    run.votes("member-0", "member-1", "r".repeat(500));
    run.votes("member-1", "member-1", "s".repeat(500));
    const { purpose } = run.order("member-1");
    expect(purpose).toMatchObject({ phase: "presentation", votes: [{ reason: "" }, { reason: "" }] });
    expect(purpose).not.toHaveProperty("shownChars");
  });

  it("that a conversation does not fit alone makes the agent leave, and say so", () => {
    const run = scenario({ agents: ["a", "b"], ...small, promptTokens: 2000 });
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: { code: "context-length", param: "messages" },
      receipt: { calls: { made: 0 }, agents: [{ status: "failed", failure: { phase: "draft" } }, {}] },
    });
    expect(run.announced("agent-failed")[0]?.failure.message).toBe(
      "the conversation (about 2000 tokens) leaves no room in the model's context window of 2048 tokens",
    );
  });

  it.each([
    ["its service counted fewer tokens than we do", 620, 1],
    ["it counted what it had cached as none", 40, 0],
    ["it counted more", 1500, 0],
    ["it counted nothing", undefined, 0],
  ])("has the more room for answers the shorter the conversation is said to be: %s", (_, counted, votes) => {
    const run = scenario({ agents: ["a", "b"], ...small, promptTokens: 1000 });
    const usage = counted === undefined ? {} : { inputTokens: counted, outputTokens: 200 };
    for (const id of ["a", "b"]) run.drafts(id, id.repeat(1000), {}, usage);
    expect(run.live()).toHaveLength(2 * votes);
    for (const id of votes === 0 ? [] : ["a", "b"]) {
      expect(run.order(id).purpose).toMatchObject({ phase: "ballot", shownChars: expect.any(Number) as number });
    }
  });

  it("that has room for a draft and none for a ballot keeps the drafts; one that was drawn goes out", () => {
    const run = drafted(["a".repeat(3000), "b".repeat(3000)], { promptTokens: 1200 });
    expect(run.result()).toMatchObject({
      status: "answered",
      receipt: { outcome: "tied", finalAnswer: "select", reasons: ["agent-failed"], calls: { made: 2 } },
    });
  });

  it("does not quote a reply that does not fit: what broke the format stays as it is", () => {
    const run = scenario({ agents: ["a"], ...small, promptTokens: 900 });
    run.drafts("a", "x".repeat(4000), { violation: "it is not JSON" });
    expect(run.live()).toEqual([]);
  });
});

describe("a refusal for length", () => {
  const refused = { code: "context-length", message: "too long" } as const;
  const texts = ["a".repeat(6000), "b".repeat(6000)];

  it.each([
    ["names the window", { contextTokens: 2048 }],
    ["names the window and counts the prompt", { contextTokens: 2048, promptTokens: 6000 }],
    ["names nothing", {}],
  ])("of a ballot that %s is answered by shortening, once", (_, figures) => {
    const run = drafted(texts, { contextTokens: undefined });
    const before = sentTokens(run.order("member-0"), "");
    run.fails("member-0", { ...refused, ...figures });
    expect(run.live()).toEqual(["member-0 ballot", "member-1 ballot"]);
    const after = sentTokens(run.order("member-0"), "");
    expect(after).toBeLessThan(Math.min(before, 2048));
    expect(run.announced("call-retried")).toMatchObject([{ agentId: "member-0", delayMs: 0 }]);
    run.fails("member-0", { ...refused, ...figures });
    expect(run.live()).toEqual(["member-1 ballot"]);
    expect(run.state.agents.get("member-0")).toMatchObject({ status: "failed", failure: { code: "context-length" } });
  });

  it("is remembered: the agent's next call fits at once", () => {
    const run = drafted(texts, { contextTokens: undefined });
    run.fails("member-1", { ...refused, contextTokens: 2048 });
    run.votes("member-1", "member-1");
    run.votes("member-0", "member-1");
    expect(run.order("member-1").purpose).toMatchObject({
      phase: "presentation",
      shownChars: expect.any(Number) as number,
    });
  });

  it("of a draft for what it may write is answered by an output limit", () => {
    const run = scenario({ agents: ["a", "b"], promptTokens: 100, outputTokens: 32_000 });
    run.fails("a", { ...refused, contextTokens: 4096, promptTokens: 90 });
    expect(run.order("a")).toMatchObject({ maxOutputTokens: 3996 });
    run.fails("a", { ...refused, contextTokens: 4096 });
    expect(run.live()).toEqual(["b draft"]);
  });

  it("of a conversation from which nothing can go makes the agent leave", () => {
    const run = scenario({ agents: ["a", "b"], promptTokens: 5000, outputTokens: 100 });
    run.fails("a", { ...refused, contextTokens: 2048, promptTokens: 4100 });
    expect(run.live()).toEqual(["b draft"]);
    expect(run.state.agents.get("a")).toMatchObject({ status: "failed", failure: { code: "context-length" } });
  });

  it("after the model began to answer is no reason to ask again", () => {
    const run = drafted(texts, { contextTokens: undefined });
    run.fails("member-0", { ...refused, contextTokens: 2048 }, true);
    expect(run.live()).toEqual(["member-1 ballot"]);
  });
});

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.nat(12_000).map((length) => "w".repeat(length)),
);

it("whatever is drafted and voted: no prompt is longer than its window, by the one estimate", () => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 2, maxLength: 6 }),
      fc.constantFrom(1024, 1500, 2048, 4096, 8192),
      fc.nat(1500),
      fc.array(fc.record({ choice: fc.nat(5), reason: fc.nat(500), fails: fc.boolean() }), {
        minLength: 6,
        maxLength: 6,
      }),
      (drafts, contextTokens, questionTokens, ballots) => {
        const question = "q".repeat(3 * questionTokens);
        const run = drafted(drafts, { contextTokens, promptTokens: questionTokens });
        for (const [i, { choice, reason, fails }] of ballots.entries()) {
          const voter = `member-${i}`;
          if (!run.live().includes(`${voter} ballot`)) continue;
          const order = run.order(voter);
          if (order.purpose.phase !== "ballot") continue;
          const { candidates } = order.purpose;
          if (fails) run.fails(voter, { code: "context-length", contextTokens: 1000 });
          else run.votes(voter, candidates[choice % candidates.length]?.id ?? "", "r".repeat(reason));
        }
        for (const effect of run.effects) {
          if (effect.type !== "start-call" || effect.order.shortened) continue;
          const sent = sentTokens(effect.order, question);
          // A quarter, 1,024 at most, is kept for the reply; less where a whole answer is known to take less.
          const room = effect.order.purpose.phase === "draft" ? 64 : Math.min(1024, Math.floor(contextTokens / 4));
          expect(sent).toBeLessThanOrEqual(contextTokens - room);
        }
      },
    ),
    { numRuns: 300 },
  );
});
