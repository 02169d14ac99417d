import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { MassgenError } from "../errors.ts";
import type { ChatModel } from "../model/chat-model.ts";
import { manualClock } from "../testing/manual-clock.ts";
import { scriptedModel } from "../testing/scripted-model.ts";
import { createTeam } from "../team.ts";
import { systemPorts } from "./ports.ts";
import type { RunEvent } from "./run-event.ts";

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;
const never = new Promise<never>(() => {});

/** All promises that can settle without anybody's doing have settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Three agents that never answer. */
function hangingTeam() {
  const models = [1, 2, 3].map(() => scriptedModel(() => ({ text: "late", after: never })));
  const clock = manualClock();
  const agents = models.map((model, i) => ({ id: `agent-${i}`, model }));
  const team = createTeam({ agents, ports: { clock, newRunId: () => "run_1" } });
  const aborted = (): number[] => models.map((model) => model.aborted());
  return { team, models, clock, aborted };
}

describe("a signal that is aborted", () => {
  it("ends every call that is out, and the run", async () => {
    const { team, aborted, clock } = hangingTeam();
    const abort = new AbortController();
    const run = team.run({ messages, signal: abort.signal });
    const result = run.answer();
    await settled();
    abort.abort();
    await expect(result).rejects.toMatchObject({ code: "aborted" });
    await settled();
    expect(aborted()).toEqual([1, 1, 1]);
    expect(clock.pending()).toBe(0);
  });

  it("is told as the last event", async () => {
    const { team } = hangingTeam();
    const abort = new AbortController();
    const events: RunEvent[] = [];
    for await (const event of team.run({ messages, signal: abort.signal })) {
      events.push(event);
      if (event.type === "draft-started") abort.abort();
    }
    expect(events.at(-1)).toMatchObject({
      type: "run-finished",
      result: { status: "cancelled", receipt: { calls: { made: 3, aborted: 3 } } },
    });
  });

  it("before the run calls nobody", async () => {
    const { team, models, clock } = hangingTeam();
    const run = team.run({ messages, signal: AbortSignal.abort() });
    await expect(run.answer()).rejects.toMatchObject({ code: "aborted" });
    await settled();
    expect(models.flatMap((model) => model.requests)).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it("after the run changes nothing", async () => {
    const abort = new AbortController();
    const team = createTeam({ agents: [{ id: "a", model: scriptedModel(() => "yes") }] });
    const run = team.run({ messages, signal: abort.signal });
    expect((await run.answer()).text).toBe("yes");
    abort.abort();
    expect((await run.answer()).text).toBe("yes");
  });

  it("ends a wait before a retry", async () => {
    const clock = manualClock();
    const model = scriptedModel(() => ({ error: new MassgenError("overloaded", "busy") }));
    const abort = new AbortController();
    const team = createTeam({ agents: [{ id: "a", model }], ports: { clock, newRunId: () => "run_1" } });
    const result = team.run({ messages, signal: abort.signal }).answer();
    await settled();
    expect(clock.pending()).toBe(2);
    abort.abort();
    await expect(result).rejects.toMatchObject({ code: "aborted" });
    clock.advance(60_000);
    await settled();
    expect([clock.pending(), model.requests.length]).toEqual([0, 1]);
  });

  it("does not wait for a provider that takes no notice", async () => {
    const gate = Promise.withResolvers<void>();
    const deaf: ChatModel = {
      contract: 1,
      model: "deaf",
      stream: async function* () {
        await gate.promise;
        yield { type: "text-delta", text: "too late" };
        yield { type: "finish", reason: "stop" };
      },
    };
    const abort = new AbortController();
    const run = createTeam({ agents: [{ id: "a", model: deaf }] }).run({ messages, signal: abort.signal });
    const result = run.answer();
    abort.abort();
    await expect(result).rejects.toMatchObject({ code: "aborted" });
    gate.resolve();
    await settled();
    await expect(run.answer()).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("leaving the loop early", () => {
  it("cancels the run and every call of it", async () => {
    const { team, aborted, clock } = hangingTeam();
    const run = team.run({ messages });
    for await (const event of run) if (event.type === "draft-started") break;
    await settled();
    expect(aborted()).toEqual([1, 1, 1]);
    expect(clock.pending()).toBe(0);
    await expect(run.answer()).rejects.toMatchObject({ code: "aborted" });
  });

  it("closes the presenter's stream as well", async () => {
    let [read, closed] = [0, false];
    const model: ChatModel = {
      contract: 1,
      model: "deaf to its signal",
      stream: async function* () {
        try {
          for (; read < 1000; read++) yield { type: "text-delta", text: "on and on " };
        } finally {
          closed = true;
        }
        yield { type: "finish", reason: "stop" };
      },
    };
    for await (const event of createTeam({ agents: [{ id: "a", model }] }).run({ messages }))
      if (event.type === "content-delta") break;
    await settled();
    expect([closed, read]).toEqual([true, 1]);
  });
});

describe("agents that are not needed any more", () => {
  it("are aborted when the others agree", async () => {
    const slow = scriptedModel(() => ({ text: "late", after: never }));
    const quick = () => scriptedModel(() => "yes");
    const agents = [
      { id: "a", model: quick() },
      { id: "b", model: slow },
      { id: "c", model: quick() },
    ];
    const { text, receipt } = await createTeam({ agents }).run({ messages }).answer();
    expect([text, receipt.outcome]).toEqual(["yes", "majority"]);
    await settled();
    expect(slow.aborted()).toBe(1);
  });
});

describe("a defect", () => {
  it("of a port ends the run instead of letting it hang, and takes its calls along", async () => {
    const model = scriptedModel(() => ({ text: "never", after: new Promise(() => {}) }));
    const clock = manualClock();
    // The one for stragglers, when one draft is in.
    const setTimer: typeof clock.setTimer = (ms, callback) => {
      if (ms === 1234) throw new Error("no clock");
      return clock.setTimer(ms, callback);
    };
    const ports = { ...systemPorts, clock: { ...clock, setTimer } };
    const coordination = { quorum: 2, stragglerGraceMs: 1234 };
    const agents = ["a", "b", "c"].map((id) => ({ id, model: id === "a" ? model : scriptedModel(() => id) }));
    await expect(createTeam({ agents, ports, coordination }).run({ messages }).answer()).rejects.toMatchObject({
      code: "internal",
      cause: { message: "no clock" },
    });
    expect(model.aborted()).toBe(1);
  });

  it("of a recorder is told, and the run goes on", async () => {
    const failures: unknown[] = [];
    const error = new Error("disk full");
    let facts = 0;
    const record = (): Promise<void> | undefined => {
      facts += 1;
      if (facts === 2) throw error;
      return facts === 3 ? Promise.reject(error) : undefined;
    };
    const ports = { ...systemPorts, record, observerFailed: (...failure: unknown[]) => void failures.push(failure) };
    const team = createTeam({ agents: [{ id: "a", model: scriptedModel(() => "yes") }], ports });
    expect((await team.run({ messages }).answer()).text).toBe("yes");
    expect(failures).toEqual([
      ["record", error],
      ["record", error],
    ]);
  });
});

describe("the caller's signal", () => {
  it("is left alone once the run has ended", async () => {
    const abort = new AbortController();
    const team = createTeam({ agents: [{ id: "a", model: scriptedModel(() => "yes") }] });
    await team.run({ messages, signal: abort.signal }).answer();
    expect(getEventListeners(abort.signal, "abort")).toEqual([]);
  });
});
