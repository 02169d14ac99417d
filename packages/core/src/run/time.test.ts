import { describe, expect, it } from "vitest";
import type { CoordinationSettings } from "../coordination/settings.ts";
import { MassgenError } from "../errors.ts";
import type { ChatRequest } from "../model/chat-request.ts";
import type { ChatModel } from "../model/chat-model.ts";
import { type ManualClock, manualClock } from "../testing/manual-clock.ts";
import { type ScriptedReply, labelOf, phaseOf, scriptedModel, vote } from "../testing/scripted-model.ts";
import type { RunRequest } from "../run-request.ts";
import { type Team, createTeam } from "../team.ts";
import type { AnsweredResult } from "./driver.ts";

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;
const never = new Promise<never>(() => {});

/** All promises that can settle without anybody's doing have settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function timed(
  models: Readonly<Record<string, ChatModel>>,
  coordination: Partial<CoordinationSettings> = {},
): { clock: ManualClock; team: Team; ask: (request?: Partial<RunRequest>) => Promise<AnsweredResult> } {
  const clock = manualClock();
  const team = createTeam({
    agents: Object.entries(models).map(([id, model]) => ({ id, model })),
    coordination,
    ports: { clock, newRunId: () => "run_1" },
  });
  const ask = (request: Partial<RunRequest> = {}): Promise<AnsweredResult> => {
    const result = team.run({ messages, ...request }).answer();
    // Looked at later: until then it must not count as unhandled.
    result.catch(() => {});
    return result;
  };
  return { clock, team, ask };
}

const failing = (code: "rate-limited" | "overloaded" | "connection", retryAfterMs?: number): ScriptedReply => ({
  error: new MassgenError(code, "not now", retryAfterMs === undefined ? {} : { retryAfterMs }),
});

describe("retries", () => {
  it("happen after the wait that the provider asks for", async () => {
    const model = scriptedModel((_, n) => (n === 1 ? failing("rate-limited", 5000) : "yes"));
    const { clock, ask } = timed({ a: model });
    const result = ask();
    await settled();
    clock.advance(4999);
    await settled();
    expect(model.requests).toHaveLength(1);
    clock.advance(1);
    expect(await result).toMatchObject({ text: "yes", receipt: { calls: { made: 2, failed: 1 }, elapsedMs: 5000 } });
    expect(clock.pending()).toBe(0);
  });

  it("send the very same request, marks included, so that a service can be seen to fail at it; another question has others", async () => {
    let ballots = 0;
    const respond = (request: ChatRequest, n: number): ScriptedReply => {
      if (phaseOf(request) !== "ballot") return `answer ${n}`;
      ballots += 1;
      if (ballots <= 2) return failing("overloaded");
      return ballots === 3 ? "no vote" : vote("agent1");
    };
    const a = scriptedModel(respond);
    const { clock, ask } = timed(
      { a, b: scriptedModel(() => "b") },
      { maxNewAnswersPerAgent: 1, finalAnswer: "select" },
    );
    const result = ask();
    for (let i = 0; i < 5; i++) {
      await settled();
      clock.advance(2000);
    }
    await result;
    const [first, ...others] = a.requests.slice(1).map(({ messages: sent }) => JSON.stringify(sent));
    expect(others.map((other) => other === first)).toEqual([true, true, false]);
  });

  it("are two at most", async () => {
    const model = scriptedModel(() => failing("overloaded"));
    const { clock, ask } = timed({ a: model });
    const result = ask();
    for (let i = 0; i < 5; i++) {
      await settled();
      clock.advance(2000);
    }
    await expect(result).rejects.toMatchObject({ code: "overloaded", message: "No agent could answer. a: not now" });
    expect(model.requests).toHaveLength(3);
  });

  it("do not happen beyond the deadline: the run fails at once and says how long to wait", async () => {
    const model = scriptedModel(() => failing("rate-limited", 60_000));
    const { clock, ask } = timed({ a: model }, { deadlineMs: 60_000 });
    await expect(ask()).rejects.toMatchObject({ code: "rate-limited", retryAfterMs: 60_000 });
    expect([model.requests.length, clock.pending()]).toEqual([1, 0]);
  });

  it("follow a stream that ends without a word, not one that broke off", async () => {
    let calls = 0;
    const empty: ChatModel = {
      contract: 1,
      model: "m",
      stream: async function* () {
        if (calls++ === 0) return;
        yield { type: "text-delta", text: "yes" };
        yield { type: "finish", reason: "stop" };
      },
    };
    const { clock, ask } = timed({ a: empty });
    const result = ask();
    await settled();
    clock.advance(1000);
    expect((await result).text).toBe("yes");

    const broken: ChatModel = {
      contract: 1,
      model: "m",
      stream: async function* () {
        yield { type: "text-delta", text: "half" };
      },
    };
    await expect(timed({ a: broken }).ask()).rejects.toMatchObject({ code: "truncated" });
  });

  it("do not follow an exception of the provider's own making, and its text is not shown", async () => {
    const buggy: ChatModel = {
      contract: 1,
      model: "m",
      stream: () => {
        throw new TypeError("sk-secret");
      },
    };
    await expect(timed({ a: buggy }).ask()).rejects.toMatchObject({
      code: "internal",
      message: "No agent could answer. a: the provider failed unexpectedly (TypeError)",
    });
  });
});

describe("time", () => {
  it("counts from the start of the run, not of the process", async () => {
    const gate = Promise.withResolvers<void>();
    const { clock, ask } = timed({ a: scriptedModel(() => ({ text: "yes", after: gate.promise })) });
    clock.advance(5000);
    const result = ask();
    await settled();
    clock.advance(300);
    gate.resolve();
    expect((await result).receipt).toMatchObject({ elapsedMs: 300, agents: [{ draftMs: 300 }] });
  });
});

describe("time limits of a run", () => {
  const says = (text: string): ChatModel => scriptedModel((request) => (phaseOf(request) === "draft" ? text : ""));
  const hangs = (): ReturnType<typeof scriptedModel> => scriptedModel(() => ({ text: "late", after: never }));

  it("without any draft: timeout, a quarter before the deadline", async () => {
    const models = { a: hangs(), b: hangs() };
    const { clock, ask } = timed(models, { deadlineMs: 100_000 });
    const result = ask();
    await settled();
    clock.advance(74_999);
    await settled();
    expect(models.a.aborted()).toBe(0);
    clock.advance(1);
    await expect(result).rejects.toMatchObject({ code: "timeout" });
    await settled();
    expect([models.a.aborted(), models.b.aborted(), clock.pending()]).toEqual([1, 1, 0]);
  });

  it("with one draft: that is the answer", async () => {
    const { clock, ask } = timed({ a: says("yes"), b: hangs() }, { deadlineMs: 100_000 });
    const result = ask();
    await settled();
    clock.advance(75_000);
    expect(await result).toMatchObject({ text: "yes", receipt: { outcome: "single", reasons: ["deadline"] } });
  });

  it("of the request holds if it is sooner than the team's", async () => {
    const { clock, ask } = timed({ a: hangs() });
    const result = ask({ deadlineMs: 1000 });
    await settled();
    clock.advance(1000);
    await expect(result).rejects.toMatchObject({ code: "timeout", message: "No complete answer within 1 s." });
    expect(clock.pending()).toBe(0);
  });

  it("a presenter without a first token by half of its time: the winning text", async () => {
    const voter = (draft: string) =>
      scriptedModel((request): ScriptedReply => {
        switch (phaseOf(request)) {
          case "draft":
            return draft;
          case "ballot":
            return vote(labelOf(request, "by b"));
          case "presentation":
            return { text: "late", after: never };
        }
      });
    const models = { a: voter("by a"), b: voter("by b") };
    const { clock, ask } = timed(models, { deadlineMs: 100_000 });
    const result = ask();
    await settled();
    clock.advance(87_500);
    expect(await result).toMatchObject({ text: "by b", receipt: { reasons: ["deadline", "presenter-fallback"] } });
    await settled();
    expect([models.b.aborted(), clock.pending()]).toEqual([1, 0]);
  });

  it("stragglers are dropped when enough drafts are in and the grace is over", async () => {
    const voter = (draft: string) =>
      scriptedModel((request) => (phaseOf(request) === "draft" ? draft : vote(labelOf(request, "by b"))));
    const slow = hangs();
    const settings = { quorum: 2, stragglerGraceMs: 8000, finalAnswer: "select" } as const;
    const { clock, ask } = timed({ a: voter("by a"), b: voter("by b"), c: slow }, settings);
    const result = ask();
    await settled();
    clock.advance(7999);
    await settled();
    expect(slow.aborted()).toBe(0);
    clock.advance(1);
    expect(await result).toMatchObject({ text: "by b", receipt: { reasons: ["straggler-dropped"] } });
    expect(slow.aborted()).toBe(1);
  });

  it("while the reader of a live answer is slow, only the run's deadline goes on", async () => {
    const model = scriptedModel(() => ({ pieces: ["half", "whole"] }));
    const { clock, team } = timed({ a: model }, { deadlineMs: 100_000 });
    const seen: string[] = [];
    for await (const event of team.run({ messages })) {
      seen.push(event.type === "run-finished" ? event.result.status : event.type);
      if (event.type === "content-delta") clock.advance(100_000);
    }
    expect(seen).toEqual(["run-started", "draft-started", "answer-started", "content-delta", "failed"]);
  });
});
