// What a run leaves behind in the process it ran in: nothing.
import { AsyncLocalStorage, createHook } from "node:async_hooks";
import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTeam, type AccountLimits, type Agent, type CoordinationSettings } from "@massgen/core";
import { createRegistry, type Registry } from "@massgen/providers";
import { hang, httpError, startUpstream, text, type Script, type Upstream } from "@massgen/upstream";
import { question } from "./completion.ts";
import { labelOf, teamScript } from "./script.ts";

let registry: Registry;
let upstream: Upstream;
beforeEach(() => {
  registry = createRegistry({ env: {} });
});
afterEach(async () => {
  await registry.close();
  await upstream.close();
});

/** Three agents, on both wires, that are played by the script. */
async function teamOn(script: Script, rules: Partial<CoordinationSettings> = {}, limits: AccountLimits = {}) {
  upstream = await startUpstream(script);
  const backends = [
    { type: "openai", model: "a", baseUrl: `${upstream.url}/v1` },
    { type: "openai", model: "b", baseUrl: `${upstream.url}/v1` },
    { type: "gemini", model: "c", baseUrl: upstream.url },
  ];
  const agents = backends.map((backend): Agent => {
    const model = registry.createModel({ ...backend, apiKey: "k-0123456789", limits, options: {} });
    return { id: backend.model, model };
  });
  return createTeam({ agents, coordination: rules });
}

/**
 * Timers that keep the process alive and were set by `run` or what it called; those of the test runner are not counted.
 */
function timersOf(run: () => Promise<void>): { readonly ended: Promise<void>; readonly due: () => number } {
  const inside = new AsyncLocalStorage<true>();
  const set = new Map<number, NodeJS.Timeout>();
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (type === "Timeout" && inside.getStore() === true) set.set(id, resource as NodeJS.Timeout);
    },
    destroy: (id) => void set.delete(id),
  }).enable();
  const ended = inside.run(true, run).then(settled);
  return {
    ended,
    due: () => {
      hook.disable();
      return [...set.values()].filter((timer) => timer.hasRef()).length;
    },
  };
}

/** Waits until pending callbacks have run and closed connections are seen as closed. */
async function settled(): Promise<void> {
  await upstream.idle();
  await new Promise((resolve) => setImmediate(resolve));
}

const half: Script = (call) => (call.model === "a" ? text("100") : hang());

describe.each<[string, AccountLimits]>([
  ["without limits", {}],
  ["with limits that make calls wait", { maxConcurrency: 1, requestsPerMinute: 1000 }],
])("a run %s", (_, limits) => {
  it.each<[string, Script, Partial<CoordinationSettings>, string]>([
    ["that is answered", teamScript({ ballot: (call) => text(labelOf(call, "Draft by a.")) }), {}, "answered"],
    ["that fails", () => httpError(400), {}, "failed"],
    ["whose calls are tried again in vain", () => httpError(503), { deadlineMs: 800 }, "failed"],
    ["that its deadline ends", half, { deadlineMs: 400 }, "answered"],
    ["without anything by its deadline", () => hang(), { deadlineMs: 400 }, "failed"],
    ["that drops a straggler", half, { quorum: 1, stragglerGraceMs: 1 }, "answered"],
  ])("%s leaves no timer, no listener and no open call", async (_what, script, rules, status) => {
    const team = await teamOn(script, rules, limits);
    const abort = new AbortController();
    let last: unknown;
    const timers = timersOf(async () => {
      for await (const event of team.run({ messages: question, signal: abort.signal })) last = event;
    });
    await timers.ended;
    expect(last).toMatchObject({ type: "run-finished", result: { status } });
    expect([timers.due(), getEventListeners(abort.signal, "abort").length, upstream.openCalls()]).toEqual([0, 0, 0]);
  });

  it("that is aborted leaves no timer, no listener and no open call", async () => {
    const team = await teamOn(() => hang(), {}, limits);
    const abort = new AbortController();
    const timers = timersOf(async () => {
      const result = team.run({ messages: question, signal: abort.signal }).answer();
      await expect(result).rejects.toMatchObject({ code: "aborted" });
    });
    await upstream.waitForCall(() => true);
    expect(getEventListeners(abort.signal, "abort")).not.toEqual([]);
    abort.abort();
    await timers.ended;
    expect([timers.due(), getEventListeners(abort.signal, "abort").length, upstream.openCalls()]).toEqual([0, 0, 0]);
  });
});
