import { type Scenario, scenario } from "../../src/testing/scenario.ts";
import { answerNow, at, broken, crash, present, three, vote, voting } from "./moves.ts";

/** Runs in which something goes wrong, or somebody interferes. */
export const troubles: Readonly<Record<string, () => Scenario>> = {
  retries() {
    const run = three();
    run.fails("a", { code: "overloaded", retryAfterMs: 2000 });
    run.drafts("b", "The answer of b.");
    at(run, 2000).fires("retry call-1");
    run.fails("a", { code: "connection" });
    at(run, 9000).fires("retry call-4");
    run.drafts("a", "The answer of a.");
    run.drafts("c", "The answer of b.");
    return run;
  },
  "fallback takes over"() {
    const run = three({ fallbacks: { a: { contextTokens: 4096 }, b: {} } });
    run.fails("a", { code: "not-found", message: "no such model" });
    run.fails("b", { code: "quota", message: "nothing left" });
    run.drafts("a", "The answer of a.");
    crash(run);
    run.fails("b", { code: "authentication" });
    run.drafts("c", "The answer of c.");
    for (const id of ["a", "c"]) vote(run, id, "a");
    present(run);
    return run;
  },
  failed() {
    const run = three();
    run.fails("a");
    run.fails("b", { code: "content-filter", message: "refused" });
    run.fails("c", { code: "content-filter", message: "refused" });
    return run;
  },
  "presenter fails"() {
    const run = voting();
    for (const id of ["a", "b"]) vote(run, id, "c");
    run.fails("c", { code: "overloaded" }, true);
    present(run);
    return run;
  },
  "answer breaks off"() {
    const run = voting({ delivery: "live" });
    for (const id of ["a", "b"]) vote(run, id, "c");
    run.starts("c");
    run.fails("c", { code: "truncated" }, true);
    return run;
  },
  "format repaired"() {
    const run = three({ delivery: "whole" });
    run.drafts("a", "no json", broken);
    run.drafts("a", "{}");
    run.drafts("b", "nor this", broken);
    run.drafts("b", "nor this", broken);
    run.fails("c");
    return run;
  },
  "format kept by nobody"() {
    const run = scenario({ agents: ["a"], delivery: "whole" });
    for (let i = 0; i < 2; i++) run.drafts("a", "no json", broken);
    return run;
  },
  cancelled() {
    const run = voting();
    vote(run, "a");
    run.fact({ type: "cancelled", atMs: 5 });
    return run;
  },
  "deadline while drafting"() {
    const run = three();
    run.drafts("b", "The answer of b.");
    at(run, 1_740_000).fires("reserve");
    return run;
  },
  "deadline without a draft"() {
    const run = three();
    at(run, 1_740_000).fires("reserve");
    return run;
  },
  "deadline while voting"() {
    const run = voting({ settings: { earlyStop: false } });
    vote(run, "a", "b");
    at(run, 1_740_000).fires("reserve");
    at(run, 1_770_000).fires("presenter");
    return run;
  },
  stragglers() {
    const run = three({ settings: { quorum: 2, stragglerGraceMs: 1000 } });
    run.drafts("a", "The answer of a.");
    run.drafts("b", "The answer of b.");
    at(run, 1000).fires("straggler");
    for (const id of ["a", "b"]) vote(run, id, "a");
    present(run);
    return run;
  },
  "short budget"() {
    const run = voting({ settings: { budget: { maxCalls: 6 } } });
    for (const id of ["a", "b", "c"]) if (run.live().includes(`${id} ballot`)) vote(run, id);
    return run;
  },
  "short of dollars"() {
    const price = { input: 100, output: 1000 };
    const run = three({ price, unlimited: true, settings: { budget: { maxUsd: 3 } } });
    for (const [id, costUsd] of [
      ["a", 1.9],
      ["b", null],
    ] as const) {
      const { callId } = run.order(id);
      const reply = { text: `The answer of ${id}.`, toolCalls: [], finishReason: "stop" } as const;
      const usage = { inputTokens: 100, outputTokens: 600 };
      run.fact({ type: "draft-finished", callId, reply, usage, costUsd, atMs: run.nowMs });
    }
    run.fails("c", { code: "rate-limited" });
    at(run, 1000).fires("retry call-3");
    run.drafts("c", "The answer of c.");
    return run;
  },
  "small window"() {
    const run = three({ contextTokens: 1100, delivery: "whole" });
    for (const id of ["a", "b", "c"]) run.drafts(id, `${id} `.repeat(600));
    for (const id of ["a", "b"]) vote(run, id, "c");
    present(run);
    return run;
  },
  "turn comes too late"() {
    const run = three();
    run.queues("a", 2_000_000);
    run.queues("b");
    run.sends("b");
    run.drafts("b", "The answer of b.");
    run.drafts("c", "The answer of b.");
    return run;
  },
  "unusable format"() {
    const run = scenario({ agents: ["a"] });
    run.fact({ type: "run-failed", failure: { code: "invalid-request", message: "no such type" }, atMs: 0 });
    return run;
  },
  "answer now, drafting"() {
    const run = three();
    run.drafts("b", "The answer of b.");
    run.drafts("c", "The answer of c.");
    answerNow(run);
    return run;
  },
  "answer now, waiting"() {
    const run = three();
    answerNow(run);
    run.drafts("c", "The answer of c.");
    return run;
  },
  "answer now, voting"() {
    const run = voting({ settings: { earlyStop: false } });
    vote(run, "a", "b");
    answerNow(run);
    present(run);
    return run;
  },
  "answer now, presenting"() {
    const run = voting();
    for (const id of ["a", "b"]) vote(run, id, "c");
    answerNow(run);
    return run;
  },
  "resumed while drafting"() {
    const run = three();
    run.drafts("a", "The answer of a.");
    crash(run);
    run.drafts("b", "The answer of b.");
    crash(run);
    run.drafts("c", "The answer of c.");
    for (const id of ["a", "b"]) vote(run, id, "a");
    present(run);
    return run;
  },
  "resumed while voting"() {
    const run = voting({ settings: { earlyStop: false } });
    vote(run, "a", "b");
    crash(run, "handed-back");
    vote(run, "c", "b");
    crash(run);
    vote(run, "b", "c");
    present(run);
    return run;
  },
  "resumed while presenting"() {
    const run = voting();
    for (const id of ["a", "b"]) vote(run, id, "c");
    run.starts("c");
    crash(run);
    present(run);
    return run;
  },
  "resumed too late"() {
    const run = voting({ settings: { earlyStop: false } });
    vote(run, "a", "b");
    crash(at(run, 1_745_000));
    present(run);
    return run;
  },
  "lost again and again"() {
    const run = three();
    crash(run);
    crash(run);
    const failure = { code: "agents-failed", message: "it is lost again and again" } as const;
    run.fact({ type: "run-failed", failure, lost: true, atMs: run.nowMs });
    return run;
  },
};
