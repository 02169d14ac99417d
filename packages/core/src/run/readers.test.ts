import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { ChatModel } from "../model/chat-model.ts";
import { manualClock } from "../testing/manual-clock.ts";
import { phaseOf, scriptedModel, vote } from "../testing/scripted-model.ts";
import { createTeam } from "../team.ts";
import type { Run } from "./run.ts";
import { type RunEvent, logVersion } from "./run-event.ts";

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;

/** All promises that can settle without anybody's doing have settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const all = (events: AsyncIterable<RunEvent>): Promise<RunEvent[]> => Array.fromAsync(events);

const textOf = (events: readonly RunEvent[], type: "content-delta" | "draft-delta" | "reasoning-delta"): string[] =>
  events.flatMap((event) => (event.type === type ? [event.text] : []));

const numbered = (events: readonly RunEvent[]): number[] => events.flatMap(({ seq }) => seq ?? []);

/** Two agents; the first one's draft wins, and it writes the answer in three pieces. */
function voting(more: { readonly delivery?: "whole"; readonly redact?: (text: string) => string } = {}): Run {
  const agent = (id: string) => ({
    id,
    model: scriptedModel((request) => {
      switch (phaseOf(request)) {
        case "draft":
          return `${id}'s draft`;
        case "ballot":
          return vote("agent1", `a reason of ${id}`);
        case "presentation":
          return { pieces: ["It ", "is ", "scattered."] };
      }
    }),
  });
  const { redact, ...request } = more;
  const ports = { clock: manualClock(), newRunId: () => "run_1", ...(redact && { redact }) };
  return createTeam({ agents: [agent("a"), agent("b")], ports }).run({ messages, ...request });
}

/** An agent whose model is told when to go on. */
function stepwise(pieces: readonly string[]): { readonly model: ChatModel; readonly step: () => Promise<void> } {
  let go = Promise.withResolvers<void>();
  return {
    model: {
      contract: 1,
      model: "stepwise",
      async *stream() {
        for (const text of pieces) {
          await go.promise;
          go = Promise.withResolvers();
          yield { type: "text-delta", text };
        }
        await go.promise;
        yield { type: "finish", reason: "stop" };
      },
    },
    async step() {
      go.resolve();
      await settled();
    },
  };
}

describe("the log of a run", () => {
  it("numbers its events from 0 without gaps, and begins with its version and the time of day", async () => {
    const events = await all(voting());
    const numbers = numbered(events);
    expect(numbers).toEqual(numbers.map((_, i) => i));
    expect(events[0]).toMatchObject({
      type: "run-started",
      seq: 0,
      version: logVersion,
      startedAt: Date.UTC(2026, 0, 1),
    });
    expect(events.at(-1)).toMatchObject({ type: "run-finished", seq: numbers.length - 1 });
  });

  it("numbers no piece of an answer that streams, and the answer of whole delivery", async () => {
    const pieces = (events: readonly RunEvent[]) => events.filter(({ type }) => type === "content-delta");
    expect(pieces(await all(voting())).map(({ seq }) => seq)).toEqual([undefined, undefined, undefined]);
    expect(pieces(await all(voting({ delivery: "whole" })))).toMatchObject([{ seq: expect.any(Number) }]);
  });

  it("has nothing that only a provider understands", async () => {
    const call = { id: "1", name: "look", arguments: "{}", opaque: { signature: "s" } };
    const tools = [{ name: "look", parameters: {} }];
    const models = ["a", "b"].map((id) => ({ id, model: scriptedModel(() => ({ toolCalls: [call] })) }));
    const events = await all(createTeam({ agents: models }).run({ messages, tools }));
    const drafts = events.filter(({ type }) => type === "draft-finished");
    expect(drafts).toHaveLength(2);
    expect(JSON.stringify(drafts)).not.toContain("signature");
  });

  it("is redacted at any depth but for answers", async () => {
    const redact = (text: string): string => text.replaceAll(/a's|a reason/g, "[redacted]");
    const events = await all(voting({ redact }));
    expect(events).toContainEqual(expect.objectContaining({ type: "vote-cast", reason: "[redacted] of b" }));
    expect(JSON.stringify(events.at(-1))).not.toContain("a reason");
    expect(JSON.stringify(events)).toContain("a's draft");
  });
});

describe("events()", () => {
  it("are the same for every reader, at once or late, but for the size of pieces", async () => {
    const run = voting();
    const [first, second, paced] = await Promise.all([all(run.events()), all(run.events()), all(run)]);
    const late = await all(run.events());
    const logged = (events: readonly RunEvent[]) => events.filter(({ seq }) => seq !== undefined);
    for (const events of [first, second, late]) {
      expect(logged(events)).toEqual(logged(paced));
      expect(textOf(events, "content-delta").join("")).toBe("It is scattered.");
    }
    expect(textOf(late, "content-delta")).toEqual(["It is scattered."]);
    const { type } = late.at(-2) as RunEvent;
    expect(type).toBe("content-delta");
  });

  it("begin where they are wanted", async () => {
    const run = voting();
    const events = await all(run);
    const last = events.at(-1)?.seq ?? 0;
    for (let from = 0; from <= last; from += 1) {
      const rest = await all(run.events({ from }));
      expect(numbered(rest)).toEqual(Array.from({ length: last - from + 1 }, (_, i) => from + i));
    }
    expect(textOf(await all(run.events({ from: last })), "content-delta")).toEqual(["It is scattered."]);
    expect(await all(run.events({ from: last + 1 }))).toEqual([]);
    expect(() => run.events({ from: -1 })).toThrow("`from`");
    expect(() => run.events({ from: NaN })).toThrow("`from`");
  });

  it("alone hold nobody back, and neither do those that nobody takes", async () => {
    const run = voting();
    run.events();
    expect((await run.answer()).text).toBe("It is scattered.");
  });

  it("give what is new of a text in one piece to whoever is slow", async () => {
    const { model, step } = stepwise(["1", "2", "3"]);
    const run = createTeam({ agents: [{ id: "a", model }] }).run({ messages });
    const slow = run.events();
    const next = async () => (await slow.next()).value;
    while ((await next())?.type !== "draft-started");
    await step();
    expect(await next()).toMatchObject({ type: "answer-started" });
    expect(await next()).toMatchObject({ type: "content-delta", text: "1" });
    await step();
    await step();
    expect(await next()).toMatchObject({ type: "content-delta", text: "23" });
    await step();
    expect(textOf(await all(slow), "content-delta")).toEqual([]);
  });

  it("may be left at any time: the run goes on", async () => {
    const run = voting();
    for await (const event of run.events()) if (event.type === "draft-started") break;
    const abort = new AbortController();
    const read = all(run.events({ signal: abort.signal }));
    abort.abort();
    expect(await all(run.events({ signal: abort.signal }))).toEqual([]);
    await read;
    expect(getEventListeners(abort.signal, "abort")).toEqual([]);
    expect((await run.answer()).text).toBe("It is scattered.");
    const open = new AbortController();
    await all(run.events({ signal: open.signal }));
    expect(getEventListeners(open.signal, "abort")).toEqual([]);
  });

  it("end with the run when another reader cancels it", async () => {
    const { model } = stepwise([]);
    const run = createTeam({ agents: [{ id: "a", model }] }).run({ messages });
    const read = all(run.events());
    for await (const event of run) if (event.type === "draft-started") break;
    expect((await read).at(-1)).toMatchObject({ type: "run-finished", result: { status: "cancelled" } });
    const other = createTeam({ agents: [{ id: "a", model }] }).run({ messages });
    other.cancel();
    await expect(other.answer()).rejects.toMatchObject({ code: "aborted" });
    other.cancel();
  });
});

describe("the reader that holds the pace", () => {
  it("holds it although others look on", async () => {
    let read = 0;
    const model: ChatModel = {
      contract: 1,
      model: "counting",
      async *stream() {
        for (; read < 100; read += 1) yield { type: "text-delta", text: "x" };
        yield { type: "finish", reason: "stop" };
      },
    };
    const run = createTeam({ agents: [{ id: "a", model }] }).run({ messages });
    const paced = run[Symbol.asyncIterator]();
    const looking = all(run.events());
    while ((await paced.next()).value?.type !== "content-delta");
    await settled();
    expect(read).toBe(0);
    await paced.next();
    await settled();
    expect(read).toBe(1);
    await paced.return?.();
    expect((await looking).at(-1)).toMatchObject({ type: "run-finished", result: { status: "cancelled" } });
  });
});

describe("drafts as they are written", () => {
  const twoOf = (model: ChatModel): Run => {
    const other = scriptedModel((request) => (phaseOf(request) === "draft" ? "other" : vote("agent1")));
    return createTeam({
      agents: [
        { id: "a", model },
        { id: "b", model: other },
      ],
    }).run({ messages });
  };

  it("come to readers that asked for them, late ones too, and to nobody else", async () => {
    const { model, step } = stepwise(["one ", "two ", "three"]);
    const run = twoOf(model);
    const plain = all(run.events());
    const watching = run.events({ drafts: true });
    await step();
    await step();
    const late = run.events({ drafts: true });
    await step();
    const draft = async (events: AsyncIterable<RunEvent>) => {
      const seen: RunEvent[] = [];
      for await (const event of events) {
        seen.push(event);
        if (event.type === "draft-delta" && event.agentId === "a" && event.text.endsWith("three")) break;
      }
      return textOf(
        seen.filter((event) => event.type === "draft-delta" && event.agentId === "a"),
        "draft-delta",
      );
    };
    expect((await draft(watching)).join("")).toBe("one two three");
    expect(await draft(late)).toEqual(["one two three"]);
    run.cancel();
    expect(textOf(await plain, "draft-delta")).toEqual([]);
  });

  it("end with the whole draft: nothing of it comes after that", async () => {
    const { model, step } = stepwise(["one ", "two"]);
    const run = twoOf(model);
    const watching = run.events({ drafts: true });
    for (let n = 0; n < 3; n += 1) await step();
    run.cancel();
    const events = await all(watching);
    const whole = events.findIndex((event) => event.type === "draft-finished" && event.agentId === "a");
    expect(whole).toBeGreaterThan(0);
    expect(events.slice(whole).some((event) => event.type === "draft-delta" && event.agentId === "a")).toBe(false);
  });
});
