import { describe, expect, it } from "vitest";
import { MassgenError } from "../errors.ts";
import type { ChatModel } from "../model/chat-model.ts";
import { type ScriptedReply, labelOf, phaseOf, scriptedModel, vote } from "../testing/scripted-model.ts";
import type { RunRequest } from "../run-request.ts";
import { createTeam } from "../team.ts";
import type { Run } from "./run.ts";
import type { RunEvent } from "./run-event.ts";
import { traceLines } from "../trace/trace-lines.ts";

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;

/** All promises that can settle without anybody's doing have settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function eventsOf(run: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

const contentOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === "content-delta" ? [event.text] : []));

/** A team of two in which b's draft wins and b presents first, then a. */
function teamWhosePresenters(b: ScriptedReply, a: ScriptedReply = "by a") {
  const agent = (draft: string, presents: ScriptedReply) =>
    scriptedModel((request) => {
      switch (phaseOf(request)) {
        case "draft":
          return draft;
        case "ballot":
          return vote(labelOf(request, "draft of b"));
        case "presentation":
          return presents;
      }
    });
  const models = { a: agent("draft of a", a), b: agent("draft of b", b) };
  const team = createTeam({ agents: Object.entries(models).map(([id, model]) => ({ id, model })) });
  return { models, run: (request: Partial<RunRequest> = {}): Run => team.run({ messages, ...request }) };
}

/** A model that says how far it was read. */
function meteredModel(
  pieces: readonly string[],
  type: "text-delta" | "reasoning-delta" = "text-delta",
): ChatModel & { readonly read: () => number; readonly closed: () => boolean } {
  let read = 0;
  let closed = false;
  return {
    contract: 1,
    model: "metered",
    read: () => read,
    closed: () => closed,
    stream: async function* () {
      try {
        for (const text of pieces) {
          read++;
          yield { type, text };
        }
        yield { type: "finish", reason: "stop" };
      } finally {
        closed = true;
      }
    },
  };
}

describe("live delivery", () => {
  it("is pulled: the model is asked for the next piece when the consumer took the last", async () => {
    const model = meteredModel(["1", "2", "3"]);
    const run = createTeam({ agents: [{ id: "a", model }] }).run({ messages });
    const events = run[Symbol.asyncIterator]();
    const readUpTo: number[] = [];
    for (;;) {
      const { value, done } = await events.next();
      if (done) break;
      await settled();
      if (value.type === "content-delta") readUpTo.push(model.read());
    }
    expect(readUpTo).toEqual([1, 2, 3]);
  });

  it("is pulled while the model is still reasoning as well", async () => {
    const model = meteredModel(["1", "2", "3"], "reasoning-delta");
    const run = createTeam({ agents: [{ id: "a", model }] }).run({ messages });
    const events = run[Symbol.asyncIterator]();
    const readUpTo: number[] = [];
    while (readUpTo.length < 3) {
      const { value } = await events.next();
      await settled();
      if (value?.type === "reasoning-delta") readUpTo.push(model.read());
    }
    expect(readUpTo).toEqual([1, 2, 3]);
    await events.return?.();
  });

  it("does not read on while nobody consumes", async () => {
    const model = meteredModel(Array.from({ length: 1000 }, (_, i) => `${i}`));
    const run = createTeam({ agents: [{ id: "a", model }] }).run({ messages });
    const events = run[Symbol.asyncIterator]();
    await settled();
    expect(model.read()).toBe(1);
    await events.next();
    await events.return?.();
    await settled();
    expect([model.closed(), model.read()]).toEqual([true, 2]);
  });

  it("replaces a presentation that breaks before any content", async () => {
    const { run } = teamWhosePresenters({ error: new MassgenError("context-length", "too long") });
    const live = run();
    const events = await eventsOf(live);
    expect(contentOf(events)).toEqual(["by a"]);
    expect((await live.answer()).receipt).toMatchObject({ winner: "b", presenter: "a", degraded: true });
  });

  it("ends in an error when the presentation breaks after content: no finish, nothing else", async () => {
    const error = new MassgenError("connection", "the line went dead");
    const live = teamWhosePresenters({ pieces: ["Because ", "of"], error }).run();
    const events = await eventsOf(live);
    expect(contentOf(events)).toEqual(["Because ", "of"]);
    expect(events.at(-1)).toMatchObject({
      type: "run-finished",
      result: { status: "failed", failure: { code: "connection" }, receipt: { calls: { made: 5, failed: 1 } } },
    });
    await expect(live.answer()).rejects.toMatchObject({
      code: "connection",
      message: "The final answer broke off. b: the line went dead",
    });
  });

  it("shows no trace after content began, even if a lone agent breaks off", async () => {
    const error = new MassgenError("connection", "the line went dead");
    const model = scriptedModel(() => ({ text: "Because", error }));
    const events = await eventsOf(createTeam({ agents: [{ id: "a", model }] }).run({ messages }));
    const first = events.findIndex((event) => event.type === "content-delta");
    expect(events.slice(first).flatMap((event) => traceLines(event, "full"))).toEqual([]);
    expect(events.at(-1)).toMatchObject({ result: { status: "failed" } });
  });
});

describe("whole delivery", () => {
  it("throws a broken presentation away and delivers the next one, in one piece, at the end", async () => {
    const error = new MassgenError("connection", "the line went dead");
    const { run } = teamWhosePresenters({ pieces: ["Because ", "of"], error }, { pieces: ["by ", "a"] });
    const whole = run({ delivery: "whole" });
    const events = await eventsOf(whole);
    expect(contentOf(events)).toEqual(["by a"]);
    expect(events.at(-2)?.type).toBe("content-delta");
    expect(await whole.answer()).toMatchObject({
      text: "by a",
      receipt: { reasons: ["agent-failed", "presenter-fallback"] },
    });
  });

  it("delivers the winning text as it is when every presentation broke", async () => {
    const error = new MassgenError("context-length", "too long");
    const { run } = teamWhosePresenters({ text: "half", error }, { error });
    const whole = run({ delivery: "whole" });
    expect(contentOf(await eventsOf(whole))).toEqual(["draft of b"]);
    expect((await whole.answer()).receipt).toMatchObject({ finalAnswer: "select", presenter: "b", degraded: true });
  });
});

describe("the result", () => {
  it("comes without iterating, however the answer is delivered", async () => {
    expect(
      (
        await teamWhosePresenters({ pieces: ["one ", "two"] })
          .run()
          .answer()
      ).text,
    ).toBe("one two");
    expect((await teamWhosePresenters("whole").run({ delivery: "whole" }).answer()).text).toBe("whole");
  });

  it("may be asked for again and again", async () => {
    const run = teamWhosePresenters("yes").run();
    const [first, second] = await Promise.all([run.answer(), run.answer()]);
    expect(first).toBe(second);
  });

  it("rejects with the run's failure, and fails nobody who did not ask for it", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const failing = () => scriptedModel(() => ({ error: new MassgenError("authentication", "wrong key") }));
    const team = createTeam({ agents: [{ id: "a", model: failing() }] });
    const events = await eventsOf(team.run({ messages }));
    await settled();
    process.off("unhandledRejection", note);
    expect(events.at(-1)).toMatchObject({ result: { status: "failed" } });
    expect(unhandled).toEqual([]);
    await expect(team.run({ messages }).answer()).rejects.toSatisfy((error) => MassgenError.isInstance(error));
    await expect(team.run({ messages }).answer()).rejects.toMatchObject({
      code: "authentication",
      message: "No agent could answer. a: wrong key",
    });
  });
});

describe("iterating", () => {
  it("is possible once", async () => {
    const run = teamWhosePresenters("yes").run();
    await eventsOf(run);
    await expect(eventsOf(run)).rejects.toMatchObject({ code: "invalid-request" });
  });

  it("may begin after the result was asked for, and even when it is there", async () => {
    const run = teamWhosePresenters("yes").run();
    const result = run.answer();
    expect(contentOf(await eventsOf(run)).join("")).toBe((await result).text);
    const late = teamWhosePresenters({ pieces: ["one ", "two"] }).run();
    await late.answer();
    expect(contentOf(await eventsOf(late))).toEqual(["one two"]);
  });

  it("ends at once when it is left while the next event is still to come", async () => {
    const model = scriptedModel(() => ({ text: "never", after: new Promise(() => {}) }));
    const run = createTeam({ agents: [{ id: "a", model }] }).run({ messages });
    const events = run[Symbol.asyncIterator]();
    await events.next();
    await events.next();
    const pending = events.next();
    await events.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    await expect(run.answer()).rejects.toMatchObject({ code: "aborted" });
    expect(model.aborted()).toBe(1);
  });

  it("may begin when the run is long over: nothing is lost", async () => {
    const model = scriptedModel(() => "yes");
    const team = createTeam({ agents: ["a", "b"].map((id) => ({ id, model })) });
    const run = team.run({ messages });
    await settled();
    const events = await eventsOf(run);
    expect([events[0]?.type, ...contentOf(events), events.at(-1)?.type]).toEqual([
      "run-started",
      "yes",
      "run-finished",
    ]);
  });
});
