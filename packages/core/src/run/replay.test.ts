import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import type { Fact } from "../coordination/event.ts";
import { initialState } from "../coordination/state.ts";
import { transition } from "../coordination/transition.ts";
import { manualClock } from "../testing/manual-clock.ts";
import { answersIn, newAnswer, phaseOf, scriptedModel, vote } from "../testing/scripted-model.ts";
import type { ChatRequest } from "../model/chat-request.ts";
import { createTeam } from "../team.ts";
import type { RunEvent } from "./run-event.ts";
import { setupFor } from "./setup.ts";

/** A team of three that revises once and then cannot agree, and everything that was recorded of a run of it. */
async function recordedRun(runId: string, seed?: number, question = "Why is the sky blue?") {
  const messages = [{ role: "user", content: question }] as const;
  const facts: Fact[] = [];
  const agents = ["a", "b", "c"].map((id) => ({
    id,
    model: scriptedModel((request, n) => {
      switch (phaseOf(request)) {
        case "draft":
          return `${id} says`;
        case "ballot":
          return n === 2 && id === "a" ? newAnswer("a says more") : vote([...answersIn(request).keys()][0] ?? "");
        case "presentation":
          return { pieces: ["the ", "answer"] };
      }
    }),
  }));
  const ports = {
    clock: manualClock(),
    newRunId: () => runId,
    newSecret: () => "0123456789abcdef",
    record: (fact: Fact) => void facts.push(fact),
  };
  const team = createTeam({ agents, ports });
  const request = { messages, ...(seed !== undefined && { sampling: { seed } }) };
  const events: RunEvent[] = [];
  for await (const event of team.run(request)) events.push(event);
  return { team, request, facts, events, requests: agents.map(({ model }) => model.requests) };
}

describe("the record of a run", () => {
  it("replays to the same announcements and the same result", async () => {
    const { team, request, facts, events } = await recordedRun("run_1");
    let state = initialState(setupFor(team.agents, team.settings, request, "run_1", ""));
    const replayed: unknown[] = [];
    for (const fact of facts) {
      const [next, effects] = transition(state, fact);
      state = next;
      const { atMs } = fact;
      for (const effect of effects) {
        if (effect.type === "announce") replayed.push({ ...effect.announcement, atMs });
        if (effect.type === "finish") replayed.push({ type: "run-finished", result: effect.result, atMs });
      }
    }
    const seen = events.filter((event) => event.type !== "run-started" && event.type !== "content-delta");
    expect(replayed.map((event, i) => ({ ...(event as object), seq: i + 1 }))).toEqual(seen);
  });

  it("holds facts only: no piece of text that streamed by", async () => {
    const { facts } = await recordedRun("run_1");
    expect(facts[0]).toEqual({ type: "run-started", atMs: 0 });
    expect(new Set(facts.map((fact) => fact.type))).toEqual(
      new Set(["run-started", "draft-finished", "ballot-finished", "content-started", "presentation-finished"]),
    );
  });

  it("survives JSON", async () => {
    const { facts } = await recordedRun("run_1");
    expect(isDeepStrictEqual(JSON.parse(JSON.stringify(facts)), facts)).toBe(true);
  });
});

describe("the seed", () => {
  it("is the request: the same one gives the same run, event by event", async () => {
    const [one, two] = [await recordedRun("run_1"), await recordedRun("run_2")];
    expect(two.events.slice(1)).toEqual(one.events.slice(1));
    expect(JSON.stringify(two.requests)).toBe(JSON.stringify(one.requests));
  });

  it("differs from conversation to conversation", async () => {
    const orders = await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        const { requests } = await recordedRun("run_1", undefined, `Question ${i}?`);
        return JSON.stringify([...answersIn(requests[0]?.[1] as ChatRequest)]);
      }),
    );
    expect(new Set(orders).size).toBeGreaterThan(1);
  });

  it("is the client's, if it gives one", async () => {
    const [one, two] = [await recordedRun("run_1", 7), await recordedRun("run_2", 7)];
    expect(JSON.stringify(two.requests)).toBe(JSON.stringify(one.requests));
  });
});
