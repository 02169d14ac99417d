import { describe, expect, it } from "vitest";
import { scenario } from "../testing/scenario.ts";

const usage = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens });

describe("the receipt", () => {
  it("has usage per agent and phase and in sum, and each agent's state and draft", () => {
    const run = scenario({ agents: ["a", "b"], settings: { finalAnswer: "select" } });
    run.nowMs = 2100;
    run.drafts("a", "four", {}, { ...usage(10, 5), cachedInputTokens: 3 });
    run.drafts("b", "sixsix", {}, usage(20, 6));
    for (const id of ["a", "b"]) {
      const { callId } = run.order(id);
      const reply = { kind: "vote", candidate: "b", reason: "good" } as const;
      run.fact({ type: "ballot-finished", callId, reply, usage: usage(100, 1), atMs: 3000 });
    }
    const { callsDetail, ...receipt } = run.result().receipt;
    expect(callsDetail).toHaveLength(4);
    expect(receipt).toEqual({
      outcome: "unanimous",
      degraded: false,
      reasons: [],
      winner: "b",
      presenter: "b",
      finalAnswer: "select",
      tally: { b: 2 },
      votes: [
        { voter: "a", choice: "b", candidate: "b", reason: "good", position: 1, shown: 2 },
        { voter: "b", choice: "b", candidate: "b", reason: "good", position: 2, shown: 2 },
      ],
      rounds: 1,
      agents: [
        {
          id: "a",
          model: "m",
          status: "completed",
          answerChars: 4,
          draftMs: 2100,
          usage: {
            draft: { inputTokens: 10, outputTokens: 5, totalTokens: 15, cachedInputTokens: 3 },
            ballot: { inputTokens: 100, outputTokens: 1, totalTokens: 101 },
          },
        },
        {
          id: "b",
          model: "m",
          status: "completed",
          answerChars: 6,
          draftMs: 2100,
          usage: {
            draft: { inputTokens: 20, outputTokens: 6, totalTokens: 26 },
            ballot: { inputTokens: 100, outputTokens: 1, totalTokens: 101 },
          },
        },
      ],
      calls: { made: 4, aborted: 0, failed: 0, lost: 0, saved: { agreement: 0, earlyStop: 0, lazy: 0 } },
      usage: { inputTokens: 230, outputTokens: 13, totalTokens: 243, cachedInputTokens: 3 },
      usageComplete: true,
      costComplete: false,
      elapsedMs: 3000,
    });
  });

  it("counts votes per author, over all versions of an answer", () => {
    const run = scenario({
      agents: ["a", "b", "c", "d"],
      settings: { finalAnswer: "select", selfVotes: "allow", earlyStop: false },
    });
    for (const id of ["a", "b", "c", "d"]) run.drafts(id, `${id} says`);
    run.revises("a", "a says more");
    for (const id of ["b", "c", "d"]) run.votes(id, "b");
    run.votes("a", "a@2");
    run.votes("b", "a@2");
    run.votes("c", "a");
    run.votes("d", "d");
    expect(run.result().receipt).toMatchObject({ winner: "a", tally: { a: 3, d: 1 }, rounds: 2 });
    expect(run.result().receipt.votes[2]).toMatchObject({ choice: "a", candidate: "a" });
  });

  it("includes what failed and aborted calls reported, even late", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    const failed = run.order("a").callId;
    const failure = { code: "connection", message: "it broke" } as const;
    run.fact({ type: "call-failed", callId: failed, failure, begun: true, usage: usage(1, 1), atMs: 0 });
    run.drafts("b", "yes", {}, usage(10, 10));
    run.fact({ type: "timer-fired", timer: "reserve", atMs: 0 });
    expect(run.result().receipt).toMatchObject({
      usage: usage(11, 11),
      usageComplete: false,
      calls: { made: 3, failed: 1, aborted: 1 },
    });

    const voting = scenario({ agents: ["a", "b", "c"] });
    for (const id of ["a", "b", "c"]) voting.drafts(id, id, {}, usage(1, 1));
    const spared = voting.order("c").callId;
    voting.votes("a", "b");
    voting.votes("b", "b");
    const late = { code: "aborted", message: "aborted" } as const;
    voting.fact({ type: "call-failed", callId: spared, failure: late, begun: true, usage: usage(7, 0), atMs: 0 });
    voting.presents("b", "done");
    expect(voting.result().receipt.agents[2]?.usage.ballot).toEqual({ ...usage(7, 0), totalTokens: 7 });
  });

  it("has no usage when nobody reported any", () => {
    const run = scenario({ agents: ["a"] });
    run.drafts("a", "yes");
    expect(run.result().receipt).not.toHaveProperty("usage");
    expect(run.result().receipt.usageComplete).toBe(false);
    expect(run.result().receipt.unreported).toEqual({ inputTokens: 10, outputTokens: 0 });
  });

  it("accounts for every call of an ordinary run: made - aborted + saved = 2K+1", () => {
    const agreed = scenario({ agents: ["a", "b", "c"] });
    agreed.drafts("a", "yes");
    agreed.drafts("b", "yes");
    const stopped = scenario({ agents: ["a", "b", "c"] });
    for (const id of ["a", "b", "c"]) stopped.drafts(id, id);
    stopped.votes("a", "b");
    stopped.votes("c", "b");
    stopped.presents("b", "done");
    const lazy = [1, 2].map((most) =>
      scenario({ agents: ["a", "b", "c"], lazyFrom: 0, settings: { maxNewAnswersPerAgent: most } }),
    );
    for (const id of ["a", "b"]) lazy[0]?.drafts(id, "yes");
    for (const id of ["a", "b", "c"]) lazy[1]?.drafts(id, id);
    for (const id of ["a", "b"]) lazy[1]?.votes(id, "c");
    lazy[1]?.presents("c", "done");
    for (const run of [agreed, stopped, ...lazy]) {
      const { made, aborted, saved } = run.result().receipt.calls;
      expect(made - aborted + saved.agreement + saved.earlyStop + saved.lazy).toBe(7);
    }
  });

  it("does not claim the presentation as saved where the team never wants one", () => {
    const run = scenario({ agents: ["a", "b"], settings: { finalAnswer: "select" } });
    run.drafts("a", "yes");
    run.drafts("b", "yes");
    expect(run.result().receipt.calls.saved.agreement).toBe(2);
  });
});
